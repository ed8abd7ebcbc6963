// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/keys/keyed_trace.hpp"
#include "testbench/workload/files.hpp"

#include <cstdio>
#include <gtest/gtest.h>
#include <numeric>
#include <string>
#include <vector>

namespace icesim::test {

/// Writes a trace line by line, a request per millisecond, and reads it with keys.
class KeyedTraceFixture : public testing::Test {
 protected:
  void event(std::string_view comm, unsigned pid, std::string_view event, std::string_view payload) {
    const std::string process = std::string(comm) + "-" + std::to_string(pid);
    char time[32];
    std::snprintf(time, sizeof time, "%.6f", milliseconds_ / 1000.0);
    trace_.append(std::string(process.size() < 24 ? 24 - process.size() : 0, ' ')).append(process);
    trace_.append(" [000] ..... ").append(time).append(": ").append(event).append(": ").append(payload).append("\n");
  }
  /// f2fs writes page `page` of `inode` to a block of `device`.
  void owns(unsigned inode, unsigned page, unsigned block, std::string_view type = "HOT_DATA",
            std::string_view device = "8,0") {
    char payload[160];
    std::snprintf(payload, sizeof payload,
                  "ino = %u, page_index = 0x%x, oldaddr = 0x0, newaddr = 0x%x, rw = WRITE(), type = ", inode, page,
                  block);
    event("a", 1, "f2fs_submit_page_write", "dev = (" + std::string(device) + "), " + payload + std::string(type));
  }
  void path(unsigned inode, std::string_view name) {
    event("a", 1, "f2fs_datawrite_start",
          "entry_name " + std::string(name) + ", offset 0, bytes 9, cmdline a, pid 1, i_size 0, ino " +
              std::to_string(inode));
  }
  void request(std::string_view rwbs, unsigned block, unsigned blocks, std::string_view comm = "a", unsigned pid = 1) {
    milliseconds_ += 1;
    event(comm, pid, "block_rq_issue",
          "8,0 " + std::string(rwbs) + " 4096 () " + std::to_string(block * 8) + " + " + std::to_string(blocks * 8) +
              " [" + std::string(comm) + "]");
  }
  std::vector<IoRequest> tag(KeyMode mode) {
    options_.mode = mode;
    write_file(directory_ / "in", trace_);
    KeyedTrace trace(directory_ / "in", {}, options_);
    auto requests = drain(trace);
    counts_ = trace.keys();
    EXPECT_EQ(std::accumulate(counts_.by_rule.begin(), counts_.by_rule.end(), std::uint64_t{0}), requests.size());
    EXPECT_EQ(counts_.records, requests.size());
    return requests;
  }
  std::vector<KeyId> keys_of(KeyMode mode) {
    std::vector<KeyId> keys;
    for (const IoRequest& r : tag(mode)) keys.push_back(r.key);
    return keys;
  }
  std::uint64_t by(KeyRule rule) const { return counts_.by_rule[static_cast<std::size_t>(rule)]; }
  void side_file(std::string_view text) {
    options_.side_file = directory_ / "side";
    write_file(options_.side_file, text);
  }

  TemporaryDirectory directory_;
  std::string trace_;
  double milliseconds_ = 1000;
  KeyOptions options_;
  KeyCounts counts_;
};

}  // namespace icesim::test
