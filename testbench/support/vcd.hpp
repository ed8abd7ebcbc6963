// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/units.hpp"

#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

/// A reader of value change dumps, written from the standard's chapter and not from our writer.
namespace icesim::test {

/// One value that a signal took.
struct VcdChange {
  Picoseconds at{};
  std::uint64_t value = 0;
  bool unknown = false;

  friend bool operator==(const VcdChange& a, const VcdChange& b) {
    return a.at == b.at && a.value == b.value && a.unknown == b.unknown;
  }
};

struct Vcd {
  std::map<std::string, std::vector<VcdChange>> signals;  ///< by "scope.name", the first one being the initial value
  std::map<std::string, unsigned> widths;
  std::vector<Picoseconds> times;
  std::string timescale;

  const std::vector<VcdChange>& of(const std::string& name) const { return signals.at(name); }
  std::uint64_t at(const std::string& name, Picoseconds time) const { return change_at(name, time).value; }
  bool hidden_at(const std::string& name, Picoseconds time) const { return change_at(name, time).unknown; }
  VcdChange change_at(const std::string& name, Picoseconds time) const {
    VcdChange result{};
    for (const VcdChange& change : signals.at(name))
      if (change.at <= time) result = change;
    return result;
  }
  /// When a signal took `value` at or after `from`; the largest time when it never does.
  Picoseconds first(const std::string& name, std::uint64_t value, Picoseconds from = {}) const {
    for (const VcdChange& change : signals.at(name))
      if (change.at >= from && change.value == value && !change.unknown) return change.at;
    return Picoseconds{~std::uint64_t{0}};
  }
};

inline Vcd parse_vcd(const std::string& text) {
  Vcd vcd;
  std::map<std::string, std::string> names;
  std::vector<std::string> scopes;
  std::istringstream words(text);
  const auto until_end = [&words] {
    std::string joined, word;
    while (words >> word && word != "$end") joined += (joined.empty() ? "" : " ") + word;
    return joined;
  };
  Picoseconds time{};
  for (std::string word; words >> word;) {
    if (word == "$version" || word == "$date" || word == "$comment") {
      until_end();
    } else if (word == "$timescale") {
      vcd.timescale = until_end();
    } else if (word == "$scope") {
      const std::string scope = until_end();
      scopes.push_back(scope.substr(scope.find(' ') + 1));
    } else if (word == "$upscope") {
      until_end();
      scopes.pop_back();
    } else if (word == "$var") {
      std::string type, width, code, name;
      words >> type >> width >> code >> name;
      until_end();
      const std::string path = scopes.back() + "." + name;
      ensure(names.emplace(code, path).second, "codes are unique");
      vcd.widths[path] = static_cast<unsigned>(std::stoul(width));
      vcd.signals[path];
    } else if (word == "$enddefinitions") {
      until_end();
      ensure(scopes.empty(), "scopes are closed");
    } else if (word[0] == '#') {
      time = Picoseconds{std::stoull(word.substr(1))};
      ensure(vcd.times.empty() || vcd.times.back() < time, "time advances");
      vcd.times.push_back(time);
    } else if (word == "$dumpvars" || word == "$end") {
      continue;
    } else {
      const bool vector = word[0] == 'b';
      std::string bits = vector ? word.substr(1) : word.substr(0, 1), code = word.substr(1);
      if (vector) words >> code;
      const std::string& path = names.at(code);
      ensure(!vcd.times.empty() && vector == (vcd.widths[path] > 1) && bits.size() <= vcd.widths[path],
             "a sound change");
      VcdChange change{time, 0, bits == "x"};
      if (!change.unknown) change.value = std::stoull(bits, nullptr, 2);
      vcd.signals[path].push_back(change);
    }
  }
  return vcd;
}

}  // namespace icesim::test
