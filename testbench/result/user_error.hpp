// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "icesim/base/error.hpp"

#include <string>

namespace icesim::test {

/// What an action tells the user that it refuses.
template <class Action>
std::string error_of(const Action& action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace icesim::test
