// SPDX-License-Identifier: Apache-2.0
#include "watch_text.hpp"

#include "icesim/result/database/keyslot_columns.hpp"
#include "icesim/result/request_log.hpp"
#include "icesim/result/text_table.hpp"
#include "models/system/simulation.hpp"
#include "models/waves/waves_signals.hpp"

namespace icesim::app {
namespace {

std::vector<Signal> signals_of_waves() { return pins::Layout{UfsHostControllerConfig{}.prefetch_depth}.list(); }

std::string columns_text(const std::vector<RequestColumn>& columns) {
  TextTable table("ll");
  table.row({"column", "meaning"});
  for (const RequestColumn& column : columns) table.row({column.name, column.sentence});
  return table.text();
}

std::string columns_markdown(const std::vector<RequestColumn>& columns) {
  std::string text = "| column | meaning |\n|---|---|\n";
  for (const RequestColumn& column : columns) text += "| `" + column.name + "` | " + column.sentence + " |\n";
  return text;
}

}  // namespace

std::string waves_text() {
  TextTable table("lrl");
  table.row({"signal", "bits", "meaning"});
  for (const Signal& s : signals_of_waves()) table.row({s.scope + "." + s.name, std::to_string(s.width), s.sentence});
  return table.text();
}

std::string waves_markdown() {
  std::string text = "| signal | bits | meaning |\n|---|---|---|\n";
  for (const Signal& s : signals_of_waves())
    text += "| `" + s.scope + "." + s.name + "` | " + std::to_string(s.width) + " | " + s.sentence + " |\n";
  return text;
}

std::string requests_text() { return columns_text(request_columns()); }
std::string requests_markdown() { return columns_markdown(request_columns()); }

std::string keyslot_events_text() { return columns_text(keyslot_columns()); }
std::string keyslot_events_markdown() { return columns_markdown(keyslot_columns()); }

}  // namespace icesim::app
