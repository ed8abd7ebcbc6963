// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"
#include "perfetto.pb.h"

#include <cstdint>
#include <string_view>

namespace icesim {

/// A device as Perfetto numbers it, which is as user space does.
BlockDevice perfetto_device(std::uint64_t number);

/// Whether an event without a message of its own is about files: those of f2fs that are younger than Perfetto's
/// messages.
bool is_perfetto_file_event(std::string_view name);

/// Tells `files` what an event says about files; passes over every other one. Returns false when a field is missing
/// that the kernel always writes.
bool hear_perfetto_file_event(const perfetto::FtraceEvent& event, FileListener& files);

}  // namespace icesim
