// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/perfetto_wire.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace icesim {

using google::protobuf::internal::WireFormatLite;

bool WireFields::next() {
  if (rest_.empty() || malformed_) return false;
  malformed_ = !read();
  return !malformed_;
}

bool WireFields::read() {
  google::protobuf::io::CodedInputStream in(reinterpret_cast<const std::uint8_t*>(rest_.data()),
                                            static_cast<int>(rest_.size()));
  const std::uint32_t tag = in.ReadTag();
  number_ = static_cast<std::uint32_t>(WireFormatLite::GetTagFieldNumber(tag));
  if (number_ == 0) return false;
  value_ = 0;
  bytes_ = {};
  has_bytes_ = false;
  switch (WireFormatLite::GetTagWireType(tag)) {
    case WireFormatLite::WIRETYPE_VARINT:
      if (!in.ReadVarint64(&value_)) return false;
      break;
    case WireFormatLite::WIRETYPE_LENGTH_DELIMITED: {
      std::uint64_t size = 0;
      if (!in.ReadVarint64(&size)) return false;
      rest_.remove_prefix(static_cast<std::size_t>(in.CurrentPosition()));
      if (size > rest_.size()) return false;
      has_bytes_ = true;
      bytes_ = rest_.substr(0, size);
      rest_.remove_prefix(size);
      return true;
    }
    default:
      if (!WireFormatLite::SkipField(&in, tag)) return false;
  }
  rest_.remove_prefix(static_cast<std::size_t>(in.CurrentPosition()));
  return true;
}

}  // namespace icesim
