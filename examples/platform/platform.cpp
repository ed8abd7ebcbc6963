// SPDX-License-Identifier: Apache-2.0
// Somebody else's platform around the simulated UFS controller: a memory, a bus and the stub of a processor, which writes
// a block through a keyslot of the inline crypto engine and reads it back (docs/install.md).
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/uic.hpp"
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/base/ports.hpp"
#include "models/system/ufs_component.hpp"

#include <cstdio>
#include <cstring>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>
#include <vector>

using namespace icesim;
using sc_core::sc_time;

constexpr std::uint64_t registers_at = 0x4000'0000, list_at = 0x1000, command_at = 0x2000, plain_at = 0x4000, back_at = 0x6000;
constexpr std::uint32_t prdt_offset = 1024, keyslot = 3;

struct Memory : sc_core::sc_module {
  tlm_utils::simple_target_socket<Memory> socket{"socket"};
  std::vector<unsigned char> bytes = std::vector<unsigned char>(1 << 16);
  explicit Memory(const sc_core::sc_module_name& name) : sc_module(name) { socket.register_b_transport(this, &Memory::transport); }
  void transport(tlm::tlm_generic_payload& access, sc_time&) {
    if (access.get_address() + access.get_data_length() > bytes.size()) return access.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    unsigned char* const here = bytes.data() + access.get_address();
    if (access.is_read()) std::memcpy(access.get_data_ptr(), here, access.get_data_length());
    if (access.is_write()) std::memcpy(here, access.get_data_ptr(), access.get_data_length());
    access.set_response_status(tlm::TLM_OK_RESPONSE);
  }
};

struct Bus : sc_core::sc_module {
  tlm_utils::simple_target_socket<Bus> from_cpu{"from_cpu"};
  tlm_utils::simple_target_socket<Bus, 128> from_controller{"from_controller"};
  tlm_utils::simple_initiator_socket<Bus> to_memory{"to_memory"}, to_controller{"to_controller"};
  explicit Bus(const sc_core::sc_module_name& name) : sc_module(name) {
    from_cpu.register_b_transport(this, &Bus::transport);
    from_controller.register_b_transport(this, &Bus::transport);
  }
  void transport(tlm::tlm_generic_payload& access, sc_time& delay) {
    if (access.get_address() < registers_at) return to_memory->b_transport(access, delay);
    access.set_address(access.get_address() - registers_at);
    to_controller->b_transport(access, delay);
  }
};

struct Cpu : sc_core::sc_module {
  tlm_utils::simple_initiator_socket<Cpu> bus{"bus"};
  sc_core::sc_in<bool> interrupt{"interrupt"};
  SC_HAS_PROCESS(Cpu);
  explicit Cpu(const sc_core::sc_module_name& name) : sc_module(name) { SC_THREAD(run); }

  void move(tlm::tlm_command command, std::uint64_t address, void* data, unsigned length) {
    tlm::tlm_generic_payload access;
    access.set_command(command);
    access.set_address(address);
    access.set_data_ptr(static_cast<unsigned char*>(data));
    access.set_data_length(length);
    access.set_streaming_width(length);
    sc_time delay;
    bus->b_transport(access, delay);
    if (access.is_response_error()) SC_REPORT_ERROR("cpu", access.get_response_string().c_str());
  }
  void store(std::uint64_t address, void* data, unsigned length) { move(tlm::TLM_WRITE_COMMAND, address, data, length); }
  void set(std::uint32_t offset, std::uint32_t value) { store(registers_at + offset, &value, 4); }
  void set(Reg reg, std::uint32_t value) { set(static_cast<std::uint32_t>(reg), value); }
  std::uint32_t get(Reg reg) {
    std::uint32_t value = 0;
    move(tlm::TLM_READ_COMMAND, registers_at + static_cast<std::uint32_t>(reg), &value, 4);
    return value;
  }
  void until(Reg reg, std::uint32_t bits) {
    while ((get(reg) & bits) != bits) wait(10, sc_core::SC_US);
  }
  void program_key() {
    std::byte key[64];
    for (unsigned i = 0; i < sizeof key; ++i) key[i] = static_cast<std::byte>(i * 37);
    CryptoConfig entry;
    entry.set_xts_key(key, sizeof key);
    entry.set_config({data_unit_mask(logical_block), 0, true});
    const std::uint32_t offset = crypto_config_offset(CryptoCapabilities::decode(get(Reg::CCAP)), Keyslot{keyslot});
    for (std::size_t i = 0; i < program_writes; ++i) set(offset + program_write(entry, i).offset, program_write(entry, i).value);
  }
  /// One encrypted block under tag 0; waits for the interrupt.
  void carry_out(bool writes, std::uint64_t buffer) {
    CommandUpiu upiu;
    upiu.flags = writes ? CommandUpiu::write : CommandUpiu::read;
    upiu.cdb = writes ? scsi::write_10(Lba{5}, 1) : scsi::read_10(Lba{5}, 1);
    upiu.expected_length = logical_block;
    UpiuHeader header = upiu.encode();
    store(command_at, header.data(), static_cast<unsigned>(header.size()));
    std::byte prdt[PrdtEntry::size], descriptor[Utrd::size];
    PrdtEntry{buffer, logical_block}.encode(prdt);
    store(command_at + prdt_offset, prdt, sizeof prdt);
    Utrd utrd;
    utrd.data_direction = writes ? DataDirection::to_device : DataDirection::to_host;
    utrd.crypto_enable = true;
    utrd.cci = Keyslot{keyslot};
    utrd.dun = Dun{5};
    utrd.ucd_base = command_at;
    utrd.response_offset = utrd.response_length = 128;
    utrd.prdt_offset = prdt_offset / 4;
    utrd.prdt_length = 1;
    utrd.encode(descriptor);
    store(list_at, descriptor, sizeof descriptor);
    set(Reg::UTRLDBR, 1);
    wait(interrupt.posedge_event());
    set(Reg::IS, IS::UTRCS);
    move(tlm::TLM_READ_COMMAND, list_at, descriptor, sizeof descriptor);
    std::printf("%s %s at %s\n", writes ? "write" : "read ", std::string(spelling(Utrd::decode(descriptor).ocs)).c_str(),
                sc_core::sc_time_stamp().to_string().c_str());
  }
  void run() {
    set(Reg::HCE, HCE::HCE | HCE::CGE);
    until(Reg::HCE, HCE::HCE);
    set(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_link_startup));
    until(Reg::IS, IS::UCCS);
    set(Reg::IS, ~std::uint32_t{0});
    set(Reg::UTRLBA, list_at);
    set(Reg::UTRLRSR, 1);
    set(Reg::IE, IS::UTRCS);
    program_key();
    carry_out(true, plain_at);
    carry_out(false, back_at);
    sc_core::sc_stop();
  }
};

int sc_main(int, char**) {
  SystemConfig config;
  config.keyslots.num_keyslots = 8;
  Memory memory("memory");
  Bus bus("bus");
  Cpu cpu("cpu");
  UfsComponent ufs("ufs", config);
  sc_core::sc_signal<bool> interrupt("interrupt_wire");
  cpu.bus.bind(bus.from_cpu);
  bus.to_memory.bind(memory.socket);
  bus.to_controller.bind(ufs.registers);
  ufs.memory.bind(bus.from_controller);
  ufs.interrupt.bind(interrupt);
  cpu.interrupt.bind(interrupt);
  for (unsigned i = 0; i < logical_block.n; ++i) memory.bytes[plain_at + i] = static_cast<unsigned char>(i % 251);
  sc_core::sc_start();
  const unsigned char* const plain = memory.bytes.data() + plain_at;
  const std::byte* const stored = ufs.flash().content(Lba{5});
  const bool same = std::memcmp(plain, memory.bytes.data() + back_at, logical_block.n) == 0;
  const bool hidden = stored != nullptr && std::memcmp(plain, stored, logical_block.n) != 0;
  std::printf("the block %s, and on the flash it is %s\n", same ? "came back" : "DID NOT come back", hidden ? "encrypted" : "PLAIN");
  return same && hidden ? 0 : 1;
}
