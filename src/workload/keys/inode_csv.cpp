// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/inode_csv.hpp"

#include "src/workload/text/csv_fields.hpp"
#include "src/workload/text/cursor.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::string_view inode_columns = "timestamp,rw,sector,nsect,comm,inodes";

char letter_of(Operation operation) {
  if (operation == Operation::read) return 'R';
  return operation == Operation::write ? 'W' : 'D';
}

}  // namespace

InodeCsv::InodeCsv(std::unique_ptr<ByteSource> bytes, PolicyNames& policies)
    : lines_(std::move(bytes)), policies_(policies) {
  std::string_view header;
  lines_.next(header);
  has_policies_ = header == std::string(inode_columns) + ",policy_dir";
  if (!has_policies_ && header != inode_columns) {
    lines_.fail("the first line names other columns; allowed are " + std::string(inode_columns) +
                "[,policy_dir] and, for a map of extents, inode,lblk,pblk,len[,policy_dir]");
  }
  advance();
}

void InodeCsv::advance() {
  std::string_view line;
  has_row_ = lines_.next(line);
  if (has_row_ && !parse(line)) lines_.fail("malformed line; allowed is " + std::string(inode_columns) + "[,policy_dir]");
}

/// From both ends, because comm, in the middle, may hold commas.
bool InodeCsv::parse(std::string_view line) {
  row_ = {};
  if (has_policies_ && !cut_last(line, ',', row_.policies)) return false;
  if (!cut_last(line, ',', row_.inodes)) return false;
  cut_first(line, ',');
  const std::string_view operation = cut_first(line, ',');
  Cursor at(line);
  if (operation.size() != 1 || !at.number(row_.sector) || !at.literal(',') || !at.number(row_.sectors) ||
      !at.literal(',')) {
    return false;
  }
  row_.operation = operation.front();
  return true;
}

void InodeCsv::parse_owners() {
  owners_.clear();
  std::string_view inodes = row_.inodes;
  std::string_view policies = row_.policies;
  if (inodes.empty()) lines_.fail("no inode; allowed are inodes with | between, and 0 for metadata");
  while (!inodes.empty()) {
    Owner owner;
    Cursor at(cut_first(inodes, '|'));
    if (!at.number(owner.inode) || !at.at_end()) lines_.fail("an inode is not a number");
    if (has_policies_ && policies.empty()) lines_.fail("fewer policies than inodes");
    owner.policy = policies_.id_of(cut_first(policies, '|'));
    const bool again = std::any_of(owners_.begin(), owners_.end(), [&](Owner o) { return o.inode == owner.inode; });
    if (again) lines_.fail("inode " + std::to_string(owner.inode) + " is listed twice");
    owners_.push_back(owner);
  }
  if (!policies.empty()) lines_.fail("more policies than inodes");
}

const std::vector<InodeCsv::Owner>& InodeCsv::owners_of(const IoRequest& request) {
  owners_.clear();
  const bool optional = request.operation == Operation::discard;
  const bool about_it = has_row_ && row_.operation == letter_of(request.operation) &&
                        sector_size * row_.sector == request.offset && sector_size * row_.sectors == request.length;
  if (about_it) {
    parse_owners();
    const bool aligned = (request.offset.n | request.length.n) % logical_block.n == 0;
    if (owners_.size() > 1 && (!aligned || owners_.size() > request.length / logical_block)) {
      lines_.fail("the request cannot hold so many files; each needs a block of 4096 bytes");
    }
    advance();
  } else if (!optional) {
    lines_.fail((has_row_ ? "the line is about another request; " : "no line is left for a request; ") +
                std::string("the trace's next one is ") + letter_of(request.operation) + " of " +
                std::to_string(request.length / sector_size) + " sectors at sector " +
                std::to_string(request.offset / sector_size));
  }
  return owners_;
}

void InodeCsv::finish() {
  if (has_row_) lines_.fail("the trace has no request for this line");
}

}  // namespace icesim
