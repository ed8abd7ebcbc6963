// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/fit/fit.hpp"
#include "src/result/json_text.hpp"
#include "src/result/parameters_to_json.hpp"

#include <algorithm>

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

/// The object of a dotted path's group.
Json& place_of(Json& document, const std::string& path) {
  Json* object = &document;
  std::size_t at = 0;
  for (std::size_t dot = path.find('.'); dot != std::string::npos; at = dot + 1, dot = path.find('.', at)) object = &(*object)[path.substr(at, dot - at)];
  return (*object)[path.substr(at)];
}

Json number_json(const std::string& text) {
  const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_plain ? Json(std::stoull(text)) : Json(text);
}

std::string source_of(const Fit& fit, const Fit::Moved& moved) {
  std::string source = "fitted to " + fit.trace + ", SHA-256 " + fit.sha256.substr(0, 12);
  if (!moved.is_told) source += "; the trace cannot tell it";
  return source;
}

/// How a trace is replayed is no part of a platform.
bool is_of_platform(const std::string& path) {
  return path.find('.') != std::string::npos && path.compare(0, 7, "replay.") != 0;
}

}  // namespace

std::string fitted_platform_json(const Fit& fit, const std::string& based_on, const std::vector<ParameterGroup>& parameters,
                                 const std::vector<ParameterGroup>& of_base) {
  Json document{{"based_on", based_on}};
  for (std::size_t group = 0; group < parameters.size(); ++group) {
    for (std::size_t i = 0; i < parameters[group].parameters.size(); ++i) {
      const Parameter& each = parameters[group].parameters[i];
      const auto moved = std::find_if(fit.moved.begin(), fit.moved.end(), [&](const Fit::Moved& one) { return one.path == each.path; });
      if (moved != fit.moved.end()) {
        place_of(document, each.path) = {{"value", number_json(moved->value)},
                                         {"range", {number_json(moved->low), number_json(moved->high)}},
                                         {"source", source_of(fit, *moved)}};
      } else if (is_of_platform(each.path) && value_text(each) != value_text(of_base[group].parameters[i])) {
        place_of(document, each.path) = value_to_json(each);
      }
    }
  }
  return dump_json(document);
}

}  // namespace icesim
