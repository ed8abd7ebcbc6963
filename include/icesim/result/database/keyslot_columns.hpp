// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/request_log.hpp"

#include <vector>

namespace icesim {

/// The columns of the table keyslot_events, in their order: of a KeyslotEvent, which never has a key's bytes.
std::vector<RequestColumn> keyslot_columns();

/// What an event has in one of them.
RequestCell keyslot_cell(std::size_t column, const KeyslotEvent& event);

}  // namespace icesim
