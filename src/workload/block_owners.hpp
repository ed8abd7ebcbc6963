// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ftrace_reader.hpp"
#include "inode_csv.hpp"

#include <unordered_map>
#include <vector>

namespace icesim {

/// Remembers what f2fs put where, to cut requests where files meet and to tell their DUNs.
class BlockOwners final : public OwnerListener {
 public:
  void owner(const ftrace::OwnerEvent& event) override;
  void traced(ftrace::Device device) override { device_ = device; }

  /// Cuts `request` at the first block of each owner but the first, in their order, and appends the pieces.
  /// Blocks of other owners stay with the piece before them; owner 0 begins at a block of no known file.
  /// When an owner has no such block, cuts evenly in blocks of 4 KiB and returns false.
  bool cut(const IoRequest& request, const std::vector<InodeCsv::Owner>& owners, std::vector<IoRequest>& pieces) const;
  /// Sets `dun` to the page index in the file, when every block is known to follow the one before in that file.
  void tell_dun(IoRequest& request) const;

 private:
  struct Page {
    std::uint64_t inode = 0;
    std::uint64_t index = 0;
  };
  /// An f2fs block address has 32 bits, major and minor have 12 and 20.
  static std::uint64_t place(ftrace::Device device, std::uint64_t block);
  const Page* page_at(std::uint64_t block) const;

  ftrace::Device device_;
  std::unordered_map<std::uint64_t, Page> pages_;
};

}  // namespace icesim
