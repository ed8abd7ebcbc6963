// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"
#include "src/workload/native/native_format.hpp"
#include "src/workload/requests/idle_cut.hpp"
#include "src/workload/requests/request_counter.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace icesim {

/// Reads icesim's own format, block by block; the checksum is compared when the end is reached.
class NativeReader final : public TraceReader {
 public:
  /// Takes a source that begins with `native::magic`; of the options it takes what hears completions and the idle cap.
  /// A native trace is of one device and shows no request twice: options about that are refused.
  NativeReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  void tell_keys(KeyListener& listener) override { key_listener_ = &listener; }
  const TraceInfo& info() const override { return info_; }
  std::string_view process_name() const override;
  /// Completions say of which requests they are since version 5.
  Number number() const override { return {info_.requests.total(), 0, version_ > 4 && info_.outstanding > 0}; }

 private:
  std::string header_line(std::size_t longest);
  void sum();
  void fill();
  std::uint8_t byte();
  /// Most numbers are one byte.
  std::uint64_t number(std::uint64_t largest) {
    if (used_ != filled_) {
      const auto only = static_cast<std::uint8_t>(buffer_[used_]);
      if (only < 0x80 && only <= largest) {
        ++used_;
        return only;
      }
    }
    return long_number(largest);
  }
  std::uint64_t long_number(std::uint64_t largest);
  [[noreturn]] void fail_number(std::uint64_t value, std::uint64_t largest) const;
  bool read_block();
  void read_completions();
  void read_key_events();
  void read_names();
  void read_records(std::uint64_t count);
  void tell();
  void tell_completions();
  void tell_key_events();
  void read_end();
  [[noreturn]] void fail(std::string_view what) const;
  [[noreturn]] void fail_completion() const;
  [[noreturn]] void fail_key_event() const;

  std::unique_ptr<ByteSource> bytes_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  /// How much of what is in the buffer is in the checksum.
  std::size_t summed_ = 0;
  Fnv1a checksum_;
  std::function<void(const TraceCompletion&)> completed_;
  std::vector<IoRequest> block_;
  std::size_t given_ = 0;
  std::vector<native::Completion> completions_;
  std::size_t told_ = 0;  ///< of the completions
  KeyListener* key_listener_ = nullptr;
  std::vector<native::PlacedKeyEvent> key_events_;
  std::size_t told_key_events_ = 0;
  Picoseconds key_event_time_{};
  std::unordered_map<std::uint32_t, std::string> names_;  ///< of processes
  std::uint32_t process_ = 0;                             ///< of the request given last
  std::uint64_t decoded_ = 0;
  std::uint64_t time_ = 0;
  std::uint64_t version_ = 0;
  IdleCut idle_;
  Picoseconds last_time_{};
  Picoseconds last_recorded_{};  ///< the same time without the idle cap
  bool ended_ = false;
  TraceInfo info_;
  RequestCounter counter_{info_};
};

}  // namespace icesim
