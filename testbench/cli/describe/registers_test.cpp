// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

/// Lets a Python script look at the register map, with the other form of it beside.
bool python_accepts(const std::string& script) {
  const Directory directory;
  const std::string rdl = directory.file("ufshci.rdl", icesim({"describe", "registers", "--systemrdl"}).out);
  const std::string xml = directory.file("ufshci.xml", icesim({"describe", "registers", "--ipxact"}).out);
  const std::string json = directory.file("registers.json", icesim({"describe", "registers", "--json"}).out);
  return std::system(("python3 " ICESIM_SOURCE_DIR "/testbench/cli/describe/" + script + " " + rdl + " " + xml + " " + json).c_str()) == 0;
}

TEST(RegisterMap, AsSystemRdlIsWhatAParserTakesAndTheTableSays) { EXPECT_TRUE(python_accepts("check_systemrdl.py")); }

TEST(RegisterMap, AsIpXactHasTheStructureOfTheStandard) { EXPECT_TRUE(python_accepts("check_ipxact.py")); }

TEST(RegisterMap, NamesEveryKindOfAccess) {
  const std::string rdl = icesim({"describe", "registers", "--systemrdl"}).out;
  EXPECT_THAT(rdl, testing::HasSubstr("field { desc = \"A transfer request completed\"; sw = rw; hw = w; onwrite = woclr; } UTRCS[0:0] = 0x0;"));
  EXPECT_THAT(rdl, testing::HasSubstr("} x_CRYPTOCFG[32] @ 0x1000 += 0x80;"));
  EXPECT_THAT(rdl, testing::HasSubstr("} CRYPTOKEY[16] @ 0x0 += 0x4;"));
}

}  // namespace
}  // namespace icesim::cli
