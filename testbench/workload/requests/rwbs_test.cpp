// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/rwbs.hpp"

#include <gtest/gtest.h>
#include <string>

namespace icesim {
namespace {

TEST(Rwbs, NamesEveryRequestUniquely) {
  for (const Operation operation : {Operation::read, Operation::write, Operation::flush, Operation::discard}) {
    for (std::uint8_t flags = 0; flags < IoRequest::continuation; ++flags) {
      // "FF" is a preflush with a flush; a flush with FUA does not exist.
      if (operation == Operation::flush && (flags & IoRequest::fua) != 0) continue;
      IoRequest request;
      request.operation = operation;
      request.flags = flags;
      Rwbs word;
      ASSERT_TRUE(parse_rwbs(rwbs(request), word)) << rwbs(request);
      EXPECT_EQ(word.operation, operation) << rwbs(request);
      EXPECT_EQ(word.flags, flags) << rwbs(request);
      EXPECT_TRUE(word.known);
    }
  }
}

TEST(Rwbs, ReadsTheWordsOfRealTraces) {
  struct Case {
    std::string word;
    Operation operation;
    int flags;
  };
  const Case cases[] = {
      {"R", Operation::read, 0},
      {"RA", Operation::read, IoRequest::readahead},
      {"W", Operation::write, 0},
      {"WSM", Operation::write, IoRequest::sync | IoRequest::metadata},
      {"WFS", Operation::write, IoRequest::fua | IoRequest::sync},
      {"FWFSM", Operation::write, IoRequest::preflush | IoRequest::fua | IoRequest::sync | IoRequest::metadata},
      {"FF", Operation::flush, IoRequest::preflush},
      {"F", Operation::flush, 0},
      {"FS", Operation::flush, IoRequest::sync},
      {"FN", Operation::flush, IoRequest::preflush},
      {"DS", Operation::discard, IoRequest::sync},
      {"DE", Operation::discard, 0},
  };
  for (const Case& c : cases) {
    Rwbs word;
    ASSERT_TRUE(parse_rwbs(c.word, word)) << c.word;
    EXPECT_TRUE(word.known) << c.word;
    EXPECT_EQ(word.operation, c.operation) << c.word;
    EXPECT_EQ(word.flags, c.flags) << c.word;
  }
}

TEST(Rwbs, KnowsOtherOperationsAsOther) {
  for (const char* text : {"N", "NS", "WZ", "WZS", "ZR", "ZRA", "ZO", "ZC", "ZF", "ZA"}) {
    Rwbs word;
    EXPECT_TRUE(parse_rwbs(text, word)) << text;
    EXPECT_FALSE(word.known) << text;
  }
}

TEST(Rwbs, PassesOverLettersOfVendorsBehindAKnownOperation) {
  struct Case {
    std::string word;
    Operation operation;
    int flags;
    bool has_unknown;
  };
  const Case cases[] = {
      {"RCVHS", Operation::read, IoRequest::sync, true},
      {"WSX", Operation::write, IoRequest::sync, true},
      {"FWFSMQ", Operation::write, IoRequest::preflush | IoRequest::fua | IoRequest::sync | IoRequest::metadata, true},
      {"DB", Operation::discard, 0, true},
      {"WMS", Operation::write, IoRequest::sync | IoRequest::metadata, false},
      {"RAS", Operation::read, IoRequest::readahead | IoRequest::sync, false},
  };
  for (const Case& c : cases) {
    Rwbs word;
    ASSERT_TRUE(parse_rwbs(c.word, word)) << c.word;
    EXPECT_TRUE(word.known) << c.word;
    EXPECT_EQ(word.operation, c.operation) << c.word;
    EXPECT_EQ(word.flags, c.flags) << c.word;
    EXPECT_EQ(word.has_unknown, c.has_unknown) << c.word;
  }
}

TEST(Rwbs, RefusesWhatIsNoWord) {
  for (const char* text : {"", "X", "SR", "R8", "W+", "8,0", "Z"}) {
    Rwbs word;
    EXPECT_FALSE(parse_rwbs(text, word)) << text;
  }
}

}  // namespace
}  // namespace icesim
