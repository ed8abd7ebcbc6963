// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <type_traits>
#include <vector>

namespace icesim::app {

/// Points of a study as bytes.
struct PointBytes {
  static constexpr std::size_t most = 2048;
  unsigned char bytes[most];
};

/// Computes `count` points, each in a process of its own and at most `jobs` at a time: SystemC has one kernel per process.
/// `simulate` fills the bytes of one in its process, `what` names it for a bug's message. They come back in their order,
/// however the processes finish. A UserError in a child is thrown here again; any other end of a child is a Bug.
std::vector<PointBytes> fork_points(std::size_t count, std::uint64_t jobs,
                                    const std::function<void(std::size_t index, PointBytes& point)>& simulate,
                                    const std::function<std::string(std::size_t index)>& what);

/// The same with points of a type of plain numbers.
template <class Point, class Simulate, class What>
std::vector<Point> fork_map(std::size_t count, std::uint64_t jobs, const Simulate& simulate, const What& what) {
  static_assert(std::is_trivially_copyable_v<Point> && sizeof(Point) <= PointBytes::most);
  const std::vector<PointBytes> all = fork_points(
      count, jobs,
      [&](std::size_t index, PointBytes& bytes) {
        const Point point = simulate(index);
        std::memcpy(bytes.bytes, &point, sizeof point);
      },
      what);
  std::vector<Point> points(count);
  for (std::size_t i = 0; i < count; ++i) std::memcpy(&points[i], all[i].bytes, sizeof(Point));
  return points;
}

}  // namespace icesim::app
