// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include "icesim/spec/bytes.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Registers are read and written as a whole.
bool is_whole_register(const tlm::tlm_generic_payload& access) {
  return access.get_data_length() == 4 && access.get_address() % 4 == 0;
}

/// Writes that may change IE: of itself, and of HCE, which clears it.
bool changes_enable(std::uint32_t offset) {
  return static_cast<Reg>(offset) == Reg::IE || static_cast<Reg>(offset) == Reg::HCE;
}

}  // namespace

UfsHostController::UfsHostController(const sc_core::sc_module_name& name, Agenda& agenda,
                                     const UfsHostControllerConfig& config, const ClockDomain& bus,
                                     KeyslotFile& keyslots, std::uint64_t unbacked_from)
    : sc_module(name),
      config_(config),
      bus_(bus),
      keyslots_(keyslots),
      unbacked_from_(unbacked_from),
      wake_(agenda, run_step<UfsHostController, &UfsHostController::step>, this),
      queues_(static_cast<std::uint32_t>(config.mcq)),
      entries_ready_(config.mcq),
      hibern8_(bus),
      descriptor_reads_(config.dma, bus),
      task_reads_(config.dma, bus),
      data_reads_(config.dma, bus),
      writes_(config.dma, bus),
      error_writes_(config.dma, bus),
      commands_(config.tags),
      unit_free_(config.prefetch_depth),
      received_(64) {
  from_link.bind(*this);
  link_events.bind(*this);
  registers.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
  train_.reserve(512);
  pending_.reserve(config.tags);
  for (Command& command : commands_) command.make_room(config.prdt);
  statistics_.sends_messages = config.esi;
  // A UPIU is seen after synchronisation and ends its command after two writes (response, OCS) of a beat at least.
  quiet_ = bus.edge(bus.sync_stages() + 2 * (config.dma.write_latency + Cycles{1}));

  Capabilities capabilities;
  capabilities.transfer_requests = static_cast<std::uint32_t>(config.tags);
  capabilities.mcq = config.mcq > 0;
  capabilities.auto_hibern8 = statistics_.hibernates = config.auto_hibern8;
  registers_file_.hw_set(Reg::CAP, capabilities.encode());
  const QueueCapabilities queues{queues_.size(), QueueLayout{}.config_pointer, config.esi};
  if (capabilities.mcq) registers_file_.hw_set(Reg::MCQCAP, queues.encode());
  registers_file_.hw_set(Reg::VER, static_cast<std::uint32_t>(config.version));
  registers_file_.hw_set(Reg::CCAP, keyslots.ccap());
  const std::uint32_t count = CCAP::CC.of(keyslots.ccap());
  registers_file_.map(crypto_capability_offset(0), count, Access::read_only);
  for (std::uint32_t i = 0; i < count; ++i) registers_file_.hw_set(crypto_capability_offset(i), keyslots.capability(i));
}

tlm::tlm_sync_enum UfsHostController::nb_transport_fw(tlm::tlm_generic_payload& access, tlm::tlm_phase& phase,
                                                      sc_core::sc_time& delay) {
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_COMPLETED;
  if (!is_whole_register(access)) {
    access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  const auto offset = static_cast<std::uint32_t>(access.get_address());
  if (access.is_write()) {
    // Posted: the value is taken over at once, the effect comes when the write arrives.
    if (changes_enable(offset)) {
      ++enable_writes_;
      // What is issued later comes later, also than a read of IE by another core that has its answer already.
      last_access_ = std::max(last_access_, bus_.next(enable_promised_));
    }
    push_access({Event::Kind::write, offset, load_le32(reinterpret_cast<const std::byte*>(access.get_data_ptr())), nullptr},
                delay);
    access.set_response_status(tlm::TLM_OK_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  if (answer_early(access, offset, delay)) return tlm::TLM_COMPLETED;
  push_access({Event::Kind::read, offset, 0, &access}, delay);
  return tlm::TLM_ACCEPTED;
}

/// For masters without timing of their own: takes effect at once, without the order among posted accesses.
void UfsHostController::b_transport(tlm::tlm_generic_payload& access, sc_core::sc_time&) {
  const auto offset = static_cast<std::uint32_t>(access.get_address());
  auto* data = reinterpret_cast<std::byte*>(access.get_data_ptr());
  if (!is_whole_register(access)) {
    access.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return;
  }
  if (access.is_write()) {
    write(offset, load_le32(data));
    if (seldom(config_.auto_hibern8)) note_rest();
  } else {
    store_le32(data, read(offset, now()));
  }
  access.set_response_status(tlm::TLM_OK_RESPONSE);
}

void UfsHostController::push_access(Event event, sc_core::sc_time delay) {
  // Accesses of the one bus master stay in order.
  last_access_ = std::max(last_access_, bus_.sample(now() + Picoseconds{delay.value()}));
  inbox_.push(bus_.edge(last_access_), order(Rank::software, ++accesses_), event);
}

/// Answers a read before it has arrived when nothing can change a register until then: no event of the controller's own is
/// due, and what the link has not announced yet would come too late. The answer and its time are the same.
bool UfsHostController::answer_early(tlm::tlm_generic_payload& access, std::uint32_t offset, sc_core::sc_time& delay) {
  const Picoseconds t = now();
  const Cycles edge = std::max(last_access_, bus_.sample(t + Picoseconds{delay.value()}));
  const Picoseconds at = bus_.edge(edge);
  if (static_cast<Reg>(offset) == Reg::IE && enable_writes_ == 0) {
    // Only software changes IE, and all that it has written has arrived.
    enable_promised_ = at;
  } else {
    if (at - t >= quiet_ || !unchanged(static_cast<Reg>(offset), at)) return false;
    last_access_ = edge;
  }
  store_le32(reinterpret_cast<std::byte*>(access.get_data_ptr()), read(offset, at));
  access.set_response_status(tlm::TLM_OK_RESPONSE);
  delay = to_sc_time(bus_.edge(edge + Cycles{1}) - t);
  return true;
}

/// True when none of the controller's own events can change a register until `at`. A write that clears IS leaves the doorbell
/// as it is.
bool UfsHostController::unchanged(Reg reg, Picoseconds at) const {
  if (inbox_.next() > at) return true;
  const Event& first = inbox_.front();
  return reg == Reg::UTRLDBR && first.kind == Event::Kind::write && static_cast<Reg>(first.a) == Reg::IS &&
         inbox_.second() > at;
}

/// What arrives on the link in the order of the link uses the receive side alone, so its times can be worked out when it is
/// announced. Only what meets others on its way waits for its time: an RTT, and everything when the engine is shared.
void UfsHostController::receive(const Upiu& upiu, Cycles start, Picoseconds last) {
  arriving_.upiu = upiu;
  arriving_.last = last;
  const Transaction kind = transaction_of(upiu.header);
  Picoseconds seen = last;
  if (kind == Transaction::data_in) {
    link_receive_side->data_arrivals(upiu, start, arriving_.train);
    if (!arriving_.train.empty()) seen = arriving_.train.front().at;
  }
  seen = bus_.sample_edge(seen);
  const bool data_out = kind == Transaction::ready_to_transfer && expected(upiu, last) &&
                        refusal(commands_[tag_of(upiu.header).n], DataUpiu::decode(upiu.header)) == Ocs::success;
  if (data_out || seldom(crypto->shared())) {
    if (kind != Transaction::data_in) arriving_.train.clear();
    wait_for(arriving_, seen);
  } else {
    handle(arriving_, seen);
  }
}

void UfsHostController::step() {
  Event event;
  while (inbox_.pop(event)) {
    switch (event.kind) {
      case Event::Kind::write:
        if (changes_enable(event.a)) {
          ensure(now() >= enable_promised_, "IE is not written while a read of it is on its way");
          --enable_writes_;
        }
        write(event.a, event.b);
        break;
      case Event::Kind::read: {
        store_le32(reinterpret_cast<std::byte*>(event.access->get_data_ptr()), read(event.a, now()));
        event.access->set_response_status(tlm::TLM_OK_RESPONSE);
        tlm::tlm_phase phase = tlm::BEGIN_RESP;
        sc_core::sc_time delay = to_sc_time(bus_.edge(bus_.next(now()) + Cycles{1}) - now());
        registers->nb_transport_bw(*event.access, phase, delay);
        break;
      }
      case Event::Kind::upiu: {
        Waiting& waiting = received_[first_received_ % received_.size()];
        Received& received = waiting.received;
        const Tag tag = tag_of(received.upiu.header);
        if (waiting.link_life != link_life_ || waiting.life != life_under_tag(received.upiu)) {
          ++statistics_.dropped_upius;
        } else if (crypto->shared()) {
          handle(received, now());
        } else if (commands_[tag.n].active && commands_[tag.n].sent) {
          // An RTT that was expected when it was announced; what came behind it may have ended the command since.
          ready_to_transfer(tag, commands_[tag.n], received, now());
        } else {
          ++statistics_.dropped_upius;
        }
        ++first_received_;
        --received_count_;
        break;
      }
      case Event::Kind::complete:
        if (event.b == commands_[event.a].life) complete(Tag{event.a});
        break;
      case Event::Kind::fail:
        if (event.b == commands_[event.a].life) write_failure(Tag{event.a});
        break;
      case Event::Kind::fetch_unit_free:
        fetch_scheduled_ = false;
        fetch_pending();
        break;
      case Event::Kind::task_ready:
        task_ready(event.a, event.b);
        break;
      case Event::Kind::task_end:
        complete_task(event.a, event.b);
        break;
      case Event::Kind::link_event:
        if (event.b == life_) note_link_event(event.a);
        break;
      case Event::Kind::enabled:
        if (event.b != life_) break;
        registers_file_.hw_set_bits(Reg::HCE, HCE::HCE);
        registers_file_.hw_set(Reg::HCS, HCS::UCRDY);
        break;
      case Event::Kind::uic_done:
        if (event.b == life_) end_uic(event.a);
        break;
      case Event::Kind::queue_stopped:
        stop_queue(event.a);
        break;
    }
  }
  if (seldom(config_.auto_hibern8)) note_rest();
}

std::uint32_t UfsHostController::read(std::uint32_t offset, Picoseconds at) {
  const std::uint32_t base = keyslots_.layout().config_offset();
  const bool keyslot = offset >= base && (offset - base) / 4 < keyslots_.words();
  const std::uint32_t value = keyslot                         ? keyslots_.read((offset - base) / 4)
                              : seldom(queues_.holds(offset)) ? queues_.read(offset)
                                                              : registers_file_.bus_read(offset);
  if (seldom(tap_ != nullptr)) tap_->access(false, offset, value, at);
  return value;
}

void UfsHostController::write(std::uint32_t offset, std::uint32_t value) {
  if (seldom(tap_ != nullptr)) tap_->access(true, offset, value, now());
  if (seldom(config_.auto_hibern8)) wake_link(offset);
  const std::uint32_t base = keyslots_.layout().config_offset();
  if (offset >= base && (offset - base) / 4 < keyslots_.words()) {
    keyslots_.write((offset - base) / 4, value);
    return;
  }
  if (seldom(queues_.holds(offset))) return write_queue(offset, value);
  const BusWrite result = registers_file_.bus_write(offset, value);
  switch (static_cast<Reg>(offset)) {
    case Reg::HCE:
      enable(result.before, result.after);
      break;
    case Reg::UTRLDBR:
      doorbell(result.rising());
      break;
    case Reg::UTRLCLR:
      // A 0 clears: the command is forgotten, and what the device still sends for it is dropped.
      for (std::uint32_t tag = 0; tag < doorbell_tags() && !queued(); ++tag)
        if ((result.data >> tag & 1) == 0) forget(Tag{tag});
      break;
    case Reg::UTMRLDBR:
      task_doorbell(result.rising());
      break;
    case Reg::UTMRLCLR:
      for (std::uint32_t number = 0; number < TaskList::size; ++number)
        if ((result.data >> number & 1) == 0) forget_task(number);
      break;
    case Reg::UICCMD:
      start_uic(result.data);
      break;
    case Reg::IS:
    case Reg::IE:
      drive_interrupt();
      break;
    default:
      break;
  }
}

}  // namespace icesim
