// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/ice/aes_xts_recording.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <unistd.h>

namespace icesim::twin {
namespace {

namespace fs = std::filesystem;

fs::path recorded(const char* name) { return fs::path(ICESIM_SOURCE_DIR) / "../shared/vectors/rtl" / name; }

class RtlRecording : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const fs::path path = recorded(GetParam());
    if (!fs::exists(path)) GTEST_SKIP() << "recording absent: " << path;
    recording_ = Recording::read(path.string());
  }
  /// The first cycle at or after `from` in which the recorded engine has a block to give.
  std::size_t output_after(std::size_t from) const {
    while (!recording_.cycles.at(from).out_valid) ++from;
    return from;
  }

  Recording recording_;
};

TEST_P(RtlRecording, IsReproducedByTheTwinInEveryCycle) {
  const ReplayResult result = replay(recording_);
  EXPECT_GT(result.cycles, 15'000u);
  EXPECT_GT(result.blocks, 4'000u);
  EXPECT_EQ(result.differences, 0u) << "the first in cycle " << result.first.value_or(0);
}

TEST_P(RtlRecording, DiffersWhenOneRecordedBitIsFlipped) {
  for (std::uint64_t bit = 0; bit < 128; bit += 63) {
    Recording wrong = recording_;
    RecordedCycle& cycle = wrong.cycles[output_after(5'000 + bit)];
    cycle.out_data.bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    const ReplayResult result = replay(wrong);
    EXPECT_EQ(result.differences, 1u);
    EXPECT_EQ(result.first, output_after(5'000 + bit));
  }
  Recording wrong = recording_;
  wrong.cycles[7'000].in_ready = !wrong.cycles[7'000].in_ready;
  EXPECT_EQ(replay(wrong).first, 7'000u);
}

TEST_P(RtlRecording, DiffersWhenARecordedInputIsAnother) {
  Recording late = recording_;
  const auto load = std::find_if(late.cycles.begin(), late.cycles.end(), [](auto& c) { return c.load_tweak; });
  std::swap(load->load_tweak, (load + 1)->load_tweak);
  EXPECT_GT(replay(late).differences, 0u);

  Recording other_key = recording_;
  other_key.key.back() ^= 1;
  EXPECT_GT(replay(other_key).differences, 4'000u);

  Recording stalled = recording_;
  const auto taken =
      std::find_if(stalled.cycles.begin(), stalled.cycles.end(), [](auto& c) { return c.in_valid && c.in_ready; });
  taken->in_valid = false;
  EXPECT_GT(replay(stalled).differences, 0u);
}

TEST_P(RtlRecording, DiffersFromATwinOfAnotherStructure) {
  const auto differs = [&](auto change) {
    Recording other = recording_;
    change(other.config);
    return replay(other).differences;
  };
  EXPECT_GT(differs([](AesXtsTwinConfig& c) { c.round_stages = c.full() ? 8 : 4; }), 1'000u);
  EXPECT_GT(differs([](AesXtsTwinConfig& c) { c.registers_per_round = 1; }), 1'000u);
  EXPECT_GT(differs([](AesXtsTwinConfig& c) { ++c.blocks_per_data_unit; }), 1'000u);
}

INSTANTIATE_TEST_SUITE_P(Shared, RtlRecording,
                         testing::Values("lockstep_k512_w15_du4096.csv.gz", "lockstep_k512_w5_du2048.csv.gz"),
                         [](const auto& file) { return std::string(file.index == 0 ? "W15" : "W5"); });

/// Writes a recording to a file of its own.
class RecordingFile : public testing::Test {
 protected:
  ~RecordingFile() override { fs::remove(path_); }

  std::string error_of(const std::string& text) {
    std::ofstream(path_) << text;
    try {
      Recording::read(path_.string());
    } catch (const UserError& error) {
      const std::string what = error.what();
      EXPECT_EQ(what.find('\n'), std::string::npos) << what;
      return what.substr(std::min(what.size(), path_.string().size()));
    }
    return "none";
  }

  fs::path path_ = fs::path(testing::TempDir()) / ("icesim-recording-" + std::to_string(::getpid()) + ".csv");
  const std::string key_ = "00112233445566778899aabbccddeeff";
  const std::string header_ = "# key=" + key_ + key_ + " keybits=128 workers=4 blocks_per_data_unit=32 ; a note\n";
  const std::string columns_ =
      "cycle,decrypt,clear_valid,load_tweak,tweak_in,ready_in,in_valid,in_ready,in_data,out_valid,out_data\n";
};

TEST_F(RecordingFile, IsReadAsText) {
  EXPECT_EQ(error_of(header_ + columns_ + "0,0,1,0,-,0,0,0,-,0,-\n1,1,0,1," + key_ + ",1,1,1," + key_ + ",1," + key_),
            "none");
  const Recording recording = Recording::read(path_.string());
  EXPECT_EQ(recording.config.key_bits, 128u);
  EXPECT_EQ(recording.config.round_stages, 4u);
  EXPECT_EQ(recording.config.blocks_per_data_unit, 32u);
  ASSERT_EQ(recording.cycles.size(), 2u);
  EXPECT_TRUE(recording.cycles[0].clear_valid);
  EXPECT_FALSE(recording.cycles[0].in_ready);
  EXPECT_EQ(recording.cycles[1].load_tweak->hex(), key_);
  EXPECT_EQ(recording.cycles[1].out_data.hex(), key_);
}

TEST_F(RecordingFile, IsRefusedWithOneLineThatNamesThePlace) {
  using testing::HasSubstr;
  const std::string good = "0,0,1,0,-,0,0,0,-,0,-\n";
  EXPECT_THAT(error_of(""), HasSubstr(":1: the file is empty"));
  EXPECT_THAT(error_of("cycle\n"), HasSubstr(":1: expected '# key="));
  EXPECT_THAT(error_of("# key=00 keybits=128 workers=4 blocks_per_data_unit=1\n"), HasSubstr("key has not twice"));
  EXPECT_THAT(error_of("# key=" + key_ + key_ + " keybits=128 workers=12 blocks_per_data_unit=1\n"),
              HasSubstr("workers is not in 1..11"));
  EXPECT_THAT(error_of("# key=" + key_ + key_ + " keybits=128 blocks_per_data_unit=1\n"), HasSubstr("says no workers"));
  EXPECT_THAT(error_of(header_ + good), HasSubstr(":2: expected the columns"));
  EXPECT_THAT(error_of(header_ + columns_), HasSubstr("no cycle is recorded"));
  EXPECT_THAT(error_of(header_ + columns_ + good + "1,0,1,0,-,0,0\n"), HasSubstr(":4: not 11 columns"));
  EXPECT_THAT(error_of(header_ + columns_ + good + "2" + good.substr(1)), HasSubstr(":4: not cycle 1"));
  EXPECT_THAT(error_of(header_ + columns_ + "0,0,1,2,-,0,0,0,-,0,-\n"), HasSubstr("load_tweak is neither 0 nor 1"));
  EXPECT_THAT(error_of(header_ + columns_ + "0,0,1,0,-,0,0,0,-,1,00\n"), HasSubstr("out_data is not 16 bytes"));
  EXPECT_THAT(error_of(header_ + columns_ + "0,0,1,0,-,0,1,0,0g,0,-\n"), HasSubstr("in_data is not hexadecimal"));
  EXPECT_THROW(Recording::read("/nowhere/recording.csv"), UserError);
}

TEST_F(RecordingFile, IsRefusedWhenTheCompressedDataEndTooEarly) {
  const fs::path whole = recorded("lockstep_k512_w5_du2048.csv.gz");
  if (!fs::exists(whole)) GTEST_SKIP() << "recording absent: " << whole;
  const std::string text = read_text_file(whole.string());
  EXPECT_THAT(error_of(text.substr(0, text.size() / 2)), testing::HasSubstr("end too early"));
}

}  // namespace
}  // namespace icesim::twin
