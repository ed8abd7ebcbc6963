// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/vcd_writer.hpp"
#include "testbench/support/sim_test.hpp"
#include "testbench/support/temporary_directory.hpp"
#include "testbench/support/vcd.hpp"

#include <string>
#include <vector>

/// Simulations with observers.
namespace icesim::test {

/// Notes all requests.
class RequestNotes : public RequestRecorder {
 public:
  void request_ended(const RequestRecord& request) override { seen.push_back(request); }
  std::vector<RequestRecord> seen;
};

inline bool equal(const RequestRecord& a, const RequestRecord& b) {
  for (std::size_t i = 0; i < stage_count; ++i)
    if (a.timeline.spent(static_cast<Stage>(i)) != b.timeline.spent(static_cast<Stage>(i))) return false;
  return a.id == b.id && a.operation == b.operation && a.lba == b.lba && a.length == b.length && a.key == b.key &&
         a.has_keyslot == b.has_keyslot && (!a.has_keyslot || a.keyslot == b.keyslot) && a.tag == b.tag &&
         a.failed == b.failed && a.timeline.start() == b.timeline.start() && a.timeline.last() == b.timeline.last();
}

/// Says which is the first request that differs.
inline testing::AssertionResult equal(const std::vector<RequestRecord>& a, const std::vector<RequestRecord>& b) {
  if (a.size() != b.size()) return testing::AssertionFailure() << a.size() << " and " << b.size() << " requests";
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i]))
      return testing::AssertionFailure() << "request " << a[i].id << " differs, number " << i << " of those that ended";
  }
  return testing::AssertionSuccess();
}

/// A wave file in a directory of its own that lives as long as the object.
class WaveFile {
 public:
  explicit WaveFile(TimeWindow window = {}) : path_(directory_ / "x.vcd"), file_(path_), writer_(file_, window, "test") {}
  WaveFile(const WaveFile&) = delete;
  WaveFile& operator=(const WaveFile&) = delete;

  SignalRecorder* recorder() { return &writer_; }
  /// The text, after the simulation.
  std::string text() {
    file_.commit();
    return read_text_file(path_);
  }

 private:
  TemporaryDirectory directory_;
  std::string path_;
  OutputFile file_;
  VcdWriter writer_;
};

/// Notes what the controller says of the stages, and passes it on.
class StageNotes : public StageRecorder {
 public:
  explicit StageNotes(StageRecorder& next) : next_(next) {}
  void mark(Tag tag, Stage stage, Picoseconds at) override {
    marks_.push_back({tag, stage, at});
    next_.mark(tag, stage, at);
  }
  /// The first mark of a stage at or after `from`, of the tag.
  Picoseconds of(Tag tag, Stage stage, Picoseconds from) const {
    for (const Mark& m : marks_)
      if (m.tag == tag && m.stage == stage && m.at >= from) return m.at;
    throw_bug("the stage was marked");
  }

 private:
  struct Mark {
    Tag tag;
    Stage stage;
    Picoseconds at;
  };
  StageRecorder& next_;
  std::vector<Mark> marks_;
};

}  // namespace icesim::test
