// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/workload/origins/text_pool.hpp"
#include "icesim/workload/reader.hpp"

#include <cstdint>
#include <unordered_map>

namespace icesim {

/// Adds to what is simulated of requests what their trace tells of them: stands between the trace and who replays it, and
/// between the replay and who hears of requests that have ended.
///
/// A request is passed on when the trace has told how long it took when it was recorded, in the order of the simulated
/// ends. Where nothing of the kind comes for `most_held` requests that wait, the first goes without, and no other waits when
/// nothing was ever told. Texts stay as long as
/// the joiner. Memory grows with requests that are under way, those that wait (30 MB), and different texts (64 MiB).
class OriginJoiner final : public RequestSource, public RequestRecorder {
 public:
  static constexpr std::size_t most_held = 65'536;

  explicit OriginJoiner(RequestRecorder& sink) : sink_(sink) {}

  /// Hears what TraceOptions::completed is told.
  void completed(const TraceCompletion& completion);
  /// The trace, which must outlive the last next().
  void follow(OriginSource& trace) { trace_ = &trace; }

  bool next(IoRequest& request) override;
  void tell_keys(KeyListener& listener) override { trace_->tell_keys(listener); }
  std::vector<std::string> vms() const override { return trace_->vms(); }
  void request_ended(const RequestRecord& request) override;
  /// Passes on what still waits.
  void finish();

 private:
  struct Note {
    RequestOrigin origin;
    std::uint64_t name = 0;  ///< by which it waits
    bool waits = false;
  };

  static std::uint64_t name_of(std::uint32_t trace, std::uint64_t request) { return std::uint64_t{trace} << 48 | request; }
  void note(const IoRequest& request);
  void pass_on();

  RequestRecorder& sink_;
  OriginSource* trace_ = nullptr;
  TextPool texts_;
  std::uint64_t records_ = 0;
  bool told_ = false;      ///< something has been, of a request
  bool gives_up_ = false;  ///< nothing will be
  std::unordered_map<std::uint64_t, Note> notes_;            ///< by record, of requests that have not been passed on
  std::unordered_map<std::uint64_t, std::uint64_t> waiting_;  ///< records by the number of a request that may complete
  std::unordered_map<std::uint64_t, TraceCompletion> early_;  ///< told before their request was given
  Ring<RequestRecord> ended_;                                 ///< not yet passed on
};

/// The letters by which Linux names such a request.
std::string rwbs_word(const IoRequest& request);

}  // namespace icesim
