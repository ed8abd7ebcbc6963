// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/keyslot_sweep.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

KeyslotSizing with_moves() {
  KeyslotSizing all;
  all.traces.resize(1);
  all.sensitivity.wanted = true;
  all.sensitivity.keyslots = 3;
  all.sensitivity.ends = 135;
  all.sensitivity.all = {{"link.ack", "32", "0", 100, 90, 3, ""},
                         {"link.phy", "100ns", "100us", 100, 120'000, 2, "5.1us"},
                         {"host.mmio", "50ns", "10us", 100, 350, 233, "110ns"},
                         {"flash.buffer", "2MiB", "4KiB", 100, 150, 15, "4KiB"}};
  sort_by_effect(all.sensitivity);
  return all;
}

TEST(Sensitivity, IsToldAsConditionsAndByEffect) {
  const std::string text = keyslot_sizing_text(with_moves());
  EXPECT_THAT(text, HasSubstr("sensitivity: 135 ends of ranges of assumptions, each alone\n"
                              "  3 keyslots; 233 if host.mmio is 10us, more than 3 from 110ns on (it is 50ns); 15 if flash.buffer is 4KiB (it is 2MiB); "
                              "fewer at 1 end\n"));
  EXPECT_THAT(text, ContainsRegex("host.mmio +50ns +10us +\\+250.0 % +233 +110ns\n +flash.buffer +2MiB +4KiB +\\+50.0 % +15 +4KiB\n +link.phy +100ns +100us +x 1,200 +2 "
                                  "+5.1us\n +link.ack +32 +0 +-10.0 % +-\n"));
}

TEST(Sensitivity, IsNotToldUnlessAsked) {
  KeyslotSizing all = with_moves();
  all.sensitivity.wanted = false;
  EXPECT_THAT(keyslot_sizing_text(all), Not(HasSubstr("sensitivity")));
  EXPECT_THAT(keyslot_sizing_json(all), Not(HasSubstr("sensitivity")));
}

TEST(Sensitivity, SaysWhenNothingMattersAndWhatCannotBe) {
  KeyslotSizing all = with_moves();
  all.sensitivity.all.resize(4);
  all.sensitivity.all.erase(all.sensitivity.all.begin(), all.sensitivity.all.begin() + 3);
  all.sensitivity.refused = {"a=1: no"};
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("  3 keyslots, and no assumption alone would need more\n"));
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("  1 ends cannot be, the first: a=1: no\n"));
  all.sensitivity.all.clear();
  EXPECT_THAT(keyslot_sizing_text(all), HasSubstr("none of them moves the mean latency of encrypted requests by 0.1 %"));
}

TEST(Sensitivity, IsWholeInJson) {
  const auto json = nlohmann::ordered_json::parse(keyslot_sizing_json(with_moves()))["sensitivity"];
  EXPECT_EQ(json["moved"].size(), 4U);
  EXPECT_EQ(json["moved"][0].dump(),
            R"({"assumption":"host.mmio","base":"50ns","value":"10us","metric_before":100,"metric_after":350,"recommended":233,"from":"110ns"})");
}

}  // namespace
}  // namespace icesim
