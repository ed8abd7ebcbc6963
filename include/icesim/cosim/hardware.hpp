// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>

namespace icesim::cosim {

/// The simulated hardware as the bridge sees it. Time passes only inside its functions.
class Hardware {
 public:
  virtual ~Hardware() = default;
  virtual Picoseconds now() const = 0;
  /// True when something is going on; otherwise nothing happens until the next access.
  virtual bool active() const = 0;
  /// Goes on until `until`, or until the interrupt pin rises.
  virtual void run(Picoseconds until) = 0;
  /// The pin is high.
  virtual bool interrupt() const = 0;
  /// False from the time on at which everything has lost its power, the guest too.
  virtual bool powered() const { return true; }
  /// A register access by the processor; the processor goes on at now() afterwards.
  virtual std::uint32_t read_register(std::uint32_t offset) = 0;
  virtual void write_register(std::uint32_t offset, std::uint32_t value) = 0;
};

}  // namespace icesim::cosim
