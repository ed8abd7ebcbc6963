// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/keys/replacement/make_replacement.hpp"
#include "testbench/driver/operations.hpp"
#include "testbench/support/rigs/host_port_mock.hpp"

#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <set>

namespace icesim::test {

inline IoRequest io(Operation operation, std::uint64_t first_block, std::uint64_t blocks, KeyId key = no_key,
                    std::uint64_t dun = 0) {
  IoRequest request;
  request.operation = operation;
  request.offset = logical_block * first_block;
  request.length = logical_block * blocks;
  request.key = key;
  request.dun = Dun{dun};
  request.flags = key != no_key ? IoRequest::has_dun : 0;
  return request;
}
inline IoRequest flagged(IoRequest request, IoRequest::Flag flag) {
  request.flags = static_cast<std::uint8_t>(request.flags | flag);
  return request;
}
inline IoRequest by(std::uint32_t process, IoRequest request) {
  request.process = process;
  return request;
}
/// `count` one-block reads that cannot be merged, of one process.
inline std::vector<IoRequest> scattered(std::uint64_t count) {
  std::vector<IoRequest> all;
  for (std::uint64_t i = 0; i < count; ++i) all.push_back(io(read, 10 * i, 1));
  return all;
}

/// A block layer with mock hardware below that serves every command in `device_time`, and an observer above. It checks
/// at each command that the key is in its keyslot, and at each end that stages partition the latency and the keyslot
/// was put.
class BlockLayerRig : public HostClient, public RequestQueue, public BioObserver {
 public:
  struct Options {
    std::uint32_t cores = 8;
    std::uint32_t tags = 32;
    std::uint32_t keyslots = 32;  ///< 0: no crypto
    BlockLayerConfig config{};
    std::vector<std::uint32_t> vms{};  ///< keyslots of virtual machines, 0: all; none: requests are not told apart
    Picoseconds hypervisor{};          ///< for a key of one but the first
    std::uint32_t queues = 1;
  };
  struct Command {
    Request request;
    Picoseconds at;
  };
  struct End {
    Bio bio;
    Timeline timeline;
    Picoseconds at;
  };

  explicit BlockLayerRig(const Options& options)
      : host(options.cores, costs),
        keyslots(options.keyslots == 0 ? 1 : options.keyslots),
        blocks(options.config, costs, host, *this, options.keyslots == 0 ? nullptr : &keyslots, options.cores,
               options.tags, options.queues) {
    host.connect(*this);
    blocks.observe(this);
    std::vector<VmKeyslots> vms;
    Keyslot first{0};
    for (const std::uint32_t count : options.vms) {
      if (count > 0) own.push_back(std::make_unique<KeyslotManager>(count, make_replacement({}, count, 0), first));
      vms.push_back({count > 0 ? own.back().get() : &keyslots, vms.empty() ? Picoseconds{} : options.hypervisor});
      first.n += count;
    }
    if (!vms.empty()) blocks.tell_apart(std::move(vms));
  }
  BlockLayerRig() : BlockLayerRig(Options{}) {}

  void submit(IoRequest request, Picoseconds at = {}) {
    request.time = at;
    host.at(at, [=] { blocks.submit(request); });
  }
  /// Submits all at once and runs to the end.
  void play(const std::vector<IoRequest>& requests) {
    for (const IoRequest& request : requests) submit(request);
    host.run();
  }

  /// Those of the virtual machine that has it, or of all.
  KeyslotManager& keyslots_with(Keyslot keyslot) {
    for (const auto& each : own)
      if (keyslot.n >= each->first().n && keyslot.n < each->first().n + each->num_keyslots()) return *each;
    return keyslots;
  }

  HostCosts costs;
  HostPortMock host;
  KeyslotManager keyslots;
  std::vector<std::unique_ptr<KeyslotManager>> own;  ///< of virtual machines
  BlockLayer blocks;
  Picoseconds device_time{100'000'000};
  Picoseconds program_time{1'000'000};
  std::function<bool(const Request&)> fails = [](const Request&) { return false; };

  std::vector<std::uint32_t> answers;  ///< of registers, for each piece
  std::deque<KeyWork> pieces;  ///< of each key that is programmed; none: `program_time` in one piece

  std::vector<Command> commands;
  std::vector<std::pair<Keyslot, KeyId>> programs;
  std::vector<End> ends;

  void queue_command(Request& request) override {
    if (request.has_keyslot) {
      EXPECT_EQ(keyslots_with(request.keyslot).key_in(request.keyslot), request.crypt.key);
      EXPECT_GT(keyslots_with(request.keyslot).references(request.keyslot), 0u);
      if (!own.empty()) {
        EXPECT_EQ(&keyslots_with(request.keyslot), own.at(request.vm).get()) << "in the machine's own part";
      }
    }
    EXPECT_TRUE(tags_in_use_.insert(request.tag.n).second) << "a tag carries one command at a time";
    commands.push_back({request, host.now()});
    const Tag tag = request.tag;
    host.at(host.now() + device_time, [=] { served(tag); });
  }
  KeyWork program_keyslot(Keyslot keyslot, KeyId key) override {
    EXPECT_EQ(keyslots_with(keyslot).references(keyslot), 0u) << "only an idle keyslot is programmed";
    programs.emplace_back(keyslot, key);
    pieces_ = pieces;
    return go_on_with_key(0);
  }
  KeyWork clear_keyslot(Keyslot) override { throw Bug("nobody forgets keys here"); }
  KeyWork go_on_with_key(std::uint32_t value) override {
    answers.push_back(value);
    if (pieces_.empty()) return {program_time};
    const KeyWork piece = pieces_.front();
    pieces_.pop_front();
    return piece;
  }
  void bio_ended(const Bio& bio, const Request&, const Timeline& timeline) override {
    EXPECT_EQ(timeline.start(), bio.io.time);
    EXPECT_EQ(timeline.total(), host.now() - bio.io.time);
    if (ending_.has_keyslot) {
      EXPECT_EQ(keyslots_with(ending_.keyslot).references(ending_.keyslot), references_before_ - 1) << "put comes before the end of the bio";
    }
    ends.push_back({bio, timeline, host.now()});
  }
  Step step(Work work, std::uint32_t value) override { return blocks.step(work, value); }
  Step interrupt() override { throw Bug("the block layer handles no interrupts"); }

 private:
  void served(Tag tag) {
    tags_in_use_.erase(tag.n);
    Request& request = blocks.request(tag);
    const bool failed = fails(request);
    if (!request.preflush) request.timeline->mark(Stage::device, host.now());
    ending_ = request;
    references_before_ = request.has_keyslot ? keyslots_with(request.keyslot).references(request.keyslot) : 0;
    blocks.complete(tag, failed ? Failure{Ocs::fatal_error} : Failure{});
    ending_ = {};  // another bio may end without a command
  }

  std::set<std::uint64_t> tags_in_use_;
  Request ending_;
  std::uint32_t references_before_ = 0;
  std::deque<KeyWork> pieces_;
};

}  // namespace icesim::test
