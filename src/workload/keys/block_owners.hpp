// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"
#include "icesim/workload/io_request.hpp"
#include "src/workload/keys/extent_map.hpp"
#include "src/workload/keys/inode_csv.hpp"
#include "src/workload/keys/policy_names.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace icesim {

/// Remembers which file has which blocks, from a map given before the trace and from the trace's own events, to cut
/// requests where files meet and to tell their DUNs.
///
/// Remembers about a million extents (100 MB); a trace with more begins anew, and counts what it forgot.
class BlockOwners final : public FileListener {
 public:
  explicit BlockOwners(PolicyNames& policies) : policies_(policies) {}

  void extent(BlockDevice device, const FileExtent& extent) override;
  void path(std::uint64_t inode, std::string_view path) override;
  void directory(std::uint64_t inode) override;
  void remap(BlockDevice from, std::uint64_t from_sector, BlockDevice to, std::uint64_t to_sector,
             std::uint64_t sectors) override;
  void traced(BlockDevice device) override { traced_ = device; }
  /// The policies are named elsewhere: paths of the trace say nothing then.
  void ignore_paths() { hears_paths_ = false; }
  /// From now on also remembers the paths themselves, up to 64 MiB of them; beyond that it begins anew.
  void remember_paths() { remembers_paths_ = true; }
  /// Empty: not told, or not remembered.
  std::string_view path_of(std::uint64_t inode) const {
    const auto found = path_of_.find(inode);
    return found == path_of_.end() ? std::string_view() : std::string_view(found->second);
  }
  /// What holds before the first event, on the device that is traced.
  void extent_before(const FileExtent& extent, std::uint32_t policy);

  /// Whose a piece of a request is, and who said so.
  enum class Source { unknown, map, event };
  struct Piece {
    IoRequest request;
    Source source = Source::unknown;
  };
  /// Cuts `request` at inode boundaries into `pieces`, which is empty, with inode and policy. Blocks nobody told of
  /// belong to the file before them in the request, or to the one behind them at its start. Inode 0 is metadata or a
  /// directory.
  void cut(const IoRequest& request, std::vector<Piece>& pieces) const;
  /// Cuts `request` at the first block of each owner but the first, in their order, and appends the pieces.
  /// Blocks of other owners stay with the piece before them; owner 0 begins at a block of no known file.
  /// When an owner has no such block, cuts evenly in blocks of 4 KiB and returns false.
  bool cut(const IoRequest& request, const std::vector<InodeCsv::Owner>& owners, std::vector<IoRequest>& pieces) const;
  /// Sets `dun` to the page index in the file, when every block is known to follow the one before in that file.
  void tell_dun(IoRequest& request) const;

  /// True once an extent of the traced device is known: without any, no request can be given its file.
  bool know_any() const { return !before_.empty() || heard_extent_; }
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  static constexpr std::uint64_t most_extents = 1'000'000;
  static constexpr std::size_t most_devices = 64;
  static constexpr std::uint64_t most_path_bytes = std::uint64_t{64} << 20;

  struct Run {
    Source source = Source::unknown;
    std::uint64_t inode = 0;
    std::uint64_t page = 0;
    std::uint64_t blocks = 0;
  };
  ExtentMap* map_of(BlockDevice device);
  const ExtentMap* traced_map() const;
  Run at(std::uint64_t block, std::uint64_t most) const;
  void limit();

  PolicyNames& policies_;
  BlockDevice traced_;
  std::vector<std::pair<BlockDevice, ExtentMap>> devices_;
  ExtentMap before_;
  std::unordered_map<std::uint64_t, std::uint32_t> policy_of_;
  std::unordered_set<std::uint64_t> directories_;
  bool hears_paths_ = true;
  bool remembers_paths_ = false;
  std::unordered_map<std::uint64_t, std::string> path_of_;
  std::uint64_t path_bytes_ = 0;
  bool heard_extent_ = false;
  std::uint64_t forgotten_ = 0;
};

}  // namespace icesim
