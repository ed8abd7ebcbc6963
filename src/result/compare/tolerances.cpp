// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/tolerances.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/near_match.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t most_parts_per_million = 100'000'000;  // 10,000 %
constexpr const char* example = "; write a line such as latency.*.p99=1% or keyslots.hits=5";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// "1.5" of "1.5%" as parts per million.
std::uint64_t share(std::string_view digits, std::string_view line, const std::string& where) {
  const std::size_t point = std::min(digits.find('.'), digits.size());
  std::string number(digits.substr(0, point));
  std::string decimals(digits.substr(std::min(point + 1, digits.size())));
  const bool is_number = !number.empty() && (point == digits.size() || !decimals.empty()) &&
                         (number + decimals).find_first_not_of("0123456789") == std::string::npos;
  if (!is_number)
    throw UserError(where + ": '" + std::string(line) + "': '" + std::string(digits) + "' is not a number" + example);
  if (decimals.size() > 4) throw UserError(where + ": '" + std::string(line) + "': more than four decimals");
  decimals.resize(4, '0');
  number.erase(0, std::min(number.find_first_not_of('0'), number.size()));
  if (number.size() > 6 || std::stoull("0" + number + decimals) > most_parts_per_million)
    throw UserError(where + ": '" + std::string(line) + "': more than 10000 %");
  return std::stoull("0" + number + decimals);
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  // Where the last star stands, and what it stands for so far.
  std::size_t star = std::string_view::npos, taken = 0, p = 0, t = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

void Tolerances::add(std::string_view line, const std::string& where) {
  const std::size_t equals = line.find('=');
  const std::string_view pattern = trimmed(line.substr(0, std::min(equals, line.size())));
  std::string_view amount = equals == std::string_view::npos ? std::string_view() : trimmed(line.substr(equals + 1));
  if (pattern.empty() || amount.empty())
    throw UserError(where + ": '" + std::string(line) + "' is no tolerance" + example);
  Rule rule;
  rule.pattern = pattern;
  rule.where = where;
  if (amount.back() == '%') {
    rule.is_share = true;
    amount.remove_suffix(1);
    rule.parts_per_million = share(trimmed(amount), line, where);
  } else {
    // Of which unit it is, the statistic says; a number it is in any case.
    if (amount.front() < '0' || amount.front() > '9')
      throw UserError(where + ": '" + std::string(line) + "': '" + std::string(amount) + "' is not an amount" +
                      example);
    rule.amount = amount;
  }
  rules_.push_back(std::move(rule));
}

void Tolerances::add_lines(std::string_view text, const std::string& file) {
  for (std::size_t at = 0, number = 1; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    const std::string_view said = trimmed(line.substr(0, line.find('#')));
    if (!said.empty()) add(said, file + ":" + std::to_string(number));
    at = end + 1;
  }
}

void Tolerances::check_names(const std::vector<std::string>& names) const {
  for (const Rule& rule : rules_) {
    if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return fits(rule.pattern, name); }))
      continue;
    const std::string near = did_you_mean(rule.pattern, names);
    throw UserError(rule.where + ": no statistic fits '" + rule.pattern + "'" +
                    (near.empty() ? "; 'icesim describe statistics' lists them" : near));
  }
}

bool Tolerances::permits(std::string_view statistic, Unit unit, Wide before, Wide after) const {
  const auto rule =
      std::find_if(rules_.rbegin(), rules_.rend(), [&](const Rule& each) { return fits(each.pattern, statistic); });
  if (rule == rules_.rend()) return before == after;
  const Wide moved = after > before ? after - before : before - after;
  if (rule->is_share) return moved * 1'000'000 <= before * rule->parts_per_million;
  try {
    return moved <= parse_quantity(rule->amount, unit);
  } catch (const UserError& error) {
    throw UserError(rule->where + ": " + std::string(statistic) + ": " + error.what());
  }
}

}  // namespace icesim
