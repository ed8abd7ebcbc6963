// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"
#include "testbench/cli/requests/sample.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Explain, TellsWhoAskedAndWhereTheTimeWent) {
  const Directory directory;
  const std::string sample = directory.file("t.txt", sample_trace);
  const Outcome outcome = icesim({"explain", sample, "1", "--keys", "per-file"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("request   1 of t.txt, line 3\n"));
  EXPECT_THAT(outcome.out, HasSubstr("who       a-1: write of 4.00 KiB at block 100 (WSM)\n"));
  EXPECT_THAT(outcome.out, HasSubstr("file      inode 30, /user/0/a.db, policy user/0\n"));
  EXPECT_THAT(outcome.out, HasSubstr("key       key 1, in keyslot 0, which had to be programmed for it\n"));
  EXPECT_THAT(outcome.out, HasSubstr("; when it was recorded it took 500.00 us\n"));
  EXPECT_THAT(outcome.out, HasSubstr("keyslot_program: the CPU programs a key"));
  EXPECT_THAT(outcome.out, HasSubstr("Its key cost it "));
  EXPECT_THAT(icesim({"explain", sample, "3"}).out, HasSubstr("who       a-1: flush (FF)\nkey       none: it is not encrypted\n"));
}

TEST(Explain, SaysWhoHeldWhatItWaitedFor) {
  bool waited = false, locked = false;
  for (int id = 1; id < 3000 && !(waited && locked); id += 1) {
    const Outcome outcome = icesim({"explain", trace, std::to_string(2000 + id), "--set", "keyslots.num_keyslots=1", "--set",
                                    "replay.limit=3000", "--mode", "asap"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    if (outcome.out.find("all keyslots were in use") != std::string::npos) {
      waited = true;
      EXPECT_THAT(outcome.out, HasSubstr("keyslot 0, which it got, was held by request "));
    }
    if (outcome.out.find("had the keyslots' lock") != std::string::npos) {
      locked = true;
      EXPECT_THAT(outcome.out, HasSubstr("whose key was being programmed.\n"));
    }
    if (id > 20) break;
  }
  EXPECT_TRUE(waited);
}

TEST(Explain, RefusesARequestThatIsNotThere) {
  const Directory directory;
  const std::string sample = directory.file("t.txt", sample_trace);
  expect_refused({"explain", sample, "4"}, sample + ": there is no request 4; 3 were replayed, from 1 on");
  expect_refused({"explain", sample, "0"}, "N: 0 is outside 1..4611686018427387904");
  expect_refused({"explain", sample}, "N is missing; see 'icesim explain --help'");
}

}  // namespace
}  // namespace icesim::cli
