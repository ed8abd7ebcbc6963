// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/watched_run.hpp"

#include <gmock/gmock.h>

namespace icesim {
namespace {

using test::Vcd;

constexpr std::uint64_t blocks_of_a_request = 4;
constexpr std::uint64_t bytes = blocks_of_a_request * logical_block.n;
constexpr Dun dun{1000};

/// A write and, much later, a read of the same encrypted blocks, one request at a time, with everything that was
/// watched.
class WavesTest : public testing::Test {
 protected:
  WavesTest() : link_clock_(Hertz{1}, Cycles{1}), bus_(Hertz{1}, Cycles{1}), ice_(Hertz{1}, Cycles{1}) {
    std::vector<IoRequest> list{
        test::request(Operation::write, 100, blocks_of_a_request, 1),
        test::request(Operation::read, 100, blocks_of_a_request, 1, Picoseconds{50'000'000'000})};
    for (IoRequest& io : list) {
      io.flags |= IoRequest::has_dun;
      io.dun = dun;
    }
    test::Requests source(list);
    test::WaveFile file;
    {
      UfsSystem system(config_, source, "test", 0, {file.recorder(), &requests_});
      stages_ = std::make_unique<test::StageNotes>(system.driver->recorder());
      system.controller->connect(*stages_);
      system.driver->start();
      sc_core::sc_start();
      system.waves->end(system.agenda.now());
      bus_ = system.bus;
      ice_ = system.ice;
      link_clock_ = system.link->clock();
    }
    forget_simulation();
    text_ = file.text();
    vcd_ = test::parse_vcd(text_);
  }

  /// When the controller says that `stage` of a request ended, at or after `from`.
  Picoseconds mark(const RequestRecord& r, Stage stage, Picoseconds from) const {
    return stages_->of(r.tag, stage, std::max(from, r.timeline.start()));
  }
  /// Times from `from` to `to` at which a signal takes a value.
  std::vector<Picoseconds> times(const std::string& name, std::uint64_t value, Picoseconds from, Picoseconds to) const {
    std::vector<Picoseconds> list;
    for (const test::VcdChange& change : vcd_.of(name))
      if (change.at >= from && change.at <= to && change.value == value) list.push_back(change.at);
    return list;
  }
  Picoseconds last_change(const std::string& name, Picoseconds from, Picoseconds to) const {
    Picoseconds last{};
    for (const test::VcdChange& change : vcd_.of(name))
      if (change.at >= from && change.at <= to) last = change.at;
    return last;
  }
  Picoseconds link_edge(Picoseconds from, std::uint64_t cycles) const {
    return link_clock_.edge(link_clock_.next(from) + Cycles{cycles});
  }
  Cycles wire_cycles(std::uint64_t upiu) const {
    const UniproLinkConfig& c = config_.link;
    return Cycles{divide_up(unipro::wire_bytes(Bytes{upiu}, c.t_mtu, c.header_bytes, c.overhead_bytes).n, c.lanes)};
  }
  void expect_way_to_the_device(const RequestRecord& r, Picoseconds& rung, Picoseconds& fetched) const;
  void expect_end(const RequestRecord& r, Picoseconds end) const;

  SystemConfig config_;
  test::RequestNotes requests_;
  std::unique_ptr<test::StageNotes> stages_;
  ClockDomain link_clock_;
  ClockDomain bus_;
  ClockDomain ice_;
  std::string text_;
  Vcd vcd_;
};

/// Doorbell, fetch unit and COMMAND on the wire.
void WavesTest::expect_way_to_the_device(const RequestRecord& r, Picoseconds& rung, Picoseconds& fetched) const {
  const std::uint64_t bit = std::uint64_t{1} << r.tag.n;
  Picoseconds before = r.timeline.start();
  for (const Stage stage : {Stage::cpu, Stage::submit, Stage::tag, Stage::keyslot_wait, Stage::keyslot_lock,
                            Stage::keyslot_program, Stage::firmware, Stage::flush, Stage::plug, Stage::dispatch})
    before += r.timeline.spent(stage);
  rung = mark(r, Stage::dispatch, {});
  EXPECT_EQ(rung, before) << "what the driver counts and what the controller says";
  EXPECT_EQ(vcd_.first("controller.doorbell", bit, r.timeline.start()), rung);
  EXPECT_EQ(vcd_.at("controller.mmio_write", rung), 1u);
  EXPECT_EQ(vcd_.at("controller.mmio_address", rung), static_cast<std::uint64_t>(Reg::UTRLDBR));
  EXPECT_EQ(vcd_.at("controller.mmio_data", rung), bit);
  fetched = mark(r, Stage::fetch, rung);
  EXPECT_EQ(fetched, rung + r.timeline.spent(Stage::fetch));
  // The unit that has been free for longest takes it.
  const bool second = vcd_.first("controller.fetch1", 1, r.timeline.start()) == rung;
  const std::string unit = second ? "controller.fetch1" : "controller.fetch0";
  EXPECT_EQ(vcd_.first(unit, 1, r.timeline.start()), rung);
  EXPECT_EQ(vcd_.first(unit, 0, rung), fetched);
  EXPECT_EQ(vcd_.at(unit + "_tag", rung), r.tag.n);
  const Picoseconds start = link_clock_.sample_edge(fetched);
  EXPECT_EQ(vcd_.first("link_to_device.upiu", 1, rung), start);
  EXPECT_EQ(vcd_.at("link_to_device.upiu_transaction", start), static_cast<std::uint64_t>(Transaction::command));
  EXPECT_EQ(vcd_.at("link_to_device.upiu_tag", start), r.tag.n);
  EXPECT_EQ(vcd_.at("link_to_device.upiu_length", start), 0u);
  const Picoseconds left = link_edge(start, wire_cycles(upiu_header_size).n);
  EXPECT_EQ(vcd_.first("link_to_device.upiu", 0, start), left);
  EXPECT_EQ(vcd_.first("link_to_device.received", 1, start), left + config_.link.phy_latency);
}

/// Completion, doorbell and interrupt at the end of the stage response, and the handler's write to IS.
void WavesTest::expect_end(const RequestRecord& r, Picoseconds end) const {
  EXPECT_EQ(end + r.timeline.spent(Stage::interrupt) + r.timeline.spent(Stage::completion), r.timeline.last());
  EXPECT_EQ(vcd_.first("controller.complete", 1, r.timeline.start()), end);
  EXPECT_EQ(vcd_.first("controller.complete", 0, end), bus_.edge(bus_.next(end) + Cycles{1}));
  EXPECT_EQ(vcd_.at("controller.complete_tag", end), r.tag.n);
  EXPECT_EQ(vcd_.at("controller.complete_ocs", end), static_cast<std::uint64_t>(Ocs::success));
  EXPECT_EQ(vcd_.first("controller.doorbell", 0, mark(r, Stage::dispatch, {})), end);
  EXPECT_EQ(vcd_.first("controller.interrupt", 1, r.timeline.start()), end);
  const Picoseconds cleared = vcd_.first("controller.interrupt", 0, end);
  EXPECT_EQ(vcd_.at("controller.mmio_address", cleared), static_cast<std::uint64_t>(Reg::IS));
  EXPECT_EQ(vcd_.at("controller.mmio_write", cleared), 1u);
  EXPECT_LT(cleared, r.timeline.last());
}

TEST_F(WavesTest, TheEdgesOfAReadAreTheEndsOfItsStages) {
  ASSERT_EQ(requests_.seen.size(), 2u);
  const RequestRecord& r = requests_.seen[1];
  ASSERT_EQ(r.operation, "read");
  Picoseconds rung, fetched;
  expect_way_to_the_device(r, rung, fetched);
  const Picoseconds received = mark(r, Stage::transfer, fetched);
  const Picoseconds decrypted = mark(r, Stage::crypto, received);
  const Picoseconds end = mark(r, Stage::response, decrypted);

  const auto data_in = static_cast<std::uint64_t>(Transaction::data_in);
  const Picoseconds start = vcd_.first("link_to_host.upiu_transaction", data_in, rung);
  EXPECT_EQ(vcd_.first("link_to_host.upiu", 1, rung), start);
  EXPECT_EQ(vcd_.at("link_to_host.upiu_length", start), bytes);
  EXPECT_EQ(vcd_.first("link_to_host.received", 1, start), received);
  EXPECT_EQ(vcd_.at("link_to_host.received_transaction", received), data_in);

  // The first frame brings the header and the first blocks.
  const UniproLinkConfig& c = config_.link;
  const Bytes frame = unipro::frame_bytes(c.t_mtu, c.header_bytes, c.overhead_bytes);
  const Picoseconds first = link_edge(start, divide_up(frame.n, c.lanes)) + c.phy_latency;
  const std::uint64_t come = vcd_.at("decrypt.in_blocks", rung);
  EXPECT_EQ(vcd_.first("decrypt.in_valid", 1, rung), ice_.sample_edge(first));
  EXPECT_EQ(vcd_.at("decrypt.in_blocks", ice_.sample_edge(first)) - come, (c.t_mtu.n - upiu_header_size) / 16);
  EXPECT_EQ(vcd_.at("decrypt.in_tag", ice_.sample_edge(first)), r.tag.n);
  EXPECT_EQ(vcd_.at("decrypt.in_crypto", ice_.sample_edge(first)), 1u);
  EXPECT_EQ(last_change("decrypt.in_blocks", rung, end), ice_.sample_edge(received));
  EXPECT_EQ(vcd_.at("decrypt.in_blocks", end) - come, bytes / 16);

  EXPECT_EQ(last_change("decrypt.out_blocks", rung, end), decrypted);
  EXPECT_EQ(vcd_.at("decrypt.out_blocks", end) - vcd_.at("decrypt.out_blocks", rung), bytes / 16);
  const Picoseconds last_issue = ice_.edge(ice_.next(decrypted) - config_.ice.latency);
  EXPECT_EQ(last_change("decrypt.issue_blocks", rung, end), last_issue);
  EXPECT_EQ(vcd_.at("decrypt.issue_keyslot", last_issue), r.keyslot.n);
  for (std::uint64_t i = 0; i < blocks_of_a_request; ++i) {
    const auto units = times("decrypt.issue_dun", dun.n + i, rung, end);
    ASSERT_EQ(units.size(), 1u);
    EXPECT_EQ(vcd_.at("decrypt.issue_blocks", units[0]) - vcd_.at("decrypt.issue_blocks", rung),
              i * logical_block.n / 16 + 1)
        << "the data unit begins with its first block";
  }
  expect_end(r, end);
}

TEST_F(WavesTest, TheEdgesOfAWriteAreTheEndsOfItsStages) {
  ASSERT_EQ(requests_.seen.size(), 2u);
  const RequestRecord& r = requests_.seen[0];
  ASSERT_EQ(r.operation, "write");
  Picoseconds rung, fetched;
  expect_way_to_the_device(r, rung, fetched);
  const Picoseconds asked = mark(r, Stage::transfer, fetched);
  const Picoseconds read = mark(r, Stage::memory, asked);
  const Picoseconds encrypted = mark(r, Stage::crypto, read);
  const Picoseconds end = mark(r, Stage::response, encrypted);

  const auto rtt = static_cast<std::uint64_t>(Transaction::ready_to_transfer);
  const Picoseconds received = vcd_.first("link_to_host.received_transaction", rtt, rung);
  EXPECT_EQ(bus_.sample_edge(received), asked);
  EXPECT_EQ(last_change("encrypt.in_blocks", rung, end), ice_.sample_edge(read));
  EXPECT_EQ(last_change("encrypt.out_blocks", rung, end), encrypted);
  const std::uint64_t out = vcd_.at("encrypt.out_blocks", rung);
  EXPECT_EQ(vcd_.at("encrypt.out_blocks", end) - out, bytes / 16);
  EXPECT_EQ(vcd_.at("encrypt.issue_keyslot", encrypted), r.keyslot.n);
  EXPECT_EQ(vcd_.at("encrypt.issue_dun", encrypted), dun.n + blocks_of_a_request - 1);

  // The DATA OUT starts when the burst with the last byte of its first frame has come out.
  const std::uint64_t burst = config_.controller.dma.max_burst_bytes.n;
  const std::uint64_t needed = divide_up(config_.link.t_mtu.n - upiu_header_size, burst) * burst;
  const Picoseconds ready = vcd_.first("encrypt.out_blocks", out + needed / 16, rung);
  const Picoseconds start = link_clock_.sample_edge(ready);
  const auto data_out = static_cast<std::uint64_t>(Transaction::data_out);
  EXPECT_EQ(vcd_.first("link_to_device.upiu_transaction", data_out, rung), start);
  EXPECT_EQ(vcd_.at("link_to_device.upiu", start), 1u);
  EXPECT_EQ(vcd_.at("link_to_device.upiu_length", start), bytes);
  expect_end(r, end);
}

TEST_F(WavesTest, KeysAreHidden) {
  const Secret key = derive_key(config_.seed, 1);
  CryptoConfig entry;
  entry.set_xts_key(key.data(), key.size());
  std::size_t hidden = 0;
  for (const test::VcdChange& change : vcd_.of("controller.mmio_data")) {
    hidden += change.unknown ? 1 : 0;
    for (std::size_t i = 0; i < CryptoConfig::config_word; ++i) EXPECT_NE(change.value, entry.words[i]);
  }
  EXPECT_GT(hidden, 0u);
  const std::uint64_t base = config_.keyslots.config_pointer * 0x100;
  std::size_t key_writes = 0;
  for (const test::VcdChange& change : vcd_.of("controller.mmio_address")) {
    if (change.at < requests_.seen[0].timeline.start() || change.value < base) continue;
    const bool is_key = (change.value - base) % CryptoConfig::size < 4 * CryptoConfig::config_word;
    EXPECT_EQ(vcd_.hidden_at("controller.mmio_data", change.at), is_key) << change.value;
    key_writes += is_key ? 1 : 0;
  }
  EXPECT_EQ(key_writes, CryptoConfig::config_word);
}

TEST_F(WavesTest, AllIsQuietAtTheEnd) {
  for (const auto& [name, changes] : vcd_.signals) {
    if (vcd_.widths.at(name) > 1 || name.find("crypto") != std::string::npos) continue;
    EXPECT_EQ(changes.back().value, 0u) << name;
  }
  EXPECT_EQ(vcd_.of("controller.doorbell").back().value, 0u);
}

/// A busy system's waves.
std::string busy_waves(TimeWindow window) {
  SystemConfig config;
  config.replay.mode = ReplayMode::asap;
  config.replay.limit = 25;
  config.controller.prefetch_depth = 3;
  test::WaveFile file(window);
  {
    const auto source = open_trace(test::bundled(test::k612));
    Simulation simulation(config, *source, "test", 0, {file.recorder(), nullptr});
    simulation.run();
  }
  forget_simulation();
  return file.text();
}

TEST(Waves, AWindowShowsWhatTheWholeShowsInThatTime) {
  const Vcd whole = test::parse_vcd(busy_waves({}));
  const auto& blocks = whole.of("decrypt.out_blocks");
  const TimeWindow window{blocks.at(blocks.size() / 3).at - Picoseconds{1}, blocks.at(blocks.size() / 2).at};
  const Vcd part = test::parse_vcd(busy_waves(window));
  std::size_t changes = 0;
  for (const auto& [name, all] : whole.signals) {
    std::vector<test::VcdChange> expected{whole.change_at(name, window.from)};
    expected[0].at = window.from;
    for (const test::VcdChange& change : all)
      if (change.at > window.from && change.at <= window.to) expected.push_back(change);
    EXPECT_TRUE(part.of(name) == expected) << name;
    changes += expected.size();
  }
  EXPECT_GT(changes, 500u);
  EXPECT_EQ(part.times.front(), window.from);
  EXPECT_EQ(part.times.back(), window.to);
}

TEST(Waves, ARunGivesTheSameWavesEveryTime) { EXPECT_TRUE(busy_waves({}) == busy_waves({})); }

}  // namespace
}  // namespace icesim
