// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"
#include "src/workload/readers/perfetto_wire.hpp"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <memory>
#include <string>
#include <string_view>

namespace icesim {

/// The FtraceEventBundle messages of a Perfetto trace, packet by packet; packets within compressed ones too. Every other
/// packet is passed over. A packet of more than `largest_packet` bytes, compressed or not, is refused.
class PerfettoBundles {
 public:
  static constexpr std::size_t largest_packet = std::size_t{32} * 1024 * 1024;

  explicit PerfettoBundles(std::unique_ptr<ByteSource> bytes);

  /// Sets `bundle`, which is valid until the next call, and returns true; false at the end of the trace.
  bool next(std::string_view& bundle);
  /// Where the packet begins that is being read, in bytes from the beginning of the trace (once decompressed, when the
  /// whole file is compressed).
  std::uint64_t position() const { return position_; }
  [[noreturn]] void fail(std::uint64_t position, std::string_view what) const { bytes_->fail_at(position, what); }

  /// True when `head`, the beginning of a file, looks like packets.
  static bool recognises(std::string_view head);

 private:
  /// Lets protobuf read a ByteSource.
  class Stream final : public google::protobuf::io::CopyingInputStream {
   public:
    explicit Stream(ByteSource& bytes) : bytes_(bytes) {}
    int Read(void* buffer, int size) override;

   private:
    ByteSource& bytes_;
  };

  bool next_packet();
  bool next_in_batch(std::string_view& bundle);
  void open_batch(std::string_view compressed, bool zstd);

  std::unique_ptr<ByteSource> bytes_;
  Stream stream_;
  google::protobuf::io::CopyingInputStreamAdaptor input_{&stream_};
  std::uint64_t position_ = 0;
  std::string packet_;
  WireFields fields_;  ///< of the packet
  std::string batch_;  ///< packets that were compressed within the packet
  WireFields batch_packets_;
  WireFields batch_fields_;  ///< of the packet in the batch
};

}  // namespace icesim
