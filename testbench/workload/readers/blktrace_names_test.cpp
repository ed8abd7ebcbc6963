// SPDX-License-Identifier: Apache-2.0
#include "testbench/workload/files.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// Notifications of the binary name the processes that blkparse prints.
TEST(BlktraceNames, AreThoseThatBlkparsePrints) {
  for (const char* run :
       {"k61_ufs_sdb_f2fs_perfile", "k612_ufs_mcq_f2fs_ivino64", "k612_ufs_upiu_mqdeadline", "k61_ufs_fio_qd"}) {
    const auto path = test::recorded(run);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    const auto binary = open_trace(path);
    const auto text = open_trace(path / "blkparse.txt.zst");
    std::uint64_t named = 0;
    IoRequest one;
    IoRequest other;
    while (binary->next(one) && text->next(other)) {
      ASSERT_EQ(binary->process_name(), text->process_name()) << run << " request " << named;
      named += binary->process_name().empty() ? 0 : 1;
    }
    EXPECT_EQ(named, binary->info().requests.total()) << "the recordings have all names";
  }
}

/// This dump begins behind its notifications: blkparse prints (null).
TEST(BlktraceNames, AreEmptyWhereNothingTellsThem) {
  const auto path = test::shared_traces() / "blktrace/nvme_readahead";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto binary = open_trace(path / "sample.blktrace.0");
  const auto text = open_trace(path / "expected_blkparse_stdin.txt.gz");
  std::uint64_t requests = 0;
  IoRequest one;
  IoRequest other;
  for (; binary->next(one) && text->next(other); ++requests) {
    ASSERT_EQ(binary->process_name(), text->process_name()) << "request " << requests;
  }
  EXPECT_EQ(requests, 963u);
}

}  // namespace
}  // namespace icesim
