// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/merge_replay.hpp"

// Gives the plug of our block layer the bios that Linux's was given, and compares what becomes of them: replay_merges
// FILE...
int main(int argc, char** argv) {
  using namespace icesim::test;
  return replay_files("replay_merges", argc, argv, [](RecordedAnswers file) { return replay_merges(std::move(file)); });
}
