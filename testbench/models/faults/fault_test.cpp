// SPDX-License-Identifier: Apache-2.0
#include "models/faults/fault.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

std::string why(const std::string& text) {
  try {
    Fault::parse(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Fault, IsReadAsItIsWritten) {
  for (const Choice& kind : Fault::kinds) {
    for (const char* request : {"1", "read:2", "write:30", "flush:400", "crypto:18446744073709551615"}) {
      const std::string text = std::string(kind.name) + "@" + request;
      if (kind.name == "failed-resets" && text.find(':') != std::string::npos) {
        EXPECT_EQ(why(text), "--fault '" + text + "': it counts resets, not requests of a group");
        continue;
      }
      EXPECT_EQ(Fault::parse(text).text(), text);
    }
  }
  const Fault fault = Fault::parse("crypto-error@write:7");
  EXPECT_EQ(fault.kind, Fault::Kind::crypto_error);
  EXPECT_EQ(fault.among, Fault::Among::write);
  EXPECT_EQ(fault.number, 7u);
}

TEST(Fault, ALossOfPowerMayHaveATimeWithAUnit) {
  using namespace literals;
  const Fault fault = Fault::parse("power-loss@2.5ms");
  EXPECT_EQ(fault.kind, Fault::Kind::power_loss);
  EXPECT_EQ(fault.time, 2500_us);
  EXPECT_FALSE(fault.counts_requests());
  for (const char* text : {"power-loss@2.5ms", "power-loss@1ps", "power-loss@0ps", "power-loss@3s"}) EXPECT_EQ(Fault::parse(text).text(), text);
  EXPECT_FALSE(Fault::parse("power-loss@2").time) << "a number is that of a request";
  for (const auto& [time, wrong] : {std::pair{"2parsecs", "is not a time"}, {"2.ms", "is not a time"}, {"2ms,3ms", "is not a time"},
                                    {"1.5ps", "is not a whole number of ps"}, {"99999999999999999999s", "is too large"}})
    EXPECT_EQ(why(std::string("power-loss@") + time), std::string("--fault 'power-loss@") + time + "': '" + time + "' " + wrong +
                                                          "; write a number with ps, ns, us, ms or s");
  EXPECT_EQ(why("power-loss@-2ms"), "--fault 'power-loss@-2ms': '-2ms' is no number of a request; they are counted from 1, and a time is one as 2.5ms");
  EXPECT_EQ(why("power-loss"), "--fault 'power-loss': it needs the number of a request or a time, as in power-loss@write:3 or power-loss@2.5ms");
  EXPECT_EQ(why("power-loss@write:2ms"), "--fault 'power-loss@write:2ms': '2ms' is no number of a request; they are counted from 1, and a time is one as 2.5ms");
  EXPECT_EQ(why("device-reset@2ms"), "--fault 'device-reset@2ms': '2ms' is no number of a request; they are counted from 1");
}

TEST(Fault, OneLineSaysWhatIsWrongWithAnother) {
  EXPECT_EQ(why("earthquake@3"),
            "--fault 'earthquake@3': the kinds of faults are lost-answer, invalid-key, crypto-error, engine-failure, "
            "link-loss, uic-error, device-reset, failed-resets, power-loss");
  EXPECT_EQ(why(""), "--fault '': " + why("x").substr(std::string("--fault 'x': ").size()));
  EXPECT_EQ(why("link-loss"), "--fault 'link-loss': it needs the number of a request, as in lost-answer@write:3");
  for (const char* text : {"link-loss@discard:1", "link-loss@all:1", "link-loss@:1"})
    EXPECT_THAT(why(text), testing::HasSubstr("before the colon stands read, write, flush or crypto"));
  for (const char* text : {"link-loss@", "link-loss@0", "link-loss@-1", "link-loss@+1", "link-loss@1x", "link-loss@ 1",
                           "link-loss@read:", "link-loss@read:write:1", "link-loss@18446744073709551616"})
    EXPECT_THAT(why(text), testing::HasSubstr("is no number of a request; they are counted from 1"));
}

}  // namespace
}  // namespace icesim
