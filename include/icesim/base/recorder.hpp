// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/stages.hpp"

namespace icesim {

/// What the hardware tells about the command under a tag: the end of each stage. The driver keeps the timelines.
class StageRecorder {
 public:
  virtual ~StageRecorder() = default;
  /// Command `tag` was in `stage` until `at`; `at` never decreases for one command, and may lie in the future.
  virtual void mark(Tag tag, Stage stage, Picoseconds at) = 0;
};

}  // namespace icesim
