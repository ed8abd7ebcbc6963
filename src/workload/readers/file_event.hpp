// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/file_listener.hpp"

#include <string_view>

namespace icesim {

/// Tells `files` what an ftrace event says about files, from its name and its text; passes over every other event.
/// Known are the events of f2fs, ext4 and Android [trace-file-events] in the forms of Linux 4.14 to 6.18, and
/// block_bio_remap. Returns false when a known event's text is cut short or malformed.
bool hear_file_event(std::string_view event, std::string_view payload, FileListener& files);

}  // namespace icesim
