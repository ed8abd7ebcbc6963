// SPDX-License-Identifier: Apache-2.0
#include "block_owners.hpp"

#include "icesim/base/error.hpp"

namespace icesim {
namespace {

constexpr std::uint64_t most_pages = std::uint64_t{1} << 32;

}  // namespace

void BlockOwners::owner(const ftrace::OwnerEvent& event) {
  if (event.data && event.page < most_pages) {
    pages_[place(event.device, event.block)] = {event.inode, event.page};
  } else {
    pages_.erase(place(event.device, event.block));
  }
}

std::uint64_t BlockOwners::place(ftrace::Device device, std::uint64_t block) {
  constexpr unsigned minor_bits = 20;
  constexpr unsigned block_bits = 32;
  return (((std::uint64_t{device.major} << minor_bits) | device.minor) << block_bits) | (block & 0xffff'ffff);
}

const BlockOwners::Page* BlockOwners::page_at(std::uint64_t block) const {
  const auto found = pages_.find(place(device_, block));
  return found == pages_.end() ? nullptr : &found->second;
}

bool BlockOwners::cut(const IoRequest& request, const std::vector<InodeCsv::Owner>& owners,
                      std::vector<IoRequest>& pieces) const {
  const std::uint64_t first = request.offset / logical_block;
  const std::uint64_t blocks = request.length / logical_block;
  const std::uint64_t count = owners.size();
  ensure(count <= blocks, "every file of a request has a block");
  std::vector<std::uint64_t> starts{0};
  for (std::uint64_t block = 0; block < blocks && starts.size() < count; ++block) {
    const Page* page = page_at(first + block);
    const std::uint64_t inode = page == nullptr ? 0 : page->inode;
    if (block > 0 && inode == owners[starts.size()].inode) starts.push_back(block);
  }
  const bool exact = starts.size() == count;
  if (!exact) {
    starts.clear();
    for (std::uint64_t i = 0; i < count; ++i) starts.push_back(i * blocks / count);
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    IoRequest piece = request;
    piece.offset += logical_block * starts[i];
    piece.length = logical_block * ((i + 1 < count ? starts[i + 1] : blocks) - starts[i]);
    piece.inode = owners[i].inode;
    piece.policy = owners[i].policy;
    if (i > 0) piece.flags |= IoRequest::continuation;
    pieces.push_back(piece);
  }
  return exact;
}

void BlockOwners::tell_dun(IoRequest& request) const {
  if (request.offset % logical_block != Bytes{} || request.length % logical_block != Bytes{}) return;
  const std::uint64_t first = request.offset / logical_block;
  const std::uint64_t blocks = request.length / logical_block;
  const Page* start = page_at(first);
  for (std::uint64_t block = 0; block < blocks; ++block) {
    const Page* page = page_at(first + block);
    if (page == nullptr || page->inode != request.inode || page->index != start->index + block) return;
  }
  if (start == nullptr) return;
  request.dun = Dun{start->index};
  request.flags |= IoRequest::has_dun;
}

}  // namespace icesim
