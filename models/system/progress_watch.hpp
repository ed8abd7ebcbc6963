// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/agenda.hpp"

namespace icesim {

struct SystemConfig;
struct UfsSystem;

/// The longest time that may pass in a system between two things of which a request has only so many, such as its end,
/// a UPIU of its data or a program of its blocks, with so many requests outstanding. No less than that: each of them
/// may take its turn at everything that takes time, at the slowest rates there are, and all flash of a die may be
/// collected several times for it.
Picoseconds longest_wait(const SystemConfig& config, std::uint64_t outstanding);

/// Tells the agenda of a system what comes about in it, and says who waits for whom when nothing does.
class ProgressWatch : public Agenda::Watch {
 public:
  explicit ProgressWatch(const UfsSystem& system) : system_(system) {}

  std::uint64_t progress() const override;
  Picoseconds patience() const override;
  std::string waiting() const override;

 private:
  const UfsSystem& system_;
};

}  // namespace icesim
