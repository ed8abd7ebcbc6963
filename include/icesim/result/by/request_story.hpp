// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/result/by/request_class.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace icesim {

/// Hears of all requests, and tells the story of one in words: who asked, with which key, which stage took how long, what it
/// waited for, and who had that.
///
/// Remembers the `most_before` requests that ended last before it, and one number for every request of its operation and size.
class RequestStory final : public RequestRecorder {
 public:
  static constexpr std::size_t most_before = 16'384;

  /// `id`: number of its record in the trace, from 1.
  explicit RequestStory(std::uint64_t id) : id_(id) {}

  void request_ended(const RequestRecord& request) override;
  bool found() const { return found_.has_value(); }
  /// Requests heard of.
  std::uint64_t heard() const { return heard_; }
  /// Only when it was found.
  std::string text(const std::string& trace_name) const;

 private:
  /// What another request says of this one.
  struct Other {
    std::uint64_t id = 0;
    std::uint32_t key = 0;
    std::uint32_t process = 0;
    std::string process_name;
    std::string_view operation;
    Picoseconds from{};  ///< its key was being programmed
    Picoseconds to{};
    Picoseconds ended{};
  };
  static Other other_of(const RequestRecord& request);
  static std::string name_of(const Other& other);
  void consider(const Other& other);
  std::string stages_text() const;
  std::string waits_text() const;
  std::string peers_text() const;

  std::uint64_t id_;
  std::uint64_t heard_ = 0;
  std::optional<RequestRecord> found_;
  std::string process_name_, path_, policy_name_, rwbs_;
  Ring<Other> before_;
  std::optional<Other> keyslot_holder_;
  std::vector<Other> lock_holders_;
  std::map<std::uint64_t, std::vector<Picoseconds>> latencies_;  ///< by operation and size, of those that did not fail
};

}  // namespace icesim
