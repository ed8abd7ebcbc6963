// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"

#include <string>
#include <vector>

namespace icesim::test {

/// Writes down what it hears, one line each.
class FileNotes final : public FileListener {
 public:
  std::vector<std::string> heard;

  void extent(BlockDevice device, const FileExtent& e) override {
    heard.push_back(text(device) + " block " + std::to_string(e.block) + "+" + std::to_string(e.blocks) + " inode " +
                    std::to_string(e.inode) + " page " + std::to_string(e.page));
  }
  void path(std::uint64_t inode, std::string_view path) override {
    heard.push_back(std::to_string(inode) + " is " + std::string(path));
  }
  void directory(std::uint64_t inode) override { heard.push_back(std::to_string(inode) + " is a directory"); }
  void remap(BlockDevice from, std::uint64_t from_sector, BlockDevice to, std::uint64_t to_sector,
             std::uint64_t sectors) override {
    heard.push_back(text(from) + " sector " + std::to_string(from_sector) + "+" + std::to_string(sectors) + " is " +
                    text(to) + " sector " + std::to_string(to_sector));
  }
  void traced(BlockDevice) override {}

 private:
  static std::string text(BlockDevice device) {
    return std::to_string(device.major) + ":" + std::to_string(device.minor);
  }
};

}  // namespace icesim::test
