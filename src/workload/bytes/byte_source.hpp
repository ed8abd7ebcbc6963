// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct ZSTD_DCtx_s;

namespace icesim {

/// A stream of bytes that knows its file's name and where in the file it is.
class ByteSource {
 public:
  explicit ByteSource(std::string name) : name_(std::move(name)) {}
  virtual ~ByteSource() = default;
  /// Fills up to `size` bytes and returns how many; 0 only at the end.
  virtual std::size_t read(char* out, std::size_t size) = 0;
  /// Bytes of the file consumed so far.
  virtual std::uint64_t position() const = 0;
  const std::string& name() const { return name_; }
  [[noreturn]] void fail(std::string_view what) const { fail_at(position(), what); }
  [[noreturn]] void fail_at(std::uint64_t position, std::string_view what) const;

 private:
  std::string name_;
};

/// The path that stands for the standard input.
inline constexpr const char* standard_input = "-";

/// The bytes of a file, or of the standard input, as they are.
class FileBytes final : public ByteSource {
 public:
  using Progress = std::function<void(std::uint64_t, std::uint64_t)>;
  using Listener = std::function<bool(std::string_view)>;
  /// `progress` hears how many bytes are read, and how many there are (0: unknown); all of them at the latest when the
  /// file is closed. `listener` hears the bytes, and nothing of them at their end, until it returns false: when a file is
  /// closed before its end, its rest too, but not that of a pipe, which need not end.
  explicit FileBytes(const std::filesystem::path& path, Progress progress = nullptr, Listener listener = nullptr);
  ~FileBytes() override;
  std::size_t read(char* out, std::size_t size) override;
  std::uint64_t position() const override { return position_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void tell(std::string_view bytes);
  void tell_rest();

  std::unique_ptr<std::FILE, Close> file_;
  Progress progress_;
  Listener listener_;
  std::uint64_t position_ = 0;
  std::uint64_t size_ = 0;
};

/// What zstd frames hold; a frame that ends early is a UserError.
class ZstdBytes final : public ByteSource {
 public:
  explicit ZstdBytes(std::unique_ptr<ByteSource> compressed);
  std::size_t read(char* out, std::size_t size) override;
  std::uint64_t position() const override;

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };
  bool refill();

  std::unique_ptr<ByteSource> compressed_;
  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  bool between_frames_ = true;
};

/// Another source whose first bytes can be looked at before they are read.
class PeekBytes final : public ByteSource {
 public:
  explicit PeekBytes(std::unique_ptr<ByteSource> inner);
  /// Up to the first 64 KiB, less what was read or skipped of them.
  std::string_view head() const { return std::string_view(head_).substr(used_); }
  /// Leaves out the first `size` bytes of the head.
  void skip(std::size_t size) { used_ += size; }
  /// Makes blanks of the first `size` bytes of the head, but for line breaks: lines keep their numbers.
  void blank(std::size_t size);
  std::size_t read(char* out, std::size_t size) override;
  std::uint64_t position() const override;

 private:
  std::unique_ptr<ByteSource> inner_;
  std::string head_;
  std::size_t used_ = 0;
};

}  // namespace icesim
