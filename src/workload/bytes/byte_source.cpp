// SPDX-License-Identifier: Apache-2.0
#include "src/workload/bytes/byte_source.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <sys/stat.h>
#include <system_error>
#include <zstd.h>

namespace icesim {
namespace {

constexpr std::size_t compressed_chunk = 128 * 1024;
constexpr std::size_t head_size = 64 * 1024;

}  // namespace

void ByteSource::fail_at(std::uint64_t position, std::string_view what) const {
  throw UserError(name_ + ": byte " + std::to_string(position) + ": " + std::string(what));
}

FileBytes::FileBytes(const std::filesystem::path& path, Progress progress, Listener listener)
    : ByteSource(path == standard_input ? "standard input" : path.string()),
      file_(path == standard_input ? stdin : std::fopen(path.c_str(), "rb")),
      progress_(std::move(progress)),
      listener_(std::move(listener)) {
  if (!file_) throw UserError(name() + ": cannot be opened: " + std::strerror(errno));
  std::error_code unknown;
  if (progress_) size_ = std::filesystem::file_size(path, unknown);
  if (unknown) size_ = 0;
}

FileBytes::~FileBytes() {
  if (progress_ && position_ < size_) progress_(size_, size_);
  if (listener_ && std::uncaught_exceptions() == 0) tell_rest();
}

void FileBytes::tell(std::string_view bytes) {
  if (!listener_(bytes) || bytes.empty()) listener_ = nullptr;
}

/// Without the end where there is an error: what the listener makes of the bytes is then of no use.
void FileBytes::tell_rest() {
  struct stat status {};
  if (::fstat(::fileno(file_.get()), &status) != 0 || !S_ISREG(status.st_mode)) return;
  std::array<char, head_size> buffer;
  while (listener_) {
    const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file_.get());
    if (got == 0 && std::ferror(file_.get())) return;
    tell({buffer.data(), got});
  }
}

std::size_t FileBytes::read(char* out, std::size_t size) {
  const std::size_t got = std::fread(out, 1, size, file_.get());
  if (got < size && std::ferror(file_.get())) throw UserError(name() + ": cannot be read: " + std::strerror(errno));
  position_ += got;
  if (listener_ && got > 0) tell({out, got});
  if (listener_ && got < size) tell({});
  if (progress_) progress_(position_, size_);
  return got;
}

void ZstdBytes::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

ZstdBytes::ZstdBytes(std::unique_ptr<ByteSource> compressed)
    : ByteSource(compressed->name()),
      compressed_(std::move(compressed)),
      context_(ZSTD_createDCtx()),
      buffer_(compressed_chunk, '\0') {
  ensure(context_ != nullptr, "zstd gives a decompression context");
}

std::uint64_t ZstdBytes::position() const { return compressed_->position() - (filled_ - used_); }

bool ZstdBytes::refill() {
  used_ = 0;
  filled_ = compressed_->read(buffer_.data(), buffer_.size());
  return filled_ > 0;
}

std::size_t ZstdBytes::read(char* out, std::size_t size) {
  ZSTD_outBuffer output{out, size, 0};
  while (output.pos == 0 && size > 0) {
    const bool input_ended = used_ == filled_ && !refill();
    if (input_ended && between_frames_) return 0;
    ZSTD_inBuffer input{buffer_.data(), filled_, used_};
    // Without input this only drains what the decompressor still holds.
    const std::size_t state = ZSTD_decompressStream(context_.get(), &output, &input);
    used_ = input.pos;
    if (ZSTD_isError(state)) fail(std::string("broken zstd data: ") + ZSTD_getErrorName(state));
    between_frames_ = state == 0;
    if (input_ended && output.pos == 0 && !between_frames_) fail("the file ends inside its zstd data: it is truncated");
  }
  return output.pos;
}

PeekBytes::PeekBytes(std::unique_ptr<ByteSource> inner)
    : ByteSource(inner->name()), inner_(std::move(inner)), head_(head_size, '\0') {
  std::size_t filled = 0;
  while (filled < head_.size()) {
    const std::size_t got = inner_->read(head_.data() + filled, head_.size() - filled);
    if (got == 0) break;
    filled += got;
  }
  head_.resize(filled);
}

void PeekBytes::blank(std::size_t size) {
  std::replace_if(
      head_.begin() + static_cast<std::ptrdiff_t>(used_), head_.begin() + static_cast<std::ptrdiff_t>(used_ + size),
      [](char c) { return c != '\n'; }, ' ');
}

std::size_t PeekBytes::read(char* out, std::size_t size) {
  if (used_ == head_.size()) return inner_->read(out, size);
  const std::size_t taken = std::min(size, head_.size() - used_);
  std::memcpy(out, head_.data() + used_, taken);
  used_ += taken;
  return taken;
}

std::uint64_t PeekBytes::position() const {
  const std::uint64_t waiting = head_.size() - used_;
  return inner_->position() > waiting ? inner_->position() - waiting : 0;
}

}  // namespace icesim
