// SPDX-License-Identifier: Apache-2.0
#include "fit_form.hpp"
#include "icesim/base/error.hpp"
#include "icesim/result/fit/fit.hpp"
#include "src/result/json_text.hpp"

namespace icesim {
namespace {

using Json = nlohmann::ordered_json;

/// A value of the document, which knows where it stands.
class Node {
 public:
  Node(const Json& json, std::string place) : json_(json), place_(std::move(place)) {}

  Node at(const char* name) const {
    if (!json_.is_object()) fail("expected an object");
    const std::string place = place_ + "/" + name;
    if (!json_.contains(name)) throw UserError(place + ": is missing");
    return {json_[name], place};
  }
  bool has(const char* name) const { return json_.is_object() && json_.contains(name); }
  std::string text() const {
    if (!json_.is_string()) fail("expected a text");
    return json_.get<std::string>();
  }
  std::uint64_t number() const {
    if (!json_.is_number_unsigned()) fail("expected a whole number");
    return json_.get<std::uint64_t>();
  }
  bool flag() const {
    if (!json_.is_boolean()) fail("expected true or false");
    return json_.get<bool>();
  }
  std::vector<Node> items() const {
    if (!json_.is_array()) fail("expected an array");
    std::vector<Node> all;
    for (const Json& each : json_) all.emplace_back(each, place_ + "/" + std::to_string(all.size()));
    return all;
  }
  std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> all;
    for (const Node& each : items()) all.push_back(each.number());
    return all;
  }
  [[noreturn]] void fail(const std::string& why) const { throw UserError(place_ + ": " + why); }

 private:
  const Json& json_;
  std::string place_;
};

Fit::Moved moved_of(const Node& node) {
  Fit::Moved moved;
  moved.path = node.at("path").text();
  moved.before = node.at("before").text();
  moved.value = node.at("value").text();
  for (const auto& [name, low, high] : {std::tuple("as_good", &moved.low, &moved.high), std::tuple("moved_in", &moved.from, &moved.to)}) {
    const auto ends = node.at(name).items();
    if (ends.size() != 2) node.at(name).fail("expected two ends");
    *low = ends[0].text(), *high = ends[1].text();
  }
  moved.is_told = node.at("told").flag();
  moved.can_be = node.has("loss_as_before_ppb");
  if (moved.can_be) moved.without = node.at("loss_as_before_ppb").number();
  return moved;
}

std::vector<std::uint64_t> times_of(const Node& node, std::size_t count) {
  std::vector<std::uint64_t> times = node.numbers();
  if (times.size() != count) node.fail("expected as many times as /quantiles has");
  for (const std::uint64_t time : times)
    if (time == 0) node.fail("a latency of 0");
  return times;
}

Fit::Class class_of(const Node& node, std::size_t quantiles) {
  Fit::Class each;
  each.name = node.at("name").text();
  each.count = node.at("count").number();
  each.recorded = times_of(node.at("recorded_ps"), quantiles);
  each.before = times_of(node.at("before_ps"), quantiles);
  each.fitted = times_of(node.at("fitted_ps"), quantiles);
  if (!node.has("tested")) return each;
  each.tested = node.at("tested").number();
  each.tested_recorded = times_of(node.at("tested_recorded_ps"), quantiles);
  each.tested_simulated = times_of(node.at("tested_simulated_ps"), quantiles);
  return each;
}

}  // namespace

Fit read_fit(std::string_view json, const std::string& file) {
  const Json document = parse_json(json, file);
  const Node root(document, file + ":");
  if (!root.has("icesim_fit")) throw UserError(file + ": not the results of a fit, which 'icesim fit --json' writes");
  if (const std::string form = root.at("icesim_fit").text(); form != fit_form)
    root.at("icesim_fit").fail("'" + form + "' is not '" + std::string(fit_form) + "': another version of icesim has written this");
  Fit fit;
  fit.origin = {root.at("version").text(), root.at("command").text()};
  fit.trace = root.at("trace").at("name").text();
  fit.sha256 = root.at("trace").at("sha256").text();
  fit.platform = root.at("platform").text();
  fit.requests = root.at("requests").at("fitted").number();
  fit.tested = root.at("requests").at("tested").number();
  fit.left_out = root.at("requests").at("left_out").number();
  fit.tested_percent = root.at("tested_percent").number();
  fit.budget = root.at("budget").number();
  fit.points = root.at("points").number();
  fit.rounds = root.at("rounds").number();
  const Node loss = root.at("loss_ppb");
  fit.before = loss.at("before").number();
  fit.fitted = loss.at("fitted").number();
  fit.most = loss.at("as_good").number();
  if (loss.has("tested_before")) fit.tested_before = loss.at("tested_before").number();
  if (loss.has("tested_fitted")) fit.tested_fitted = loss.at("tested_fitted").number();
  fit.quantiles = root.at("quantiles").numbers();
  if (fit.quantiles.empty()) root.at("quantiles").fail("expected some");
  for (std::size_t i = 0; i < fit.quantiles.size(); ++i)
    if (fit.quantiles[i] > 1000 || (i > 0 && fit.quantiles[i] <= fit.quantiles[i - 1])) root.at("quantiles").fail("expected ascending thousandths");
  fit.shares = root.at("quantile_shares").numbers();
  if (fit.shares.size() != fit.quantiles.size()) root.at("quantile_shares").fail("expected one for each of 'quantiles'");
  for (const Node& each : root.at("parameters").items()) fit.moved.push_back(moved_of(each));
  for (const Node& each : root.at("not_moved").items()) fit.left.push_back({each.at("path").text(), each.at("why").text()});
  for (const Node& each : root.at("classes").items()) fit.classes.push_back(class_of(each, fit.quantiles.size()));
  for (const Node& each : root.at("warnings").items()) fit.warnings.push_back(each.text());
  return fit;
}

}  // namespace icesim
