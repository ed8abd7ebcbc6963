// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/reference/ice/aes_xts_recording.hpp"

#include <cstdlib>
#include <iostream>

// Replays recordings of an AES-XTS engine's ports on the clocked twin: replay_recording FILE...
// Exit code 0: no difference; 1: a difference; 2: a file cannot be read.
int sc_main(int argc, char** argv) {
  using namespace icesim;
  if (argc < 2) {
    std::cerr << "usage: replay_recording FILE...\n";
    return 2;
  }
  int code = 0;
  try {
    for (int i = 1; i < argc; ++i) {
      const twin::ReplayResult result = twin::replay(twin::Recording::read(argv[i]));
      std::cout << argv[i] << ": cycles " << result.cycles << " blocks " << result.blocks << " differences "
                << result.differences;
      if (result.first) std::cout << ", the first in cycle " << *result.first;
      std::cout << "\n" << std::flush;
      if (result.differences > 0) code = 1;
    }
  } catch (const UserError& error) {
    std::cerr << "replay_recording: " << error.what() << "\n";
    return 2;
  }
  return code;
}

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  return sc_core::sc_elab_and_sim(argc, argv);
}
