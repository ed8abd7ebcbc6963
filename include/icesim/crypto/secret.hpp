// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>

namespace icesim {

/// Key bytes, at most 64, that are wiped when they are no longer needed. Cannot be copied, printed or compared with
/// `==` by accident: `clone`, `data` and `equals` say so in the code.
class Secret {
 public:
  static constexpr std::size_t max_size = 64;

  /// Empty secret.
  Secret() = default;
  /// Copies `size` bytes; the caller keeps (and wipes) its own.
  Secret(const std::byte* bytes, std::size_t size);
  ~Secret();
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  /// The source is wiped and empty afterwards.
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  /// `size` zero bytes, to be filled through `mutable_data`.
  static Secret zeroes(std::size_t size);
  Secret clone() const { return Secret(data(), size_); }

  const std::byte* data() const { return bytes_.data(); }
  std::byte* mutable_data() { return bytes_.data(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Compares in a time that depends on the sizes only.
  bool equals(const Secret& other) const;
  /// Overwrites the bytes and becomes empty.
  void wipe();

 private:
  alignas(64) std::array<std::byte, max_size> bytes_{};
  std::size_t size_ = 0;
};

/// Overwrites memory in a way that the compiler may not leave out.
void wipe(void* memory, std::size_t size);

/// Keeps the keys of this process out of core files (no core file at all). Returns false where the system refuses.
bool forbid_core_dumps();

}  // namespace icesim
