// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/scheduler/deadline_replay.hpp"

// Gives our scheduler the requests that Linux's mq-deadline was given, and compares what becomes of them: replay_deadline
// FILE...
int main(int argc, char** argv) {
  return icesim::test::replay_files("replay_deadline", argc, argv, icesim::test::replay_deadline);
}
