// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/ufshcd/ufshcd.hpp"
#include "icesim/spec/query.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/uic.hpp"

#include <vector>

namespace icesim {

/// What the driver has found out about the hardware when its initialisation has ended.
struct ProbeResult {
  bool ready = false;
  bool failed = false;         ///< behind a reset: no device was found
  std::uint32_t num_tags = 0;  ///< for requests, without the reserved one
  CryptoCapabilities crypto;
  std::uint32_t queues = 0;    ///< for requests; 0: the doorbell
  std::uint64_t blocks = 0;    ///< capacity of logical unit 0
  Picoseconds duration{};
};

struct ProbeConfig {
  std::uint64_t gear = 4;
  std::uint64_t lanes = 2;
  bool rate_b = true;
  bool crypto = true;          ///< there are keyslots
  bool general_enable = true;  ///< HCE.CGE is set, if there are
  std::uint32_t cores = 1;
  RegistersVariant variant = RegistersVariant::jedec;
  RegistersConfig registers{};
  Picoseconds auto_hibern8{};  ///< idle time for AHIT, where the controller has that; 0: it is left as it is
};

/// Initialises controller, link and device in the order in which Linux 6.12 does [linux-bring-up]: clear all keyslots
/// while HCE is 0, enable controller and crypto in one write, start the link, set the lists, NOP OUT, fDeviceInit,
/// descriptors, power mode change, well-known and general logical units. Where the controller offers queues, they are
/// set up behind the device's descriptors: one for each core as far as there are so many, and before those one for
/// polling, which nothing uses, unless there is one alone [ufshci-mcq]; and their own interrupts enabled, where it
/// offers these, again behind a reset, which CONFIG does not outlive [ufshci-esi]. AHIT is written behind the power mode change
/// [linux-auto-hibern8]. From then on tags are as many as controller and
/// device both have. A list of actions, each of which waits for what it has set going.
/// How crypto is enabled depends on whose controller it is (RegistersConfig).
class Probe : public ProbeWaiter {
 public:
  Probe(HostPort& host, const HostCosts& costs, Ufshcd& hcd, const ProbeConfig& config);

  /// First step; put it on a core.
  Step start();
  /// First step of the initialisation behind a reset, from enabling the controller on: of what has been found out, nothing
  /// is asked again. Where there are queues they are set up before the first command.
  Step restart();
  /// Whether something goes before it that keys do not outlive; then first step of that.
  bool prepares() const { return config_.variant == RegistersVariant::mediatek; }
  Step prepare();
  Step step(Work work, std::uint32_t value);
  void uic_done() override;
  void command_done(Ocs ocs, const UpiuHeader& response) override;

  const ProbeResult& result() const { return result_; }

 private:
  struct Action {
    enum class Kind : std::uint8_t { read, poll, write, uic, pause, work, reset_lines, evict_all, command, query };
    Kind kind = Kind::read;
    Reg reg{};
    std::uint32_t value = 0;  ///< to write, or wanted by poll; UIC opcode
    std::uint32_t mask = 0;   ///< of poll; ARG1 of a UIC command
    std::uint32_t extra = 0;  ///< ARG3 of a UIC command
    Picoseconds time{};       ///< of a pause, of work, between polls
    Bytes data_in{};
    UpiuHeader upiu{};
    void (Probe::*then)(std::uint32_t value) = nullptr;
  };

  void plan_controller();
  // of other controllers than the standard's (probe_variants.cpp)
  void plan_platform();
  void add_wait(Action::Kind kind, Picoseconds time);
  void let_clocks_run(std::uint32_t value);
  void enable_crypto(std::uint32_t value);
  void plan_enable();
  void plan_first_commands();
  void plan_rest();
  void plan_link();
  void plan_device();
  void plan_queues();
  void plan_queue(std::uint32_t queue, bool polled);
  void plan_service();
  void plan_power_mode();
  void plan_units();
  void add_read(Reg reg, void (Probe::*then)(std::uint32_t) = nullptr);
  void add_write(Reg reg, std::uint32_t value);
  void add_queue_write(std::uint32_t queue, QueueReg reg, std::uint64_t value);
  void add_uic(uic::Opcode opcode, std::uint32_t arg1, std::uint32_t arg3 = 0);
  void add_query(const QueryUpiu& query, void (Probe::*then)(std::uint32_t) = nullptr);
  void add_scsi(std::uint8_t lun, const scsi::Cdb& cdb, Bytes data_in, void (Probe::*then)(std::uint32_t) = nullptr);

  void begin_anew();
  Step perform();
  Step perform_uic(const Action& action);
  Step next();
  void resume();

  void take_capabilities(std::uint32_t value);
  void take_crypto(std::uint32_t value);
  void take_queues(std::uint32_t value);
  void take_queue_layout(std::uint32_t value);
  void select_queues(std::uint32_t value);
  void enable_own_interrupts(std::uint32_t value);
  void enable_queue_events(std::uint32_t value);
  void use_queues(std::uint32_t value);
  void take_crypto_capability(std::uint32_t value);
  void check_device_init(std::uint32_t value);
  void take_device_descriptor(std::uint32_t value);
  void take_unit_descriptor(std::uint32_t value);
  void check_link(std::uint32_t value);
  void read_control_buffer(std::byte* to, std::size_t size) const;

  HostPort& host_;
  HostCosts costs_;
  Ufshcd& hcd_;
  ProbeConfig config_;
  std::vector<Action> plan_;
  std::size_t at_ = 0;
  bool issued_ = false;
  bool restarts_ = false;
  std::uint32_t active_commands_ = 32;  ///< that the controller has room for
  std::uint32_t device_queue_ = 256;    ///< and the device
  std::uint32_t unit_queue_ = 256;      ///< and the logical unit
  bool auto_hibern8_ = false;  ///< the controller has
  bool polls_ = false;
  bool own_interrupts_ = false;  ///< queues have
  QueueLayout queue_layout_;
  std::uint32_t capabilities_read_ = 0;
  bool capability_found_ = false;
  Picoseconds started_{};
  ProbeResult result_;
};

}  // namespace icesim
