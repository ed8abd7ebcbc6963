// SPDX-License-Identifier: Apache-2.0
// The bridge to a guest, whose part arbitrary bytes play. --hardware puts the simulated controller behind it, with
// engine, link, device and flash; without, registers that only remember.
#include "models/guest/guest_log.hpp"
#include "peer_script.hpp"
#include "testbench/support/rigs/scripted_guest.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <thread>

namespace {

using namespace icesim;
using namespace icesim::cosim;

bool whole = false;  // NOLINT: set once, before the first input

/// The hardware, and a guest that goes on when it is accessed.
class Accessed : public Hardware {
 public:
  Accessed(Hardware& hardware, fuzz::PeerScript& peer, bool alone) : hardware_(hardware), peer_(peer), alone_(alone) {}

  Picoseconds now() const override { return hardware_.now(); }
  bool active() const override { return hardware_.active(); }
  void run(Picoseconds until) override { hardware_.run(until); }
  bool interrupt() const override { return hardware_.interrupt(); }
  bool powered() const override { return hardware_.powered(); }
  std::uint32_t read_register(std::uint32_t offset) override {
    if (alone_) peer_.act_silently();
    return hardware_.read_register(offset);
  }
  void write_register(std::uint32_t offset, std::uint32_t value) override {
    if (alone_) peer_.act_silently();
    hardware_.write_register(offset, value);
  }

 private:
  Hardware& hardware_;
  fuzz::PeerScript& peer_;
  bool alone_;  ///< the peer has no thread
};

Listener& listener(const char* kind) {
  static std::array<std::optional<Listener>, 2> all;
  auto& mine = all[kind[0] == 't' ? 1 : 0];
  if (!mine) mine.emplace("/tmp/icesim-fuzz-" + std::to_string(::getpid()) + "-" + kind);
  while (wait_readable({mine->fd()}, false) >= 0) mine->accept();  // whom nobody has taken
  return *mine;
}

void serve(const BridgeSockets& sockets, GuestMap& memory, Hardware& hardware, fuzz::PeerScript& peer,
           const std::function<void()>& life) {
  Accessed accessed(hardware, peer, sockets.time == nullptr);
  std::thread thread;
  if (sockets.time != nullptr) {
    thread = std::thread(life);
  } else {
    life();
  }
  try {
    serve_guest(sockets, PciFunction(PciId{}, 0x10000), memory, accessed);
  } catch (const UserError& error) {
    const std::string_view text = error.what();
    if (text.find('\n') != std::string_view::npos || text.substr(0, 7) != "guest: ") __builtin_trap();
  }
  if (thread.joinable()) thread.join();
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  for (int i = 1; i < *count; ++i) whole = whole || std::string_view((*arguments)[i]) == "--hardware";
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t kind = input.byte();
  const bool time_travel = (kind & 1) != 0;
  Listener& device = listener("device");
  Listener* const time = time_travel ? &listener("time") : nullptr;
  fuzz::PeerScript peer(input, cosim::test::connect_to(device.path()),
                        time_travel ? cosim::test::connect_to(time->path()) : Connection());
  const auto life = [&] {
    if ((kind & 2) == 0) peer.set_up();
    peer.act(input.byte() % 64U + 1);
    peer.hang_up();
  };
  GuestMap memory;
  if (!whole) {
    cosim::test::FakeHardware registers;
    serve({device, time}, memory, registers, peer, life);
    return 0;
  }
  {
    SystemConfig config;
    config.flash.capacity = Bytes{16 << 20};
    GuestSimulation simulation(config, memory, {});
    OutputFile nowhere("/dev/null");
    GuestLog log(nowhere, CryptoCapabilities{}, memory);
    simulation.connect(log);
    serve({device, time}, memory, simulation.hardware(), peer, life);
    simulation.end();
  }
  icesim::forget_simulation();
  return 0;
}

/// SystemC's library asks for it.
int sc_main(int, char**) { return 0; }
