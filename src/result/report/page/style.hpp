// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace icesim {

/// The style sheet of a report: light and dark as the reader's system is, without colour on paper's ground, in one
/// column on a phone. Its colours keep apart for those who see red and green alike.
std::string_view report_style();

}  // namespace icesim
