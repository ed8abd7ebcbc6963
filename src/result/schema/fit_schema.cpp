// SPDX-License-Identifier: Apache-2.0
#include "schema_parts.hpp"

namespace icesim::schema {

std::string fit_schema() {
  const Json ends{{"type", "array"}, {"items", text}, {"minItems", 2}, {"maxItems", 2}};
  const Json times = array_of(number);
  const Json moved = closed({{"path", text},
                             {"before", text},
                             {"value", text},
                             {"as_good", ends},
                             {"moved_in", ends},
                             {"told", flag},
                             {"loss_as_before_ppb", number}},
                            {"loss_as_before_ppb"});
  const Json one_class = closed({{"name", text},
                                 {"count", number},
                                 {"recorded_ps", times},
                                 {"before_ps", times},
                                 {"fitted_ps", times},
                                 {"tested", number},
                                 {"tested_recorded_ps", times},
                                 {"tested_simulated_ps", times}},
                                {"tested", "tested_recorded_ps", "tested_simulated_ps"});
  const Json loss = closed({{"before", number}, {"fitted", number}, {"as_good", number}, {"tested_before", number}, {"tested_fitted", number}},
                           {"tested_before", "tested_fitted"});
  return document("icesim fit", "What 'icesim fit --json' writes: numbers that were moved until simulated latencies are as recorded, and how well each is known.",
                  closed({{"icesim_fit", text},
                          {"version", text},
                          {"command", text},
                          {"trace", closed({{"name", text}, {"sha256", sha256}})},
                          {"platform", text},
                          {"requests", closed({{"fitted", number}, {"tested", number}, {"left_out", number}})},
                          {"tested_percent", number},
                          {"budget", number},
                          {"points", number},
                          {"rounds", number},
                          {"loss_ppb", loss},
                          {"quantiles", array_of(number)},
                          {"quantile_shares", array_of(number)},
                          {"parameters", array_of(moved)},
                          {"not_moved", array_of(closed({{"path", text}, {"why", text}}))},
                          {"classes", array_of(one_class)},
                          {"warnings", array_of(text)}}));
}

}  // namespace icesim::schema
