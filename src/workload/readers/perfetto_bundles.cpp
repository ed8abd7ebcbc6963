// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/perfetto_bundles.hpp"

#include "icesim/base/error.hpp"
#include "perfetto.pb.h"
#include "src/workload/bytes/gzip_bytes.hpp"
#include "src/workload/bytes/memory_bytes.hpp"

#include <algorithm>
#include <cstring>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace icesim {
namespace {

using google::protobuf::internal::WireFormatLite;
using perfetto::Trace;
using perfetto::TracePacket;

constexpr std::uint32_t packet_tag =
    WireFormatLite::MakeTag(Trace::kPacketFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

/// What `compressed` holds, up to `most` bytes and a few more; throws UserError when that is no compressed data.
std::size_t decompress(std::string_view compressed, bool zstd, std::size_t most, std::string& out) {
  auto memory = std::make_unique<MemoryBytes>("memory", compressed);
  std::unique_ptr<ByteSource> bytes;
  if (zstd)
    bytes = std::make_unique<ZstdBytes>(std::move(memory));
  else
    bytes = std::make_unique<GzipBytes>(std::move(memory));
  constexpr std::size_t step = 64 * 1024;
  std::size_t filled = 0;
  while (filled <= most) {
    if (out.size() < filled + step) out.resize(filled + step);
    const std::size_t got = bytes->read(out.data() + filled, step);
    if (got == 0) break;
    filled += got;
  }
  return filled;
}

}  // namespace

int PerfettoBundles::Stream::Read(void* buffer, int size) {
  return static_cast<int>(bytes_.read(static_cast<char*>(buffer), static_cast<std::size_t>(size)));
}

PerfettoBundles::PerfettoBundles(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)), stream_(*bytes_) {}

/// Reads the next packet whole; false at the end of the trace.
bool PerfettoBundles::next_packet() {
  while (true) {
    position_ = static_cast<std::uint64_t>(input_.ByteCount());
    // A stream of protobuf's own counts up to 2 GiB; one per packet never gets there.
    google::protobuf::io::CodedInputStream in(&input_);
    const std::uint32_t tag = in.ReadTag();
    if (tag == 0) {
      if (in.ConsumedEntireMessage()) return false;
      fail(position_, "no packet begins here: the trace is damaged");
    }
    if (tag != packet_tag) {
      if (!WireFormatLite::SkipField(&in, tag))
        fail(position_, "no packet begins here: the trace is damaged or truncated");
      continue;
    }
    std::uint64_t size = 0;
    if (!in.ReadVarint64(&size)) fail(position_, "the file ends inside a packet: it is truncated");
    if (size > largest_packet) {
      fail(position_, "a packet of " + std::to_string(size) + " bytes; at most " + std::to_string(largest_packet));
    }
    if (!in.ReadString(&packet_, static_cast<int>(size)))
      fail(position_, "the file ends inside a packet: it is truncated");
    fields_ = WireFields(packet_);
    return true;
  }
}

void PerfettoBundles::open_batch(std::string_view compressed, bool zstd) {
  std::size_t size = 0;
  try {
    size = decompress(compressed, zstd, largest_packet, batch_);
  } catch (const UserError&) {
    fail(position_, "compressed packets that do not decompress: the trace is damaged");
  }
  if (size > largest_packet)
    fail(position_, "compressed packets of more than " + std::to_string(largest_packet) + " bytes");
  batch_packets_ = WireFields(std::string_view(batch_).substr(0, size));
  batch_fields_ = WireFields();
}

bool PerfettoBundles::next_in_batch(std::string_view& bundle) {
  while (true) {
    while (batch_fields_.next()) {
      if (batch_fields_.number() == TracePacket::kCompressedPacketsFieldNumber ||
          batch_fields_.number() == TracePacket::kZstdCompressedPacketsFieldNumber) {
        fail(position_, "compressed packets within compressed packets");
      }
      if (batch_fields_.number() != TracePacket::kFtraceEventsFieldNumber || !batch_fields_.has_bytes()) continue;
      bundle = batch_fields_.bytes();
      return true;
    }
    if (batch_fields_.malformed()) fail(position_, "a malformed packet within compressed packets");
    if (!batch_packets_.next()) break;
    if (batch_packets_.number() == Trace::kPacketFieldNumber) batch_fields_ = WireFields(batch_packets_.bytes());
  }
  if (batch_packets_.malformed()) fail(position_, "compressed packets that hold something else: the trace is damaged");
  return false;
}

bool PerfettoBundles::next(std::string_view& bundle) {
  while (true) {
    if (next_in_batch(bundle)) return true;
    if (fields_.next()) {
      if (!fields_.has_bytes()) continue;
      if (fields_.number() == TracePacket::kFtraceEventsFieldNumber) {
        bundle = fields_.bytes();
        return true;
      }
      if (fields_.number() == TracePacket::kCompressedPacketsFieldNumber) open_batch(fields_.bytes(), false);
      if (fields_.number() == TracePacket::kZstdCompressedPacketsFieldNumber) open_batch(fields_.bytes(), true);
    } else {
      if (fields_.malformed()) fail(position_, "a malformed packet: the trace is damaged");
      if (!next_packet()) return false;
    }
  }
}

bool PerfettoBundles::recognises(std::string_view head) {
  // Text may begin with a line break, as every packet does, but has no such bytes.
  const bool is_text = std::none_of(head.begin(), head.end(), [](char c) { return c >= 0 && c < '\t'; });
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(head.data()),
                                            static_cast<int>(head.size()));
  std::uint64_t size = 0;
  if (is_text || in.ReadTag() != packet_tag || !in.ReadVarint64(&size) || size > largest_packet) return false;
  const std::string_view behind = head.substr(static_cast<std::size_t>(in.CurrentPosition()));
  WireFields packet(behind.substr(0, size));
  while (packet.next()) {
  }
  // A packet that is longer than the head ends inside a field.
  return size <= behind.size() ? !packet.malformed() : packet.number() != 0;
}

}  // namespace icesim
