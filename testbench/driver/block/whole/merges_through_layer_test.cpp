// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"
#include "testbench/driver/block/merge_replay.hpp"
#include "testbench/support/recorded_checks.hpp"

#include <algorithm>
#include <tuple>

/// Linux's recorded merges, made by the whole block layer: a plug is what one process submits at once, and what comes
/// to the device are the plug's requests as Linux's last answers leave them.
namespace icesim {
namespace {

using test::RecordedAnswers;
using test::ReplayResult;

constexpr std::uint64_t sectors_per_block = logical_block.n / sector_size.n;

/// Operation, first block, blocks, key, data unit number, segments.
using Made = std::tuple<Operation, std::uint64_t, std::uint64_t, KeyId, std::uint64_t, std::uint64_t>;

class Plugs {
 public:
  explicit Plugs(RecordedAnswers& file) : file_(file) {}

  void take_line() {
    if (file_.result().lines == 1) config_ = test::recorded_limits(file_);
    if (const std::uint64_t number = file_.number(0); number != plug_) {
      compare();
      plug_ = number;
    }
    wide_ = wide_ || file_.number(6) != 0 || (file_.text(13) != "-" && file_.number(13) != 0);
    add();
  }
  /// Plays the plug so far, and starts the next one. One with data unit numbers beyond 64 bits is left out: no trace
  /// tells them.
  void compare() {
    if (!wide_ && !bios_.empty()) {
      test::BlockLayerRig rig({1, 32, 32, config_});
      rig.play(bios_);
      std::vector<Made> made;
      for (const auto& [request, at] : rig.commands) {
        if (request.preflush) continue;  // the flush ahead of the data, under the same tag
        const BioCryptContext& crypt = request.crypt;
        made.emplace_back(request.operation, request.lba.n, request.blocks, crypt.key,
                          crypt.encrypted() ? crypt.dun.low().n : 0, request.segments);
      }
      std::sort(made.begin(), made.end());
      std::sort(requests_.begin(), requests_.end());
      file_.compare(made == requests_);
      ++plugs_;
    }
    bios_.clear();
    requests_.clear();
    wide_ = false;
  }
  std::uint64_t plugs() const { return plugs_; }

 private:
  void add() {
    static constexpr std::string_view operations[]{"read", "write", "discard"};
    static constexpr Operation ours[]{Operation::read, Operation::write, Operation::discard};
    Operation operation = ours[file_.word(1, operations)];
    const std::uint64_t blocks = file_.number(3) / sectors_per_block;
    const bool preflush = file_.text(7).find('P') != std::string_view::npos;
    if (blocks == 0) operation = Operation::flush;
    IoRequest io = test::io(operation, file_.number(2) / sectors_per_block, blocks, static_cast<KeyId>(file_.number(4)),
                            file_.number(5));
    if (preflush) io = test::flagged(io, IoRequest::preflush);
    if (file_.text(7).find('F') != std::string_view::npos) io = test::flagged(io, IoRequest::fua);
    bios_.push_back(io);

    const auto key = static_cast<KeyId>(file_.number(4));
    const Made whole{operation, blocks == 0 ? 0 : io.offset / logical_block, blocks, key, key == no_key ? 0 : io.dun.n,
                     file_.number(8)};
    if (file_.text(9) == "none" && preflush) return requests_.insert(requests_.begin(), whole), void();
    if (file_.text(9) == "none") return requests_.push_back(whole);
    requests_.back() = {operation, file_.number(10) / sectors_per_block, file_.number(11) / sectors_per_block, key,
                        file_.number(12), file_.number(14)};
  }

  RecordedAnswers& file_;
  BlockLayerConfig config_;
  std::uint64_t plug_ = 0;
  std::uint64_t plugs_ = 0;
  bool wide_ = false;
  std::vector<IoRequest> bios_;
  std::vector<Made> requests_;
};

ReplayResult replay(RecordedAnswers file) {
  Plugs plugs(file);
  while (file.next()) plugs.take_line();
  plugs.compare();
  EXPECT_GT(plugs.plugs(), 500u);
  return file.result();
}

/// Segments of 4 KiB, as the layer itself counts them.
TEST(MergesThroughLayer, AreLinuxs) {
  test::expect_linux_answers("testbench/golden/linux-6.12-merges-4k-segments.csv.zst", 3'000, replay);
}

TEST(MergesThroughLayer, AreLinuxsInAllRecordedPlugs) {
  test::expect_linux_answers("../shared/vectors/merge/merge_4k_segments.csv.zst", 20'000, replay);
}

}  // namespace
}  // namespace icesim
