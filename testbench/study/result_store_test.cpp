// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/result_store.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;

StudyPoint point() {
  StudyPoint result;
  result.program = "p";
  result.version = "1";
  result.traces = {"abc"};
  result.reading = {"recorded", ""};
  result.config = {{"ice.cores", "2"}, {"crypto.path", "registers"}};
  return result;
}

/// Results as a run writes them.
std::string stored(const std::string& cores = "2", const std::string& sha256 = "abc") {
  return R"({"icesim": "1", "trace": {"name": "t", "format": "f", "requests": 1, "sha256": ")" + sha256 +
         R"("}, "config": {"ice": {"cores": )" + cores + R"(}, "crypto": {"path": "registers"}}, "statistics": {}})";
}

class ResultStoreTest : public testing::Test {
 protected:
  std::string refusal(const ResultStore& store) const {
    try {
      store.find("name", point());
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }

  const test::TemporaryDirectory temporary_;
  const std::string directory_ = temporary_.path();
};

TEST(StudyPoint, IsNamedByAllThatGoesIn) {
  const std::string name = point().name();
  EXPECT_EQ(name.size(), 64U);
  EXPECT_EQ(point().name(), name);
  const auto changed = [](const std::function<void(StudyPoint&)>& change) {
    StudyPoint other = point();
    change(other);
    return other.name();
  };
  EXPECT_NE(changed([](StudyPoint& p) { p.program = "q"; }), name);
  EXPECT_NE(changed([](StudyPoint& p) { p.version = "2"; }), name);
  EXPECT_NE(changed([](StudyPoint& p) { p.traces[0] = "abd"; }), name);
  EXPECT_NE(changed([](StudyPoint& p) { p.traces.push_back("d"); }), name);
  EXPECT_NE(changed([](StudyPoint& p) { p.reading = {"", "recorded"}; }), name);
  EXPECT_NE(changed([](StudyPoint& p) { p.reading = {"recorde", "d"}; }), name) << "where a text ends counts";
  EXPECT_NE(changed([](StudyPoint& p) { p.config[0].value = "3"; }), name);
}

TEST_F(ResultStoreTest, FindsWhatItKeeps) {
  const ResultStore store(directory_ + "/new");
  EXPECT_FALSE(store.find("name", point()));
  store.keep("name", stored());
  EXPECT_EQ(store.find("name", point()).value(), stored());
  EXPECT_EQ(ResultStore(directory_ + "/new").find("name", point()).value(), stored()) << "an old directory is as good";
}

TEST_F(ResultStoreTest, RefusesWhatIsBrokenOrOfAnotherPoint) {
  const ResultStore store(directory_);
  store.keep("name", stored().substr(0, 40));
  EXPECT_THAT(refusal(store), HasSubstr("name.json:1:"));
  EXPECT_THAT(refusal(store), HasSubstr("; remove it, and the point is simulated again"));
  store.keep("name", stored("3"));
  EXPECT_THAT(refusal(store), HasSubstr("name.json: not the results of the point that it is named by"));
  store.keep("name", stored("2", "other"));
  EXPECT_THAT(refusal(store), HasSubstr("not the results of the point"));
  store.keep("name", "{}");
  EXPECT_THAT(refusal(store), HasSubstr("these are no results of a run"));
}

TEST_F(ResultStoreTest, IsADirectory) {
  write_file_atomically(directory_ + "/file", "");
  EXPECT_THROW(ResultStore(directory_ + "/file"), UserError);
  EXPECT_THROW(ResultStore(directory_ + "/no/such"), UserError);
}

}  // namespace
}  // namespace icesim
