// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>

namespace icesim {

/// Ranges of blocks and whom they belong to. What is assigned later replaces what it covers; neighbours that continue
/// each other become one range, so the map is as large as what it describes is scattered, not as large as it is long.
class ExtentMap {
 public:
  struct Owner {
    std::uint64_t id = 0;
    std::uint64_t index = 0;  ///< of the block among those of its owner; ids that do not count blocks leave it 0
    bool counts = false;      ///< the index grows with the block
  };
  /// What holds from one block on, for `blocks` blocks.
  struct Run {
    bool known = false;
    Owner owner;
    std::uint64_t blocks = 0;
  };

  void assign(std::uint64_t block, std::uint64_t blocks, Owner owner);
  void erase(std::uint64_t block, std::uint64_t blocks);
  /// The run that begins at `block`, cut off after `most` blocks.
  Run at(std::uint64_t block, std::uint64_t most) const;
  bool empty() const { return ranges_.empty(); }
  std::uint64_t size() const { return ranges_.size(); }
  void clear() { ranges_.clear(); }

 private:
  struct Range {
    std::uint64_t end = 0;
    Owner owner;
  };
  static Owner later(Owner owner, std::uint64_t blocks);
  static bool continues(Owner before, std::uint64_t blocks, Owner after);

  std::map<std::uint64_t, Range> ranges_;
};

}  // namespace icesim
