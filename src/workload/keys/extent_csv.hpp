// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"
#include "src/workload/keys/block_owners.hpp"

#include <memory>
#include <string_view>

namespace icesim {

/// True when `text` begins like a map of extents.
bool is_extent_csv(std::string_view text);

/// Reads a map of extents, `inode,lblk,pblk,len[,policy_dir]` in blocks of 4096 bytes, as what holds before the trace
/// begins. Returns whether it names policies. Throws UserError that names the line.
bool read_extent_csv(std::unique_ptr<ByteSource> bytes, PolicyNames& policies, BlockOwners& owners);

}  // namespace icesim
