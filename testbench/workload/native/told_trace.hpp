// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/native/native_writer.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace icesim::test {

/// Writes `records` requests, `unit` after each other, and between them what is told behind so many records, in its order:
/// `tell(writer, one)` writes it.
template <class Told, class Tell>
void write_told(const std::filesystem::path& path, std::uint64_t records, const std::vector<Told>& told, Picoseconds unit,
                Tell&& tell) {
  NativeWriter writer(path, "");
  auto next = told.begin();
  for (std::uint64_t i = 0; i <= records; ++i) {
    for (; next != told.end() && next->records == i; ++next) tell(writer, *next);
    IoRequest request;
    request.time = unit * i;
    if (i < records) writer.write(request);
  }
  writer.finish();
}

}  // namespace icesim::test
