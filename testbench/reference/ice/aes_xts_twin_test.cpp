// SPDX-License-Identifier: Apache-2.0
#include "models/system/forget_simulation.hpp"
#include "testbench/reference/ice/aes_xts_twin.hpp"

#include "icesim/crypto/aes_xts.hpp"
#include "models/ice/aes_xts_pipeline.hpp"
#include "testbench/reference/base/twin_clock.hpp"
#include "testbench/reference/ice/aes_xts_pins.hpp"
#include "testbench/support/random_cases.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim::twin {
namespace {

/// When blocks come, what follows takes, and what is seen of it. Cycle 0 is the edge that loads the tweak.
struct Session {
  AesXtsTwinConfig config;
  std::vector<std::uint8_t> key;
  bool decrypt = false;
  AesBlock tweak;
  std::vector<AesBlock> in;
  std::vector<std::uint64_t> gaps;      ///< idle cycles before each block; missing ones are 0
  std::vector<bool> ready{true};        ///< ready_in, from the beginning again and again
  std::vector<std::uint64_t> accepted;  ///< cycle in which each block was taken
  std::vector<std::uint64_t> left;      ///< cycle in which each block stood at the output
  std::vector<AesBlock> out;

  void run();
};

/// A source that keeps a block valid until it is taken, and a sink that always looks.
class Bench : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Bench);
  Bench(const sc_core::sc_module_name& name, Session& session)
      : sc_core::sc_module(name), session_(session), twin_("twin", session.config, session.key) {
    pins_.bind(twin_);
    pins_.decrypt = session.decrypt;
    pins_.tweak_in = session.tweak;
    wait_ = gap(0);
    SC_METHOD(drive);
    sensitive << pins_.clock.negedge_event();
    dont_initialize();
    SC_METHOD(look);
    sensitive << pins_.clock.posedge_event();
    dont_initialize();
  }

 private:
  std::uint64_t gap(std::size_t block) const { return block < session_.gaps.size() ? session_.gaps[block] : 0; }
  void drive() {
    if (session_.out.size() == session_.in.size()) return sc_core::sc_stop();
    pins_.clear_valid = flush_ > 0;
    pins_.load_tweak = flush_ == 0 && cycle_ == 0;
    pins_.ready_in = session_.ready[cycle_ % session_.ready.size()];
    const bool valid = flush_ == 0 && next_ < session_.in.size() && wait_ == 0;
    pins_.in_valid = valid;
    if (valid) pins_.in_data = session_.in[next_];
  }
  void look() {
    if (flush_ > 0) {
      --flush_;
      return;
    }
    if (pins_.out_valid.read()) {
      session_.left.push_back(cycle_);
      session_.out.push_back(pins_.out_data.read());
    }
    if (pins_.in_valid.read() && pins_.in_ready.read()) {
      session_.accepted.push_back(cycle_);
      wait_ = gap(++next_);
    } else if (wait_ > 0) {
      --wait_;
    }
    ++cycle_;
  }

  AesXtsPins pins_;
  Session& session_;
  AesXtsTwin twin_;
  int flush_ = 2;
  std::uint64_t cycle_ = 0;
  std::uint64_t wait_ = 0;
  std::size_t next_ = 0;
};

void Session::run() {
  {
    Bench bench("bench", *this);
    sc_core::sc_start();
  }
  forget_simulation();
}

/// A row of the measurements of [aes-cores]: 6 data units of 4096 bytes, the tweak loaded in cycle 0, data always
/// there.
struct Measured {
  std::uint64_t key_bits, round_stages;
  std::uint64_t first_out, block_latency, cycles_per_block, total;
};
void PrintTo(const Measured& row, std::ostream* out) { *out << "AES-" << row.key_bits << " W=" << row.round_stages; }

class MeasuredEngine : public testing::TestWithParam<Measured> {};

TEST_P(MeasuredEngine, TakesAsManyCyclesAsTheHardware) {
  const Measured& row = GetParam();
  Session session;
  session.config.key_bits = row.key_bits;
  session.config.round_stages = row.round_stages;
  session.key.assign(row.key_bits / 4, 0x5a);
  session.in.resize(6 * 256);
  session.run();
  ASSERT_EQ(session.left.size(), session.in.size());
  EXPECT_EQ(session.left.front(), row.first_out);
  EXPECT_EQ(session.left.back() + 1, row.total);
  EXPECT_EQ(session.config.turns(), row.cycles_per_block);
  if (session.config.full()) {
    EXPECT_EQ(session.accepted.front(), session.config.tweak_latency());
  }

  // One block long after its tweak, alone: a ring's skid buffer counts as one cycle more.
  session.gaps = {1000};
  session.in.resize(1);
  session.left.clear();
  session.accepted.clear();
  session.out.clear();
  session.run();
  EXPECT_EQ(session.accepted.front(), 1000u);
  EXPECT_EQ(session.left.front() - session.accepted.front(), row.block_latency);
}

INSTANTIATE_TEST_SUITE_P(Timing1, MeasuredEngine,
                         testing::Values(Measured{256, 15, 63, 29, 1, 1599}, Measured{256, 8, 65, 32, 2, 3121},
                                         Measured{256, 5, 65, 32, 3, 4661}, Measured{256, 3, 65, 32, 5, 7721},
                                         Measured{256, 2, 65, 32, 8, 12325}, Measured{256, 1, 65, 32, 15, 23077},
                                         Measured{128, 11, 47, 21, 1, 1583}, Measured{128, 6, 49, 24, 2, 3109},
                                         Measured{128, 4, 49, 24, 3, 4641}, Measured{128, 3, 49, 24, 4, 6175},
                                         Measured{128, 2, 49, 24, 6, 9245}, Measured{128, 1, 49, 24, 11, 16925}));

RC_GTEST_PROP(AesXtsTwin, EncryptsAndDecryptsLikeXtsWhateverTheGapsAndStalls, ()) {
  Session session;
  session.config.key_bits = *rc::gen::element<std::uint64_t>(128, 256);
  session.config.round_stages = *rc::gen::inRange<std::uint64_t>(1, session.config.rounds() + 1);
  session.config.registers_per_round = *rc::gen::inRange<std::uint64_t>(1, 5);
  session.config.blocks_per_data_unit = *rc::gen::inRange<std::uint64_t>(1, 80);
  session.key =
      *rc::gen::container<std::vector<std::uint8_t>>(session.config.key_bits / 4, rc::gen::arbitrary<std::uint8_t>());
  session.decrypt = *rc::gen::arbitrary<bool>();
  const std::uint64_t number = *rc::gen::element<std::uint64_t>(0, 1, 255, 0xffffffff, ~std::uint64_t{0} - 200);
  for (int i = 0; i < 8; ++i) session.tweak.bytes[static_cast<std::size_t>(i)] = number >> (8 * i) & 0xff;
  session.in.resize(*rc::gen::inRange<std::size_t>(1, 200));
  for (AesBlock& block : session.in) {
    for (auto& byte : block.bytes) byte = static_cast<std::uint8_t>(*rc::gen::inRange(0, 256));
    session.gaps.push_back(*rc::gen::element<std::uint64_t>(0, 0, 0, 1, 7));
  }
  session.ready =
      *rc::gen::container<std::vector<bool>>(*rc::gen::inRange<std::size_t>(0, 30), rc::gen::arbitrary<bool>());
  session.ready.push_back(true);
  session.run();

  const std::size_t bytes = 16 * session.in.size();
  std::vector<std::byte> expected(bytes);
  for (std::size_t i = 0; i < bytes; ++i) expected[i] = std::byte{session.in[i / 16].bytes[i % 16]};
  AesXts function(reinterpret_cast<const std::byte*>(session.key.data()), session.key.size());
  const std::uint64_t unit = 16 * session.config.blocks_per_data_unit;
  for (std::uint64_t at = 0, j = 0; at < bytes; at += unit, ++j) {
    function.crypt(session.decrypt ? CryptDirection::decrypt : CryptDirection::encrypt, Dun{number + j}, 0,
                   &expected[at], &expected[at], std::min<std::uint64_t>(unit, bytes - at));
  }
  RC_ASSERT(session.out.size() == session.in.size());
  for (std::size_t i = 0; i < bytes; ++i) RC_ASSERT(std::byte{session.out[i / 16].bytes[i % 16]} == expected[i]);
}

/// The event model with the structure of the twin, its key expanded beforehand.
AesXtsPipelineConfig parameters_of(const AesXtsTwinConfig& twin) {
  AesXtsPipelineConfig config;
  config.cycles_per_block = Cycles{twin.turns()};
  config.ring_positions = twin.positions();
  config.latency = Cycles{twin.latency()};
  config.input_latency = Cycles{twin.full() ? 0u : 1u};
  config.tweak_latency = Cycles{twin.tweak_latency()};
  config.key_load_cycles = Cycles{0};
  return config;
}

/// Cycles in which the model lets blocks leave that are offered in these cycles, the first with its tweak in cycle 0.
std::vector<std::uint64_t> left_by_model(const AesXtsTwinConfig& twin, const std::vector<std::uint64_t>& offered) {
  const ClockDomain ice{Hertz{300'000'000}, Cycles{2}};
  KeyslotFile keyslots{KeyslotFileConfig{}};
  CryptoConfig entry;
  entry.set_config({data_unit_mask(Bytes{16 * twin.blocks_per_data_unit}), 0, true});
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(entry, step);
    keyslots.write(write.offset / 4, write.value);
  }
  const FreshKernel kernel;
  AesXtsPipeline model("model", parameters_of(twin), ice, keyslots);
  CryptoJob job;
  job.enabled = true;
  Train train;
  for (const std::uint64_t cycle : offered) train.push_back({16 * (train.size() + 1), ice.edge(Cycles{cycle})});
  model.pass(job, train);
  std::vector<std::uint64_t> left;
  for (const Chunk& chunk : train) left.push_back((ice.next(chunk.at) - ice.sync_stages()).n);
  return left;
}

TEST(AesXtsTwin, LetsBlocksLeaveOnTheCyclesOfTheEventModelWithItsStructure) {
  test::check_cases(100, [] {
    Session session;
    session.config.key_bits = *rc::gen::element<std::uint64_t>(128, 256);
    session.config.round_stages = *rc::gen::inRange<std::uint64_t>(1, session.config.rounds() + 1);
    session.config.registers_per_round = *rc::gen::inRange<std::uint64_t>(1, 5);
    session.config.blocks_per_data_unit = *rc::gen::element<std::uint64_t>(32, 64, 256);
    session.key.assign(session.config.key_bits / 4, 0x77);
    session.in.resize(*rc::gen::inRange<std::size_t>(1, 300));
    session.gaps.push_back(0);
    while (session.gaps.size() < session.in.size()) {
      session.gaps.push_back(*rc::gen::weightedElement<std::uint64_t>({{20, 0}, {4, 1}, {2, 7}, {1, 60}}));
    }
    session.run();
    std::vector<std::uint64_t> offered{0};
    for (std::size_t k = 1; k < session.in.size(); ++k) {
      offered.push_back(session.accepted[k - 1] + 1 + session.gaps[k]);
    }
    RC_ASSERT(session.left == left_by_model(session.config, offered));
  });
}

}  // namespace
}  // namespace icesim::twin
