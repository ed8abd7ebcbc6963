// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/spec/register_file.hpp"
#include "icesim/spec/uic.hpp"
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"
#include "models/base/inbox.hpp"
#include "models/base/interrupt_line.hpp"
#include "models/base/ports.hpp"
#include "models/base/tap.hpp"
#include "models/controller/lists/command_under_way.hpp"
#include "models/controller/auto_hibern8.hpp"
#include "models/controller/dma/direct_memory.hpp"
#include "models/controller/dma/dma_channel.hpp"
#include "models/controller/lists/queue_file.hpp"
#include "models/controller/lists/received_upiu.hpp"
#include "models/controller/lists/task_list.hpp"
#include "models/controller/ufs_host_controller_config.hpp"
#include "models/ice/keyslot_file.hpp"

#include <array>
#include <cstring>
#include <systemc>
#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>
#include <unordered_map>
#include <vector>

namespace icesim {

/// The UFS host controller: registers, transfer request list, DMA, and the way of data between memory, crypto engine and link.
/// One TLM-2.0 target socket (registers), one initiator socket (memory) and one interrupt pin are its outer side.
///
/// **Timing**, in edges of the bus clock. What comes from another domain at t is seen at S(t) = sample(t).
/// - A register write that arrives at t takes effect at S(t). A read that arrives at t sees the state after S(t), and
///   its answer leaves at S(t) + 1.
/// - Doorbell: a tag whose bit is set at D is pending from D. A fetch unit takes it at G = D, or when one of the
///   `prefetch_depth` units is free again. With d = `decode_cycles` and the descriptor channel of DmaChannel: U = UTRD (32
///   bytes) read at G, or at U + d of the tag taken before, when that is later; C = command UPIU (32 bytes) and P = PRDT (16
///   or, by PrdtFormat, 128 bytes each) read, one behind the other, at U + d; ready R = max(C, P) + d, or U + d when the UTRD
///   itself is bad. The COMMAND UPIU lies in the transmit buffer at R and the unit is free at R.
/// - With 128-byte entries stage `fetch` ends where R would be had P ended with the burst that brings 16 bytes for each.
/// - UPIUs leave in the order in which they were queued: a COMMAND at G, a DATA OUT at S(last frame of its RTT).
/// - RTT whose last frame is received at t: the data channel reads from S(t); each burst passes the crypto engine; a
///   frame may leave when its last byte has come out of the engine.
/// - DATA IN: each frame passes the crypto engine when it has been received; bursts are written as their bytes come out.
/// - RESPONSE received at t: 32 bytes and its data segment are written from S(t), behind all data that the link carried
///   before it; then 4 bytes of OCS are written; when they are visible, at E, the doorbell bit clears, UTRLCNR and IS.UTRCS are set, and the pin rises.
/// - A command that ends without a RESPONSE has 32 zero bytes written in its place, then its OCS as above, by a write channel of
///   their own: from R when it cannot be carried out, from S(t) when a UPIU received at t does not fit it.
/// - Task management: a request whose doorbell bit is set at D is taken at G = D, or when the one taken before is ready;
///   the lowest number goes first. 48 bytes of its UTMRD are read at G by a channel of their own, and ready is R = that
///   + d. The TASK MANAGEMENT REQUEST is queued at R; one that cannot be carried out ends from R as a command does. Its
///   response received at t: 32 bytes are written from S(t), behind what the link carried before it, then 4 bytes of
///   OCS; when they are visible, its doorbell bit clears and IS.UTMRCS is set.
/// - A piece of data at which the engine fails ends its command with OCS A, as one that does not fit; when the engine is
///   broken for good, IS.CEFES and HCS.HEI are set with the end.
/// - The link is lost, or has an error, at t: at S(t) IS.ULLS is set and HCS.DP clears, or IS.UE is set and UECDL takes the
///   code; not sooner than a UPIU announced at the same time could end a command.
/// - Resets: writing 0 to HCE drops all commands and task management requests, and resets the link; so do, at their end,
///   DME_RESET, DME_ENDPOINTRESET and DME_LINKSTARTUP, after which commands under way wait for software to clear them. What
///   the link has announced and is not seen by then never is.
/// - HCE: after a write of 1 it reads 0 for `enable_time`; with `late_crypto` that write leaves CGE 0. UIC commands end `uic_time` (`link_startup_time`) later,
///   those of hibern8 later by what the link takes for it; a change of the power mode and hibern8 leave their result in HCS.UPMCRS.
/// - Where AHIT asks for it, AutoHibern8 says when the link is awake: a COMMAND or TASK MANAGEMENT REQUEST that would be queued
///   at R is at max(R, W), for which stage `power` is R to W, and a UIC command's time begins at max(D, W).
/// **Spec**: [ufshci-registers] [ufshci-capabilities] [ufshci-interrupts] [ufshci-enable] [ufshci-uic]
/// [ufshci-descriptors] [exynos-fmp] [tensor-kdn] [ufshci-ocs] [ufshci-crypto] [ice-data-units] [ufshci-completion-order].
/// **Not modelled** (of queues, see QueueFile): entries of one command with different keys or keyslots (OCS 2); interrupt
/// aggregation (UTRIACR is stored), UPIU extra header segments. Reads of descriptors, tasks and data do not
/// contend; the receive side never stalls the link. What software changes of a command under way: its descriptors, keyslot
/// and HCE.CGE are looked up at G and when its data begin to move. UTRLCLR does not stop the fetch of a command, so that its
/// COMMAND leaves all the same, nor a DATA OUT on the wire. What is on the wire for it when it is cleared is dropped, also
/// when its tag is in use again by then, where hardware would take it for the new command's. What the device sends later
/// counts for the new command, as a UPIU says no more than its tag: software has the device abort a command first. A
/// command that cannot be carried out never held a place among the UPIUs that leave.
class UfsHostController : public sc_core::sc_module, public UpiuSink, public LinkEvents, private tlm::tlm_fw_transport_if<> {
 public:
  UfsHostController(const sc_core::sc_module_name& name, Agenda& agenda, const UfsHostControllerConfig& config,
                    const ClockDomain& bus, KeyslotFile& keyslots, std::uint64_t unbacked_from);

  /// Who is told of the stages of commands; must be connected before the simulation starts.
  void connect(StageRecorder& recorder) { recorder_ = &recorder; }
  /// Who watches registers, fetch units, completions and the interrupt; nobody unless connected before the simulation starts.
  void connect(Tap& tap) { tap_ = &tap; }
  /// Who takes interrupts of queues; unless somebody is connected they are written by the memory's socket.
  void connect(MessageSink& messages) { messages_ = &messages; }

  tlm::tlm_target_socket<> registers{"registers"};
  tlm_utils::simple_initiator_socket<UfsHostController, 128> memory{"memory"};
  sc_core::sc_out<bool> interrupt{"interrupt"};
  sc_core::sc_export<UpiuSink> from_link{"from_link"};
  sc_core::sc_export<LinkEvents> link_events{"link_events"};
  sc_core::sc_port<UpiuTransmitter> to_link{"to_link"};
  sc_core::sc_port<UpiuTransmitter> link_receive_side{"link_receive_side"};  ///< for data_arrivals() of the other direction
  sc_core::sc_port<LinkManagement> link{"link"};
  sc_core::sc_port<CryptoEngine> crypto{"crypto"};

  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override;
  void link_reset() override;
  void link_lost(Picoseconds at) override { push_link_event(0, at); }
  void data_link_error(std::uint32_t code, Picoseconds at) override { push_link_event(UEC::ERR | code, at); }

  const UfsHostControllerStatistics& statistics() const { return statistics_; }
  /// Bytes read from and written to memory, descriptors too.
  Bytes memory_traffic() const;
  const RegisterFile& register_file() const { return registers_file_; }
  const QueueFile& queue_file() const { return queues_; }
  /// What the tags under way wait for, for a report.
  std::string waiting() const;

 private:
  struct Event {
    enum class Kind : std::uint8_t { write, read, upiu, fail, complete, fetch_unit_free, task_ready, task_end, link_event, enabled, uic_done, queue_stopped };
    Kind kind = Kind::write;
    std::uint32_t a = 0;  ///< register offset, tag, number of a task or queue, or code of the link's error
    std::uint32_t b = 0;  ///< value, or life of the command, task or controller that it belongs to
    tlm::tlm_generic_payload* access = nullptr;
  };
  using Received = ReceivedUpiu;
  using Waiting = WaitingUpiu;
  using Command = CommandUnderWay;

  /// Order in which events of one bus edge are handled: what hardware did (a free fetch unit, ends of commands by tag, tasks, power), what
  /// the link brought, what software asks.
  enum class Rank : std::uint64_t { hardware, link, software };
  static constexpr std::uint64_t ocs_bytes = 4;
  static constexpr std::uint64_t order_of_fetch = 0, order_of_tag = 1, order_of_task = 80, order_of_power = 96;
  static constexpr std::uint64_t order(Rank rank, std::uint64_t detail) {
    return static_cast<std::uint64_t>(rank) << 56 | detail;
  }
  std::uint64_t order_of_end(Tag place) const {
    return order(Rank::hardware, has_tag(place) ? order_of_tag + place.n : 2 * order_of_power + place.n);
  }
  static std::uint64_t end_bytes(const Command& c) { return c.queue == Pending::no_queue ? ocs_bytes : queue_entry_size; }

  void step();
  Picoseconds now() const { return wake_.now(); }
  // registers (ufs_host_controller.cpp)
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload& access, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay) override;
  void b_transport(tlm::tlm_generic_payload& access, sc_core::sc_time& delay) override;
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }
  void push_access(Event event, sc_core::sc_time delay);
  bool unchanged(Reg reg, Picoseconds at) const;
  bool answer_early(tlm::tlm_generic_payload& access, std::uint32_t offset, sc_core::sc_time& delay);
  void write(std::uint32_t offset, std::uint32_t value);
  std::uint32_t read(std::uint32_t offset, Picoseconds at);
  // enable, UIC commands, interrupt (ufs_host_controller_power.cpp)
  void enable(std::uint32_t before, std::uint32_t after);
  void reset();
  void forget(Tag tag);
  void release(Command& command);
  void drop_pending(std::uint8_t source);
  void start_uic(std::uint32_t opcode);
  void end_uic(std::uint32_t opcode);
  void power_mode_changed();
  std::uint64_t gear_asked_for();
  [[gnu::noinline]] void wake_link(std::uint32_t offset);
  [[gnu::noinline]] void note_rest();
  void push_link_event(std::uint32_t code, Picoseconds at);
  void note_link_event(std::uint32_t code);
  void set_status(std::uint32_t bits);
  void drive_interrupt();
  // descriptors (ufs_host_controller_fetch.cpp)
  std::uint64_t list_address(Tag tag) const;
  void doorbell(std::uint32_t tags);
  void fetch_pending();
  std::vector<Pending>::iterator choose_pending();
  Picoseconds fetch(Tag tag, std::uint64_t descriptor, std::uint8_t queue);
  Ocs check_descriptor(const Utrd& utrd) const;
  Ocs fetch_table(Command& command);
  Ocs fetch_command(Tag tag, Command& command);
  Ocs check_crypto(Command& command);
  // 128-byte entries (ufs_host_controller_prdt.cpp)
  Picoseconds read_long_table(Picoseconds at, std::uint64_t entries, Picoseconds& without);
  Ocs fetch_long_table(Command& command);
  Ocs take_entry(Command& command, const std::byte* bytes);
  Ocs take_page_keys(Command& command);
  bool has_own_key() const { return seldom(config_.prdt == PrdtFormat::fmp); }
  void transform(const Command& command, CryptoJob job, std::byte* data, std::size_t length);
  // data and completion (ufs_host_controller_transfer.cpp)
  void handle(Received& received, Picoseconds seen);
  void ready_to_transfer(Tag tag, Command& command, const Received& received, Picoseconds seen);
  void data_in(Tag tag, Command& command, Received& received, Picoseconds seen);
  void response(Tag tag, Command& command, const Received& received, Picoseconds seen);
  void end_without_response(Tag tag, Command& command, Ocs ocs, Picoseconds at);
  void write_failure(Tag tag);
  void finish(Tag tag, Command& command, Ocs ocs, Picoseconds end);
  void wait_for(const Received& received, Picoseconds seen);
  void complete(Tag tag);
  // multi-circular queues (ufs_host_controller_queues.cpp)
  bool queued() const { return seldom(queues_.size() > 0) && (registers_file_.hw_read(Reg::CONFIG) & CONFIG::QT) != 0; }
  void write_queue(std::uint32_t offset, std::uint32_t value);
  void stop_queue(std::uint32_t queue);
  void clean_up(std::uint32_t queue);
  void reset_queues();
  Picoseconds fetch_entry(const Pending& pending, Tag& tag);
  Tag place_of(std::uint64_t entry);
  void complete_in_queue(Tag tag, Command& command);
  void tell(std::uint32_t queue);
  bool has_tag(Tag place) const { return place.n < config_.tags; }
  /// Tags of the doorbell: those that bits 4:0 of CAP tell of.
  std::uint32_t doorbell_tags() const { return static_cast<std::uint32_t>((config_.tags - 1) % 32 + 1); }
  // task management (ufs_host_controller_tasks.cpp)
  std::uint64_t task_address(std::uint32_t number) const;
  void task_doorbell(std::uint32_t numbers);
  void fetch_task();
  void task_ready(std::uint32_t number, std::uint32_t life);
  void task_response(const Received& received, Picoseconds seen);
  void end_task(std::uint32_t number, Ocs ocs, Picoseconds end);
  void complete_task(std::uint32_t number, std::uint32_t life);
  void forget_task(std::uint32_t number);
  bool expected(const Upiu& upiu, Picoseconds last) const;
  std::uint32_t life_under_tag(const Upiu& upiu) const;
  Ocs refusal(Command& command, const DataUpiu& rtt) const;
  Ocs refusal(Command& command, Direction direction, const DataUpiu& piece) const;
  CryptoJob crypto_job(const Command& command, Direction direction, std::uint64_t offset) const;
  std::byte* direct(std::uint64_t address, std::size_t size) {
    const DirectMemory& known = direct_[address / 4096 % direct_.size()];
    return seldom(!known.holds(address, size)) ? ask_direct(address, size) : known.bytes + (address - known.start);
  }
  [[gnu::cold]] std::byte* ask_direct(std::uint64_t address, std::size_t size);
  bool dma(tlm::tlm_command direction, std::uint64_t address, std::byte* data, std::size_t size) {
    std::byte* const there = direct(address, size);
    if (seldom(there == nullptr)) return transport(direction, address, data, size);
    if (direction == tlm::TLM_READ_COMMAND) {
      std::memcpy(data, there, size);
    } else {
      std::memcpy(there, data, size);
    }
    return true;
  }
  [[gnu::cold]] bool transport(tlm::tlm_command direction, std::uint64_t address, std::byte* data, std::size_t size);
  bool move_payload(const Command& command, tlm::tlm_command direction, std::uint64_t offset, std::byte* data,
                    std::size_t size);
  bool has_bytes(const Command& command) const { return !command.prdt.empty() && command.prdt[0].address < unbacked_from_; }

  UfsHostControllerConfig config_;
  ClockDomain bus_;
  KeyslotFile& keyslots_;
  StageRecorder* recorder_ = nullptr;
  Tap* tap_ = nullptr;
  MessageSink* messages_ = nullptr;
  std::uint64_t unbacked_from_;

  Agenda::Wake wake_;
  Inbox<Event> inbox_{wake_};
  RegisterFile registers_file_;
  QueueFile queues_;
  std::vector<Picoseconds> entries_ready_;  ///< by queue, R of what was taken from it
  bool pin_ = false;
  std::uint32_t life_ = 0;  ///< counts writes that start or stop the controller; what began before them is stale
  std::uint32_t link_life_ = 0;  ///< counts resets of the link
  std::uint64_t accesses_ = 0, arrivals_ = 0;
  Cycles last_access_{};
  std::uint32_t enable_writes_ = 0;  ///< writes that change IE and have not arrived
  Picoseconds enable_promised_{};   ///< IE has been answered as it is at this time
  Picoseconds quiet_{};  ///< no register changes sooner than this after a UPIU has been announced
  std::unordered_map<std::uint32_t, std::uint32_t> attributes_;
  AutoHibern8 hibern8_;
  bool told_to_hibernate_ = false;  ///< software has let the link hibernate

  DmaChannel descriptor_reads_;
  DmaChannel task_reads_;
  DmaChannel data_reads_;
  DmaChannel writes_;        ///< of the receive side, in the order of the link
  DmaChannel error_writes_;
  std::vector<Command> commands_;  ///< by tag; behind them those that came in a queue and have none
  std::vector<Pending> pending_;   ///< in the order of the doorbells
  std::uint32_t last_fetched_ = 31;
  std::vector<Picoseconds> unit_free_;  ///< when each fetch unit is free again
  bool fetch_scheduled_ = false;
  TaskList tasks_;
  Picoseconds utrd_checked_{};  ///< when the UTRD read last has been checked
  std::vector<Waiting> received_;     ///< ring of what the link has announced
  std::size_t first_received_ = 0, received_count_ = 0;
  Received arriving_;
  Train train_;
  std::vector<std::byte> data_;  ///< of the DATA IN or DATA OUT under way, where payload is simulated
  tlm::tlm_generic_payload dma_access_;
  std::array<DirectMemory, 64> direct_{};
  UfsHostControllerStatistics statistics_;
};

}  // namespace icesim
