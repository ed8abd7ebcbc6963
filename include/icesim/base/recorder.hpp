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

/// A request of the trace that has ended.
struct RequestRecord {
  std::uint64_t id = 0;        ///< number of its record in the trace, from 1
  std::string_view operation;  ///< "read", "write", "flush" or "discard"
  Lba lba{};
  Bytes length{};          ///< as recorded; 0 for a flush
  std::uint32_t key = 0;   ///< number of its key, 0: none
  std::uint32_t vm = 0;    ///< virtual machine that it came from
  bool has_keyslot = false;
  Keyslot keyslot{};  ///< of the hardware command that ended it last
  Tag tag{};          ///< of the same command
  bool failed = false;
  Timeline timeline;
};

/// Told of every request of the trace when it ends, in the order of the ends.
class RequestRecorder {
 public:
  virtual ~RequestRecorder() = default;
  virtual void request_ended(const RequestRecord& request) = 0;
};

}  // namespace icesim
