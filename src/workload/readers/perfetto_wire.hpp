// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace icesim {

/// The fields of a protobuf message in memory, in their order. What a message holds is only looked at when it is asked
/// for, so a hostile one costs no more memory than it has bytes.
class WireFields {
 public:
  explicit WireFields(std::string_view message = {}) : rest_(message) {}

  /// Steps to the next field. Returns false at the end, or when what follows is no field.
  bool next();
  bool malformed() const { return malformed_; }

  std::uint32_t number() const { return number_; }
  /// True for strings, bytes and messages, which `bytes` gives; the rest of the fields are numbers, or skipped groups.
  bool has_bytes() const { return has_bytes_; }
  std::string_view bytes() const { return bytes_; }
  std::uint64_t value() const { return value_; }
  /// The bytes behind this field.
  std::string_view rest() const { return rest_; }

 private:
  bool read();

  std::string_view rest_;
  std::string_view bytes_;
  std::uint64_t value_ = 0;
  std::uint32_t number_ = 0;
  bool has_bytes_ = false;
  bool malformed_ = false;
};

}  // namespace icesim
