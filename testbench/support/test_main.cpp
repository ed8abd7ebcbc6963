// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>
#include <systemc>

// libsystemc calls sc_main, so every program must define it; a SystemC warning fails the test it appears in.
int sc_main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace {
void report(const sc_core::sc_report& message, const sc_core::sc_actions& actions) {
  if (message.get_severity() == sc_core::SC_WARNING) ADD_FAILURE() << message.get_msg();
  if (message.get_severity() >= sc_core::SC_ERROR) sc_core::sc_report_handler::default_handler(message, actions);
}
}  // namespace

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_handler(report);
  return sc_core::sc_elab_and_sim(argc, argv);
}
