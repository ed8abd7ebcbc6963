// SPDX-License-Identifier: Apache-2.0
// Somebody else's platform around the simulated UFS controller: a memory, a bus and the stub of a processor, which writes
// a block through a keyslot of the inline crypto engine and reads it back (docs/install.md).
#include "icesim/driver/bare_driver.hpp"
#include "models/system/ufs_component.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <vector>

using namespace icesim;

constexpr std::uint64_t registers_at = 0x4000'0000, plain_at = 0x40000, back_at = 0x50000;

/// A memory behind a bus: what lies above it is the controller's registers.
struct BusAndMemory : sc_core::sc_module {
  tlm_utils::simple_target_socket<BusAndMemory> from_cpu{"from_cpu"};
  tlm_utils::simple_target_socket<BusAndMemory, 128> from_controller{"from_controller"};
  tlm_utils::simple_initiator_socket<BusAndMemory> to_controller{"to_controller"};
  std::vector<unsigned char> bytes = std::vector<unsigned char>(1 << 20);
  explicit BusAndMemory(const sc_core::sc_module_name& name) : sc_module(name) {
    from_cpu.register_b_transport(this, &BusAndMemory::transport);
    from_controller.register_b_transport(this, &BusAndMemory::transport);
  }
  void transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) {
    const std::uint64_t at = access.get_address();
    if (at >= registers_at) return access.set_address(at - registers_at), to_controller->b_transport(access, delay);
    if (at + access.get_data_length() > bytes.size()) return access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    if (access.is_read()) std::copy_n(&bytes[at], access.get_data_length(), access.get_data_ptr());
    if (access.is_write()) std::copy_n(access.get_data_ptr(), access.get_data_length(), &bytes[at]);
    access.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

struct Cpu : sc_core::sc_module, BareDriver {
  tlm_utils::simple_initiator_socket<Cpu> bus{"bus"};
  sc_core::sc_in<bool> interrupt{"interrupt"};
  SC_HAS_PROCESS(Cpu);
  explicit Cpu(const sc_core::sc_module_name& name) : sc_module(name), BareDriver(0x1000) { SC_THREAD(run); }

  void run() {
    std::byte key[64];
    for (unsigned i = 0; i < sizeof key; ++i) key[i] = static_cast<std::byte>(i * 37);
    bring_up();
    program(3, key);
    const Ocs written = carry_out(0, {scsi::write_10(Lba{5}, 1), DataDirection::to_device, 1, plain_at, true, 3, Dun{5}});
    std::printf("write %s at %s\n", std::string(spelling(written)).c_str(), sc_core::sc_time_stamp().to_string().c_str());
    const Ocs read = carry_out(0, {scsi::read_10(Lba{5}, 1), DataDirection::to_host, 1, back_at, true, 3, Dun{5}});
    std::printf("read  %s at %s\n", std::string(spelling(read)).c_str(), sc_core::sc_time_stamp().to_string().c_str());
    sc_core::sc_stop();
  }

 private:
  void move(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t length) {
    tlm::tlm_generic_payload access;
    access.set_command(command);
    access.set_address(address);
    access.set_data_ptr(static_cast<unsigned char*>(data));
    access.set_data_length(static_cast<unsigned>(length));
    access.set_streaming_width(static_cast<unsigned>(length));
    sc_core::sc_time delay;
    bus->b_transport(access, delay);
    if (access.is_response_error()) SC_REPORT_ERROR("cpu", access.get_response_string().c_str());
  }
  void load(std::uint64_t at, std::byte* bytes, std::size_t length) override { move(tlm::TLM_READ_COMMAND, at, bytes, length); }
  void store(std::uint64_t at, const std::byte* bytes, std::size_t length) override {
    move(tlm::TLM_WRITE_COMMAND, at, const_cast<std::byte*>(bytes), length);
  }
  std::uint32_t read_word(std::uint32_t offset) override {
    std::uint32_t value = 0;
    return move(tlm::TLM_READ_COMMAND, registers_at + offset, &value, 4), value;
  }
  void write_word(std::uint32_t offset, std::uint32_t value) override { move(tlm::TLM_WRITE_COMMAND, registers_at + offset, &value, 4); }
  /// A command is waited for by its interrupt, anything else by looking.
  void pass() override { wait(sc_core::sc_time(10, sc_core::SC_US), interrupt.posedge_event()); }
};

int sc_main(int, char**) {
  BusAndMemory memory("memory");
  Cpu cpu("cpu");
  UfsComponent ufs("ufs", SystemConfig{});
  sc_core::sc_signal<bool> interrupt("interrupt_wire");
  cpu.bus.bind(memory.from_cpu);
  memory.to_controller.bind(ufs.registers);
  ufs.memory.bind(memory.from_controller);
  ufs.interrupt.bind(interrupt);
  cpu.interrupt.bind(interrupt);
  for (unsigned i = 0; i < logical_block.n; ++i) memory.bytes[plain_at + i] = static_cast<unsigned char>(i % 251);
  sc_core::sc_start();
  const unsigned char* const plain = &memory.bytes[plain_at];
  const std::byte* const stored = ufs.flash().content(Lba{5});
  const bool same = std::equal(plain, plain + logical_block.n, &memory.bytes[back_at]);
  const bool hidden = stored != nullptr && std::memcmp(plain, stored, logical_block.n) != 0;
  std::printf("the block %s, and on the flash it is %s\n", same ? "came back" : "DID NOT come back", hidden ? "encrypted" : "PLAIN");
  return same && hidden ? 0 : 1;
}
