// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/link/unipro_link.hpp"
#include "testbench/reference/controller/controller_twin.hpp"
#include "testbench/reference/link/unipro_link_twin.hpp"

#include <systemc>
#include <vector>

namespace icesim::twin {

struct LinkCase {
  UniproLinkConfig config;
  UniproLink::Mode mode = UniproLink::Mode::hs;
};

/// When a UPIU starts on the lanes and when its last frame has been received.
struct LinkPassage {
  Cycles start{};
  Picoseconds last{};
};

/// What lies between a ControllerPair and its device: the event model's link, and beside it the clocked twin of each
/// direction, which takes what the controller's twin sends and brings it what the device sends, frame by frame.
class LinkPair {
 public:
  LinkPair(const LinkCase& c, ControllerTwin& controller);

  /// The device has a UPIU with `length` bytes of data in its transmit buffer at `ready`, in the future.
  void send_to_host(const UpiuHeader& header, std::uint64_t length, Picoseconds ready);
  /// The bytes of the UPIU that was sent to the host last are there now. In the order of the UPIUs.
  void ready_to_host();
  /// Everything is sent and acknowledged in the twin.
  bool quiet() const { return to_device.transmitter.quiet.read() && to_host.transmitter.quiet.read(); }
  void trace(sc_core::sc_trace_file* file) const;

  UniproLink model;
  UniproTwinConfig twin_config;
  TwinClock clock;
  UniproLinkTwin to_device;
  UniproLinkTwin to_host;

 private:
  /// A UPIU on its way to the host, in the twin.
  struct Coming {
    UpiuHeader header{};
    std::uint64_t bytes = 0;
    std::uint64_t received = 0;
    std::uint64_t number = 0;  ///< of the controller's twin, once it knows the header
    bool known = false;
  };
  void frame_arrived();

  ControllerTwin& controller_;
  std::vector<std::uint64_t> sizes_;  ///< of the UPIUs to the host
  std::vector<Coming> coming_;
  std::size_t arrived_ = 0;  ///< UPIUs
  std::size_t filled_ = 0;   ///< UPIUs
  std::uint64_t filled_bytes_ = 0;
  sc_core::sc_signal<std::uint64_t> fill_{"device_fill"};
};

}  // namespace icesim::twin
