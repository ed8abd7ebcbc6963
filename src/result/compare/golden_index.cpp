// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/golden_index.hpp"

#include "flat_json.hpp"
#include "icesim/base/error.hpp"
#include "src/result/json_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Of the file's form; another one is refused.
constexpr std::string_view form = "1";

/// The name of something in the directory itself.
bool is_file_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos;
}

}  // namespace

std::string golden_index_json(const GoldenIndex& index) {
  using Json = nlohmann::ordered_json;
  Json document{{"icesim_golden", std::string(form)}, {"version", index.version}, {"platform", index.platform}};
  Json& traces = document["traces"] = Json::array();
  for (const GoldenIndex::Trace& trace : index.traces)
    traces.push_back({{"name", trace.name},
                      {"sha256", trace.sha256},
                      {"results_sha256", trace.results_sha256},
                      {"requests_sha256", trace.requests_sha256}});
  Json& accepted = document["accepted"] = Json::array();
  for (const GoldenIndex::Acceptance& each : index.accepted)
    accepted.push_back({{"version", each.version}, {"reason", each.reason}});
  return dump_json(document);
}

GoldenIndex read_golden_index(std::string_view json, const std::string& file) {
  GoldenIndex index;
  bool is_golden = false;
  for (const FlatValue& value : flatten_json(json, file)) {
    const auto fail = [&](const std::string& why) { throw UserError(file + ":" + value.pointer() + ": " + why); };
    const auto read = [&](std::string& into) {
      if (value.kind != FlatValue::Kind::text) fail("expected a text");
      into = value.text;
    };
    if (value.is_at({"icesim_golden"})) {
      is_golden = value.text == form;
      if (!is_golden)
        fail("'" + value.text + "' is not '" + std::string(form) + "': another version of icesim has written this");
    }
    if (value.is_at({"version"})) read(index.version);
    if (value.is_at({"platform"})) read(index.platform);
    const std::size_t depth = value.names.size();
    if (depth < 2) continue;
    if (value.names[0] == "traces") {
      if (depth == 2) index.traces.emplace_back();
      if (depth != 3) continue;
      GoldenIndex::Trace& trace = index.traces.back();
      if (value.names[2] == "name") {
        read(trace.name);
        if (!is_file_name(trace.name)) fail("'" + trace.name + "' is not the name of a file in this directory");
        if (std::count_if(index.traces.begin(), index.traces.end(),
                          [&](const auto& each) { return each.name == trace.name; }) > 1)
          fail("'" + trace.name + "' is there twice");
      }
      if (value.names[2] == "sha256") read(trace.sha256);
      if (value.names[2] == "results_sha256") read(trace.results_sha256);
      if (value.names[2] == "requests_sha256") read(trace.requests_sha256);
    } else if (value.names[0] == "accepted") {
      if (depth == 2) index.accepted.emplace_back();
      if (depth == 3 && value.names[2] == "version") read(index.accepted.back().version);
      if (depth == 3 && value.names[2] == "reason") read(index.accepted.back().reason);
    }
  }
  if (!is_golden) throw UserError(file + ": not the index of a golden directory, which 'icesim golden' makes");
  for (const GoldenIndex::Trace& trace : index.traces)
    if (trace.name.empty()) throw UserError(file + ":/traces: one has no name");
  return index;
}

}  // namespace icesim
