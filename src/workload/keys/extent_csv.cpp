// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/extent_csv.hpp"

#include "src/workload/text/csv_fields.hpp"
#include "src/workload/text/cursor.hpp"
#include "src/workload/text/line_reader.hpp"

#include <string>

namespace icesim {
namespace {

constexpr std::string_view extent_columns = "inode,lblk,pblk,len";
constexpr std::uint64_t most_blocks = std::uint64_t{1} << 32;
constexpr std::uint64_t highest_block = std::uint64_t{1} << 52;

bool parse(std::string_view line, FileExtent& extent) {
  Cursor at(line);
  return at.number(extent.inode) && at.literal(',') && at.number(extent.page) && at.literal(',') &&
         at.number(extent.block) && at.literal(',') && at.number(extent.blocks) && at.at_end() && extent.blocks > 0 &&
         extent.blocks <= most_blocks && extent.page < most_blocks && extent.block < highest_block;
}

}  // namespace

bool is_extent_csv(std::string_view text) { return text.substr(0, extent_columns.size()) == extent_columns; }

bool read_extent_csv(std::unique_ptr<ByteSource> bytes, PolicyNames& policies, BlockOwners& owners) {
  LineReader lines(std::move(bytes));
  std::string_view line;
  lines.next(line);
  const bool has_policies = line == std::string(extent_columns) + ",policy_dir";
  const std::string allowed = "; allowed is " + std::string(extent_columns) + "[,policy_dir]";
  if (!has_policies && line != extent_columns) lines.fail("the first line names other columns" + allowed);
  while (lines.next(line)) {
    std::string_view directory;
    FileExtent extent;
    if ((has_policies && !cut_last(line, ',', directory)) || !parse(line, extent)) {
      lines.fail("malformed line" + allowed + ", numbers of blocks of 4096 bytes");
    }
    owners.extent_before(extent, policies.id_of(directory));
  }
  return has_policies;
}

}  // namespace icesim
