// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/ftrace_line.hpp"

#include <gtest/gtest.h>
#include <string>

namespace icesim::ftrace {
namespace {

constexpr std::string_view rest = "block_rq_issue: 8,0 R 4096 () 8 + 8 [x]";

/// The kernel's "%16s-%-7d [%03d] ".
std::string kernel_line(std::string_view comm, std::string_view pid, std::string_view between) {
  std::string line(comm.size() < 16 ? 16 - comm.size() : 0, ' ');
  line.append(comm).append("-").append(pid);
  line.append(pid.size() < 7 ? 7 - pid.size() : 0, ' ');
  return line.append(" ").append(between).append("   14.534913: ").append(rest);
}

void expect_line(const std::string& text, std::uint32_t process, std::string_view comm) {
  Line line;
  ASSERT_TRUE(parse_line(text, line)) << text;
  EXPECT_EQ(line.process, process) << text;
  EXPECT_EQ(line.comm, comm) << text;
  EXPECT_EQ(line.nanoseconds, 14'534'913'000u) << text;
  EXPECT_EQ(line.event, "block_rq_issue") << text;
  EXPECT_EQ(line.payload, rest.substr(rest.find(' ') + 1)) << text;
}

TEST(FtraceLine, FindsThePidBehindAnyComm) {
  for (const char* comm : {"launch user_0", "my app: (x) 2", "highpool[2]", "AsyncTask #1", "Binder:1001_1", "<...>",
                           "<idle>", "f2fs_ckpt-254:4", "launch system_d", "kworker/u16:17", "a-5 [001] d..1",
                           "-1 [000] 1.2: b", "x (7) [0] .....", "[000]", "-", "12-34", ""}) {
    for (const char* between : {"[000] .....", "[001] d.h1.", "[005] d..2", "[001] dNH2.", "[007] .n#1.", "[003]",
                                "(    517) [003] d..1", "(-------) [000] .....", "(517) [012] dN.3"}) {
      const std::string_view name = std::string_view(comm) == "<...>" ? "" : comm;
      expect_line(kernel_line(comm, "256", between), 256, name);
      expect_line(kernel_line(comm, "4194304", between), 4194304, name);
    }
  }
}

TEST(FtraceLine, FindsThePidWithoutPaddingToo) {
  for (const char* comm : {"my app: (x) 2", "highpool[2]", "f2fs_ckpt-254:4", "Binder:1001_1", "a b-3 [1]"}) {
    expect_line(std::string(comm) + "-77 [001] d..1 14.534913: " + std::string(rest), 77, comm);
  }
}

TEST(FtraceLine, ReadsMicrosecondsAndNanoseconds) {
  Line line;
  ASSERT_TRUE(parse_line("a-1 [000] ..... 1646950.000007: e: p", line));
  EXPECT_EQ(line.nanoseconds, 1'646'950'000'007'000u);
  ASSERT_TRUE(parse_line("a-1 [000] ..... 3.000000007: e: p", line));
  EXPECT_EQ(line.nanoseconds, 3'000'000'007u);
  ASSERT_TRUE(parse_line("a-1 [000] 3.000000007: block_rq_issue:       8,0", line)) << "trace-cmd pads";
  EXPECT_EQ(line.payload, "8,0");
}

TEST(FtraceLine, RefusesWhatIsNoEvent) {
  for (const char* text :
       {"", "garbage", "# tracer: nop", "a-1 [000] .....", "a-1 [000] ..... 14.5", "a-1 [000] ..... 14.5: event",
        "a-1 [000] ..... 14: e: p", "a- [000] ..... 14.5: e: p", "a-1 000 ..... 14.5: e: p",
        "a-1 [0x0] ..... 1.5: e: p", "a-1 [000] ..... 14.5555555555: e: p", "a-99999999999 [000] ..... 14.5: e: p"}) {
    Line line;
    EXPECT_FALSE(parse_line(text, line)) << text;
  }
}

TEST(FtraceLine, ReadsIssuesOfOldAndNewKernels) {
  for (const char* payload : {"8,0 WS 8192 () 90384 + 16 [kworker/0:1H]",
                              "8,0 WS 8192 () 90384 + 16 be,0,4 [my [a] 1,2]", "8,0 WS 8192 () 90384 + 16 none,0,0 []",
                              "8,0 WS 8192 () 90384 + 16 rt,4 [a]", "8,0 WS 8192 (2a 00 01) 90384 + 16 [a]"}) {
    BlockEvent event;
    ASSERT_TRUE(parse_issue(payload, event)) << payload;
    EXPECT_EQ(event.rwbs, "WS");
    EXPECT_EQ(event.sector, 90384u);
    EXPECT_EQ(event.sectors, 16u);
    EXPECT_TRUE(event.device == (BlockDevice{8, 0}));
  }
}

TEST(FtraceLine, RefusesBrokenIssues) {
  const std::string good = "8,0 WS 8192 () 90384 + 16 be,0,4 [a]";
  BlockEvent event;
  ASSERT_TRUE(parse_issue(good, event));
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(parse_issue(good.substr(0, size), event)) << good.substr(0, size);
  }
  for (const char* payload : {"8,0 WS 8192 90384 + 16 [a]", "8,0 WS x () 90384 + 16 [a]", "8,0 WS 8192 () -1 + 16 [a]",
                              "8,0 WS 8192 () 99999999999999999999 + 16 [a]", "8,0 WS 8192 () 90384 16 [a]"}) {
    EXPECT_FALSE(parse_issue(payload, event)) << payload;
  }
}

TEST(FtraceLine, ReadsCompletions) {
  for (const char* payload :
       {"8,0 FF () 18446744073709551615 + 0 [0]", "8,0 FF () 18446744073709551615 + 0 be,0,4 [-5]"}) {
    BlockEvent event;
    ASSERT_TRUE(parse_complete(payload, event)) << payload;
    EXPECT_EQ(event.rwbs, "FF");
    EXPECT_EQ(event.sector, ~std::uint64_t{0});
  }
  BlockEvent event;
  EXPECT_FALSE(parse_complete("8,0 FF () 18446744073709551615 + 0", event));
}

}  // namespace
}  // namespace icesim::ftrace
