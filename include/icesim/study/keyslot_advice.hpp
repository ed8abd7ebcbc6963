// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/study/keyslot_sweep.hpp"

namespace icesim {

/// Chooses the smallest number of keyslots that is as good as the best one tried. Where a request failed there is nothing to
/// choose from. Says, too, where the metric is worse with more keyslots, and what requests then wait for, and where the replay
/// does not keep the trace's pace. Throws Bug when there is no point.
KeyslotAdvice keyslot_advice(const KeyslotSweep& sweep, const KeyslotMetric& metric);

/// Fills in the advice for every trace, and for several of them together.
void advise(KeyslotSizing& sizing);

}  // namespace icesim
