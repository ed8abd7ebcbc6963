// SPDX-License-Identifier: Apache-2.0
#include "models/waves/waves.hpp"

#include "models/waves/pulse.hpp"

namespace icesim {

class Waves::Receiver : public UpiuSink {
 public:
  Receiver(Waves& waves, Direction direction, UpiuSink& real) : waves_(waves), direction_(direction), real_(real) {}
  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override {
    waves_.upiu(direction_, upiu, waves_.link_.clock().edge(start), last);
    real_.receive(upiu, start, last);
  }
  void link_reset() override { real_.link_reset(); }

 private:
  Waves& waves_;
  Direction direction_;
  UpiuSink& real_;
};

Waves::Waves(const WatchedSystem& system, SignalRecorder& recorder)
    : recorder_(recorder),
      agenda_(system.agenda),
      layout_{system.controller.prefetch_depth},
      link_(system.link),
      lag_(system.bus.edge(system.bus.sync_stages() + Cycles{2})),
      bus_(system.bus),
      ice_(system.ice),
      ice_clock_(system.ice_clock),
      keyslots_(system.keyslots) {
  recorder.declare(layout_.list());
}

Waves::~Waves() = default;

CryptoEngine& Waves::watch(CryptoEngine& engine) {
  engine_ =
      std::make_unique<WavesEngine>(WatchedEngine{recorder_, agenda_, lag_, layout_, ice_, ice_clock_, keyslots_}, engine);
  return *engine_;
}

void Waves::set_engine_clock(Picoseconds at) { engine_->set_clock(at); }

UpiuSink& Waves::watch(Direction direction, UpiuSink& receiver) {
  auto& place = receivers_[index(direction)];
  place = std::make_unique<Receiver>(*this, direction, receiver);
  return *place;
}

bool Waves::holds_key(std::uint32_t offset) const {
  const std::uint32_t base = keyslots_.layout().config_offset();
  if (offset < base || (offset - base) / 4 >= keyslots_.words()) return false;
  return (offset - base) / 4 % CryptoConfig::word_count < CryptoConfig::config_word;
}

void Waves::access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) {
  settle(recorder_, agenda_.now(), lag_);
  pulse(recorder_, write ? pins::mmio_write : pins::mmio_read, bus_, at);
  recorder_.change(pins::mmio_address, at, offset);
  if (holds_key(offset)) {
    recorder_.hide(pins::mmio_data, at);
  } else {
    recorder_.change(pins::mmio_data, at, value);
  }
}

void Waves::doorbell(std::uint32_t tags, Picoseconds at) { recorder_.change(pins::doorbell, at, tags); }

void Waves::fetch(std::size_t unit, Tag tag, Picoseconds from, Picoseconds ready) {
  const std::size_t signals = layout_.of_fetch_unit(unit);
  recorder_.change(signals + pins::fetch, from, 1);
  recorder_.change(signals + pins::fetch_tag, from, tag.n);
  recorder_.change(signals + pins::fetch, ready, 0);
}

void Waves::completion(Tag tag, Ocs ocs, Picoseconds at) {
  pulse(recorder_, pins::complete, bus_, at);
  recorder_.change(pins::complete_tag, at, tag.n);
  recorder_.change(pins::complete_ocs, at, static_cast<std::uint64_t>(ocs));
}

void Waves::interrupt(bool level, Picoseconds at) { recorder_.change(pins::interrupt, at, level ? 1 : 0); }

void Waves::acknowledgement(Direction direction, std::uint32_t frames, Picoseconds begin, Picoseconds end,
                            Picoseconds known) {
  const std::size_t signals = layout_.of_link(index(direction));
  Picoseconds& last_end = afc_end_[index(direction)];
  // AFCs take no time of the lanes in the model, so that one may begin before the other has left.
  recorder_.change(signals + pins::afc, begin < last_end ? last_end : begin, 1);
  recorder_.change(signals + pins::afc_frames, begin, frames);
  recorder_.change(signals + pins::afc, end, 0);
  last_end = end;
  recorder_.change(signals + pins::acknowledged, known, acknowledged_[index(direction)] += frames);
}

void Waves::upiu(Direction direction, const Upiu& upiu, Picoseconds start, Picoseconds last) {
  const std::size_t signals = layout_.of_link(index(direction));
  const auto transaction = static_cast<std::uint64_t>(transaction_of(upiu.header));
  settle(recorder_, agenda_.now(), lag_);
  recorder_.change(signals + pins::upiu, start, 1);
  recorder_.change(signals + pins::upiu_transaction, start, transaction);
  recorder_.change(signals + pins::upiu_tag, start, tag_of(upiu.header).n);
  recorder_.change(signals + pins::upiu_length, start, upiu.data_length);
  recorder_.change(signals + pins::upiu, last - link_.way(direction), 0);
  // What is received is not on an edge of the sender's clock: the pulse is a symbol long.
  recorder_.change(signals + pins::received, last, 1);
  recorder_.change(signals + pins::received, last + link_.clock().edge(Cycles{1}), 0);
  recorder_.change(signals + pins::received_transaction, last, transaction);
  recorder_.change(signals + pins::received_tag, last, tag_of(upiu.header).n);
}

}  // namespace icesim
