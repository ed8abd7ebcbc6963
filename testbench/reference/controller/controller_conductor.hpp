// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/controller/controller_pair.hpp"
#include "testbench/reference/controller/controller_script.hpp"

#include <string>
#include <vector>

namespace icesim::twin {

/// Plays a script to a ControllerPair: software that writes descriptors, keyslots and registers, and a device that
/// answers COMMANDs. It looks at the event model only, so that a twin that errs meets the same stimuli.
///
/// What it keeps to is what the header of UfsHostController names as not modelled: software does not change what a
/// command under way uses, and clears no command while a UPIU for it is on the wire.
class Conductor {
 public:
  Conductor(ControllerPair& pair, const ControllerCase& c, const std::vector<SoftwareStep>& script);
  /// Runs to the end; gives the first difference, or an empty text.
  std::string run();

 private:
  /// A task management request, by its number.
  struct Task {
    const SoftwareStep* step = nullptr;
    Tag tag{};
    bool commanded = false;  ///< as of a command, and what follows
    Picoseconds hold{};
    Picoseconds busy{};
  };
  /// What stands under a tag.
  struct Running {
    const SoftwareStep* step = nullptr;
    Bytes buffer{};
    Bytes moved{};
    std::size_t next = 0;    ///< step of the device
    std::uint32_t queue = 0; ///< that it was put into
    bool commanded = false;  ///< the device has its COMMAND, and is not through with it
    Picoseconds hold{};      ///< until then the device says nothing, for the tag is being cleared
    Picoseconds busy{};      ///< until then what was sent, or is fetched, is on its way
  };

  Picoseconds cycles(std::uint64_t n) const { return bus_cycle_ * n; }
  /// Steps count eighths of a bus cycle.
  Picoseconds eighths(std::uint64_t n) const { return Picoseconds{bus_cycle_.n * n / 8}; }
  bool running(std::uint64_t tag);
  bool uses(std::uint64_t keyslot);
  void later(void (Conductor::*what)()) {
    pair_.actions.at(kernel_now() + cycles(3), [this, what] { (this->*what)(); });
  }

  // software (controller_software_twin.cpp)
  void start();
  void enabled();
  void next_step();
  bool play(const SoftwareStep& step);
  bool command(const SoftwareStep& step);
  Picoseconds doorbell_delay(const SoftwareStep& step) const;
  void ring(Picoseconds delay);
  bool program(const SoftwareStep& step);
  void write_list(Picoseconds delay);

  // descriptors (controller_descriptors_twin.cpp)
  bool long_entries() const { return case_.controller.prdt != PrdtFormat::standard; }
  static std::uint64_t descriptor(const SoftwareStep& step);
  std::uint64_t entry_bytes(const SoftwareStep& step) const;
  void place(const SoftwareStep& step);
  void store_entry(const SoftwareStep& step, std::uint64_t table, std::uint64_t number, bool bad);

  // what it takes back (controller_clears_twin.cpp)
  bool clear(const SoftwareStep& step);
  bool clean_up(const SoftwareStep& step);
  bool clear_task(const SoftwareStep& step);
  void hold_task(Task& task);
  bool reset();

  // queues (controller_queues_twin.cpp)
  std::vector<std::uint32_t> queues() const;
  std::uint32_t ring_entries(std::uint32_t queue) const;
  void write_queues(Picoseconds delay);
  void place_entry(const SoftwareStep& step, const std::byte* bytes);
  void write_tails(Picoseconds delay);
  void write_heads(Picoseconds delay);
  void harvest();
  void forget_queues();
  std::uint64_t fetch_cycles() const;
  static std::uint32_t offset(std::uint32_t queue, QueueReg reg) { return QueueLayout{}.offset(queue, reg); }

  // task management (controller_tasks_twin.cpp)
  bool task_running(std::uint64_t number) const;
  bool task(const SoftwareStep& step);
  void on_task_sent(const RecordingLink::Sent& sent);
  void answer_task(std::uint64_t number);

  // device
  void on_sent(const RecordingLink::Sent& sent);
  void device(std::uint64_t tag);
  void say(Running& command, std::uint64_t tag, const DeviceStep& step);
  void send(Picoseconds& busy, const UpiuHeader& header, const DeviceStep& step, std::uint64_t length);

  ControllerPair& pair_;
  const ControllerCase& case_;
  const std::vector<SoftwareStep>& script_;
  Picoseconds bus_cycle_;
  std::size_t next_ = 0;
  bool finished_ = false;
  std::uint64_t rung_ = 0;  ///< doorbells to be rung with the next
  std::uint64_t listed_ = 0;  ///< tags that are in a queue, or have not come out of it
  std::array<std::uint32_t, 32> tails_{};
  std::array<std::uint32_t, 32> rung_tails_{};
  std::array<std::uint32_t, 32> heads_{};
  Picoseconds reset_{};  ///< until then the queues hold what will be forgotten
  std::vector<Running> tags_;
  std::array<Task, TaskListTwin::size> tasks_;
  Picoseconds link_free_{};
  Picoseconds link_busy_{};  ///< until then an event of the link is on its way
};

}  // namespace icesim::twin
