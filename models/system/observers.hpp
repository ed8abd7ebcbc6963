// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/base/signals.hpp"

namespace icesim {

/// Who watches a simulation; nobody, unless set. What is simulated does not depend on it.
struct Observers {
  SignalRecorder* signals = nullptr;
  RequestRecorder* requests = nullptr;
  KeyslotRecorder* keyslots = nullptr;
  BusyRecorder* busy = nullptr;
};

}  // namespace icesim
