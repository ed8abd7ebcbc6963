// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/block_owners.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/keys/block_range.hpp"

#include <algorithm>

namespace icesim {
namespace {

ExtentMap::Owner owner_of(const FileExtent& extent) {
  // Metadata has no pages to count.
  if (extent.inode == 0) return {};
  return {extent.inode, extent.page, true};
}

}  // namespace

ExtentMap* BlockOwners::map_of(BlockDevice device) {
  for (auto& [known, map] : devices_) {
    if (known == device) return &map;
  }
  if (devices_.size() == most_devices) return nullptr;
  return &devices_.emplace_back(device, ExtentMap()).second;
}

const ExtentMap* BlockOwners::traced_map() const {
  for (const auto& [known, map] : devices_) {
    if (known == traced_) return &map;
  }
  return nullptr;
}

/// Hostile or endless traces must not fill the memory.
void BlockOwners::limit() {
  std::uint64_t total = 0;
  for (const auto& [device, map] : devices_) total += map.size();
  if (total + policy_of_.size() + directories_.size() <= most_extents) return;
  forgotten_ += total;
  devices_.clear();
  policy_of_.clear();
  directories_.clear();
}

void BlockOwners::extent(BlockDevice device, const FileExtent& extent) {
  limit();
  heard_extent_ = true;
  if (ExtentMap* map = map_of(device)) map->assign(extent.block, extent.blocks, owner_of(extent));
}

void BlockOwners::extent_before(const FileExtent& extent, std::uint32_t policy) {
  before_.assign(extent.block, extent.blocks, owner_of(extent));
  if (policy != 0) policy_of_[extent.inode] = policy;
}

void BlockOwners::path(std::uint64_t inode, std::string_view path) {
  limit();
  directories_.erase(inode);
  if (hears_paths_) policy_of_[inode] = policies_.id_of(policy_directory(path));
  if (!remembers_paths_) return;
  constexpr std::uint64_t entry = 64;
  if ((path_bytes_ += path.size() + entry) > most_path_bytes) {
    path_of_.clear();
    path_bytes_ = path.size() + entry;
  }
  path_of_[inode] = path;
}

void BlockOwners::directory(std::uint64_t inode) {
  limit();
  directories_.insert(inode);
}

/// What is known of the blocks moves along with every request that is passed on.
void BlockOwners::remap(BlockDevice from, std::uint64_t from_sector, BlockDevice to, std::uint64_t to_sector,
                        std::uint64_t sectors) {
  constexpr std::uint64_t per_block = logical_block / sector_size;
  if ((from_sector | to_sector | sectors) % per_block != 0) return;
  const ExtentMap* const source = map_of(from);
  if (source == nullptr || source->empty() || map_of(to) == nullptr) return;
  limit();
  const std::uint64_t blocks = sectors / per_block;
  for (std::uint64_t done = 0; done < blocks;) {
    // Looked up anew: to learn of a device may move the maps.
    const ExtentMap::Run run = map_of(from)->at(from_sector / per_block + done, blocks - done);
    if (run.known) map_of(to)->assign(to_sector / per_block + done, run.blocks, run.owner);
    done += run.blocks;
  }
}

BlockOwners::Run BlockOwners::at(std::uint64_t block, std::uint64_t most) const {
  ExtentMap::Run run{false, {}, most};
  if (const ExtentMap* const map = traced_map()) run = map->at(block, most);
  Source source = Source::event;
  if (!run.known) {
    run = before_.at(block, run.blocks);
    source = Source::map;
  }
  if (!run.known) return {Source::unknown, 0, 0, run.blocks};
  return {source, run.owner.id, run.owner.index, run.blocks};
}

void BlockOwners::cut(const IoRequest& request, std::vector<Piece>& pieces) const {
  const BlockRange range(request);
  pieces.push_back({request});
  for (std::uint64_t done = 0; done < range.blocks;) {
    const Run run = at(range.first + done, range.blocks - done);
    const std::uint64_t inode = directories_.count(run.inode) == 0 ? run.inode : 0;
    const bool is_other = run.source != Source::unknown && inode != pieces.back().request.inode;
    if (is_other && pieces.back().source != Source::unknown) {
      pieces.push_back({cut_at(pieces.back().request, range.first + done)});
    }
    if (run.source != Source::unknown) {
      pieces.back().request.inode = inode;
      pieces.back().source = run.source;
    }
    done += run.blocks;
  }
  for (Piece& piece : pieces) {
    const auto policy = policy_of_.find(piece.request.inode);
    if (policy != policy_of_.end()) piece.request.policy = policy->second;
  }
}

bool BlockOwners::cut(const IoRequest& request, const std::vector<InodeCsv::Owner>& owners,
                      std::vector<IoRequest>& pieces) const {
  const BlockRange range(request);
  const std::uint64_t count = owners.size();
  ensure(count <= range.blocks, "every file of a request has a block");
  std::vector<std::uint64_t> starts{0};
  for (std::uint64_t block = 0; block < range.blocks && starts.size() < count;) {
    const Run run = at(range.first + block, range.blocks - block);
    const std::uint64_t start = std::max<std::uint64_t>(block, 1);
    block += run.blocks;
    if (start < block && run.inode == owners[starts.size()].inode) starts.push_back(start);
  }
  const bool exact = starts.size() == count;
  if (!exact) {
    starts.clear();
    for (std::uint64_t i = 0; i < count; ++i) starts.push_back(i * range.blocks / count);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    pieces.push_back(i == 0 ? request : cut_at(pieces.back(), range.first + starts[i]));
    pieces.back().inode = owners[i].inode;
    pieces.back().policy = owners[i].policy;
  }
  return exact;
}

void BlockOwners::tell_dun(IoRequest& request) const {
  if ((request.offset.n | request.length.n) % logical_block.n != 0 || request.length == Bytes{}) return;
  const BlockRange range(request);
  std::uint64_t page = 0;
  for (std::uint64_t done = 0; done < range.blocks;) {
    const Run run = at(range.first + done, range.blocks - done);
    if (done == 0) page = run.page;
    if (run.source == Source::unknown || run.inode != request.inode || run.page != page + done) return;
    done += run.blocks;
  }
  request.dun = Dun{page};
  request.flags |= IoRequest::has_dun;
}

}  // namespace icesim
