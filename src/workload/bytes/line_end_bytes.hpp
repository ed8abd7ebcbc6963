// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

#include <algorithm>
#include <memory>

namespace icesim {

/// A text whose lines end in carriage returns only, with line feeds in their places.
class LineEndBytes final : public ByteSource {
 public:
  explicit LineEndBytes(std::unique_ptr<ByteSource> text) : ByteSource(text->name()), text_(std::move(text)) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t got = text_->read(out, size);
    std::replace(out, out + got, '\r', '\n');
    return got;
  }
  std::uint64_t position() const override { return text_->position(); }

 private:
  std::unique_ptr<ByteSource> text_;
};

}  // namespace icesim
