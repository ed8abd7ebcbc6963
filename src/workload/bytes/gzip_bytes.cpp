// SPDX-License-Identifier: Apache-2.0
#include "src/workload/bytes/gzip_bytes.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <limits>
#include <zlib.h>

namespace icesim {
namespace {

constexpr std::size_t chunk = 128 * 1024;
/// Any window; zlib's own wrapping, which Perfetto uses, beside gzip's.
constexpr int gzip_or_zlib = 15 + 32;

}  // namespace

void GzipBytes::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

GzipBytes::GzipBytes(std::unique_ptr<ByteSource> compressed)
    : ByteSource(compressed->name()),
      compressed_(std::move(compressed)),
      stream_(new z_stream_s{}),
      buffer_(chunk, '\0') {
  ensure(inflateInit2(stream_.get(), gzip_or_zlib) == Z_OK, "zlib gives a decompression context");
}

std::uint64_t GzipBytes::position() const { return compressed_->position() - stream_->avail_in; }

bool GzipBytes::refill() {
  stream_->next_in = reinterpret_cast<Bytef*>(buffer_.data());
  stream_->avail_in = static_cast<uInt>(compressed_->read(buffer_.data(), buffer_.size()));
  return stream_->avail_in > 0;
}

std::size_t GzipBytes::read(char* out, std::size_t size) {
  const auto asked = static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
  stream_->next_out = reinterpret_cast<Bytef*>(out);
  stream_->avail_out = asked;
  while (stream_->avail_out == asked && asked > 0) {
    if (stream_->avail_in == 0 && !refill()) {
      if (between_members_) return 0;
      fail("the file ends inside its gzip data: it is truncated");
    }
    if (between_members_) inflateReset(stream_.get());
    between_members_ = false;
    const int state = inflate(stream_.get(), Z_NO_FLUSH);
    if (state == Z_STREAM_END) {
      between_members_ = true;
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      fail(std::string("broken gzip data: ") + (stream_->msg != nullptr ? stream_->msg : "it does not make sense"));
    }
  }
  return asked - stream_->avail_out;
}

}  // namespace icesim
