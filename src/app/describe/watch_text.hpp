// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace icesim::app {

/// The signals of --waves with the default number of fetch units, for reading and for docs/reference.md.
std::string waves_text();
std::string waves_markdown();
/// The columns of --requests.
std::string requests_text();
std::string requests_markdown();
/// The columns of --database's table of what becomes of keyslots.
std::string keyslot_events_text();
std::string keyslot_events_markdown();

}  // namespace icesim::app
