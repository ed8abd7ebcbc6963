// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/keys/keyslot_replay.hpp"

// Gives our keyslot manager what Linux's was given, and compares the answers: replay_keyslots FILE...
int main(int argc, char** argv) {
  using namespace icesim::test;
  return replay_files("replay_keyslots", argc, argv,
                      [](RecordedAnswers file) { return replay_keyslots(std::move(file)); });
}
