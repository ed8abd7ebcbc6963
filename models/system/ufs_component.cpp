// SPDX-License-Identifier: Apache-2.0
#include "models/system/ufs_component.hpp"

#include "models/system/ufs_system.hpp"

namespace icesim {
namespace {

/// Software outside brings its own driver, which knows no PRDT entries but those of the standard.
SystemConfig of_outsider(SystemConfig config) {
  config.payload = Payload::verify;
  config.crypto = {};
  return config;
}

/// Nobody keeps timelines of commands whose driver is somebody else's.
class NoStages final : public StageRecorder, public DeviceObserver {
 public:
  void mark(Tag, Stage, Picoseconds) override {}
  void milestone(std::uint32_t, DeviceMilestone::Kind, Picoseconds) override {}
};

}  // namespace

/// A module, so that the names of what is in it meet none outside.
struct UfsComponent::Inside : sc_core::sc_module, UfsHardware {
  Inside(const sc_core::sc_module_name& name, const SystemConfig& wanted)
      : sc_module(name), UfsHardware(of_outsider(wanted), Agenda::Pace::kernel) {
    create(0, {});
    bind(nobody, nullptr, &level);
    controller->connect(static_cast<StageRecorder&>(nobody));
  }
  NoStages nobody;
  /// Written by whoever accesses a register, which are several processes.
  sc_core::sc_signal<bool, sc_core::SC_MANY_WRITERS> level{"level"};
};

UfsComponent::UfsComponent(const sc_core::sc_module_name& name, const SystemConfig& config)
    : sc_module(name), inside_(std::make_unique<Inside>("inside", config)) {
  SC_METHOD(drive);
  sensitive << inside_->level;
  dont_initialize();
  registers.bind(inside_->controller->registers);
  inside_->controller->memory.bind(memory);
}

UfsComponent::~UfsComponent() = default;

void UfsComponent::drive() { interrupt.write(inside_->level.read()); }

std::uint32_t UfsComponent::register_bytes() const { return inside_->register_bytes(); }

FlashBackend& UfsComponent::flash() { return *inside_->flash; }

void UfsComponent::describe(Statistics& s) const { inside_->describe(s); }

}  // namespace icesim
