// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/controller/controller_script.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <utility>

namespace icesim::twin {

/// What a test emphasises: weights of the kinds of steps.
struct ScriptStyle {
  int commands = 10;
  int reads = 2;
  int status = 2;
  int enables = 1;
  int uic = 1;
  int programs = 1;
  int clears = 1;
  int tasks = 0;
  int clear_tasks = 0;
  int link_events = 0;
  int lists = 0;
  int resets = 0;
  int defects = 3;           ///< of 10 commands
  std::uint64_t pieces = 4;  ///< data UPIUs of a command, at most
};

/// Mostly small, now and then up to `most`.
inline rc::Gen<std::uint64_t> any_gap(std::uint64_t most) {
  return rc::gen::weightedOneOf<std::uint64_t>(
      {{4, rc::gen::inRange<std::uint64_t>(0, 9)},
       {3, rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(most, 120) + 1)},
       {1, rc::gen::inRange<std::uint64_t>(0, most + 1)}});
}

inline rc::Gen<DeviceStep> any_device_step() {
  using Kind = DeviceStep::Kind;
  const auto kind = rc::gen::weightedElement<Kind>({{16, Kind::piece},
                                                    {1, Kind::wrong_piece},
                                                    {1, Kind::wrong_direction},
                                                    {1, Kind::response},
                                                    {1, Kind::long_response},
                                                    {1, Kind::reject},
                                                    {1, Kind::unknown}});
  return rc::gen::build<DeviceStep>(
      rc::gen::set(&DeviceStep::kind, kind), rc::gen::set(&DeviceStep::gap, any_gap(4000)),
      rc::gen::set(&DeviceStep::lead, rc::gen::map(any_gap(400), [](std::uint64_t lead) { return lead + 1; })),
      rc::gen::set(&DeviceStep::bytes, rc::gen::weightedOneOf<std::uint64_t>(
                                           {{6, rc::gen::map(rc::gen::inRange<std::uint64_t>(1, 80),
                                                             [](std::uint64_t blocks) { return 16 * blocks; })},
                                            {2, rc::gen::inRange<std::uint64_t>(1, 1500)},
                                            {2, rc::gen::element<std::uint64_t>(512, 4096, 8192)}})),
      rc::gen::set(&DeviceStep::frame, rc::gen::element<std::uint64_t>(256, 64, 255, 272, 4096)),
      rc::gen::set(&DeviceStep::frame_gap, any_gap(300)));
}

inline rc::Gen<SoftwareStep> any_software_step(std::uint64_t tags, std::uint64_t keyslots, const ScriptStyle& style) {
  using Kind = SoftwareStep::Kind;
  using Step = SoftwareStep;
  const auto number = [](std::uint64_t below) { return rc::gen::inRange<std::uint64_t>(0, below); };
  const auto kind =
      rc::gen::map(rc::gen::inRange(0, style.commands + style.reads + style.status + style.enables + style.uic +
                                           style.programs + style.clears + style.tasks + style.clear_tasks +
                                           style.link_events + style.lists + style.resets),
                   [style](int drawn) {
                     const std::pair<int, Kind> weights[] = {{style.commands, Kind::command},
                                                             {style.reads, Kind::read},
                                                             {style.status, Kind::clear_status},
                                                             {style.enables, Kind::enable_interrupts},
                                                             {style.uic, Kind::uic},
                                                             {style.programs, Kind::program},
                                                             {style.clears, Kind::clear},
                                                             {style.tasks, Kind::task},
                                                             {style.clear_tasks, Kind::clear_task},
                                                             {style.link_events, Kind::link_event},
                                                             {style.lists, Kind::list},
                                                             {style.resets, Kind::reset}};
                     for (const auto& [weight, each] : weights) {
                       if (drawn < weight) return each;
                       drawn -= weight;
                     }
                     return Kind::command;
                   });
  const auto defect = rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 10), rc::gen::inRange(1, int(Defect::count))),
                                   [style](const std::pair<int, int>& drawn) {
                                     return drawn.first < 10 - style.defects ? Defect::none : Defect(drawn.second);
                                   });
  return rc::gen::build<Step>(
      rc::gen::set(&Step::kind, kind), rc::gen::set(&Step::gap, any_gap(3000)),
      rc::gen::set(&Step::delay, any_gap(600)), rc::gen::set(&Step::value, rc::gen::arbitrary<std::uint64_t>()),
      rc::gen::set(&Step::tag, number(tags)), rc::gen::set(&Step::with_next, rc::gen::arbitrary<bool>()),
      rc::gen::set(&Step::aim,
                   rc::gen::weightedOneOf<std::uint64_t>({{2, rc::gen::just(std::uint64_t{0})}, {1, number(6)}})),
      rc::gen::set(&Step::direction,
                   rc::gen::element(DataDirection::to_host, DataDirection::to_device, DataDirection::none)),
      rc::gen::set(&Step::entries,
                   rc::gen::weightedOneOf<std::uint64_t>({{6, rc::gen::inRange<std::uint64_t>(1, 5)},
                                                          {2, rc::gen::inRange<std::uint64_t>(1, 40)},
                                                          {1, rc::gen::inRange<std::uint64_t>(1, 129)}})),
      rc::gen::set(&Step::entry_bytes, rc::gen::element<std::uint64_t>(4096, 4, 512, 8192, 262144)),
      rc::gen::set(&Step::expected, number(17)), rc::gen::set(&Step::crypto, rc::gen::arbitrary<bool>()),
      rc::gen::set(&Step::keyslot,
                   rc::gen::map(number(std::min(keyslots, keyslots_in_use)),
                                [keyslots](std::uint64_t index) { return used_keyslot(index, keyslots); })),
      rc::gen::set(&Step::dun, rc::gen::arbitrary<std::uint64_t>()),
      rc::gen::set(&Step::interrupt, rc::gen::weightedElement<bool>({{5, true}, {1, false}})),
      rc::gen::set(&Step::defect, defect),
      rc::gen::set(&Step::device, rc::gen::resize(static_cast<int>(style.pieces),
                                                  rc::gen::container<std::vector<DeviceStep>>(any_device_step()))));
}

}  // namespace icesim::twin
