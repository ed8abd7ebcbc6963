// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <set>
#include <string>

namespace icesim::test {

/// Any number of a declared range: often its ends or the default, otherwise of any magnitude. Shrinks to the default.
inline rc::Gen<std::uint64_t> any_in(Range range, std::uint64_t usual) {
  const auto all = [](auto gen) { return rc::gen::resize(rc::kNominalSize, std::move(gen)); };
  const auto any = rc::gen::map(rc::gen::pair(all(rc::gen::arbitrary<std::uint64_t>()), all(rc::gen::inRange(0, 64))),
                                [range](const std::pair<std::uint64_t, int>& drawn) {
                                  const std::uint64_t span = range.max - range.min;
                                  const std::uint64_t low = drawn.first >> drawn.second;
                                  const std::uint64_t above = low <= span ? low : low % (span + 1);
                                  return range.min + above / range.step * range.step;
                                });
  const auto drawn = rc::gen::weightedOneOf<std::uint64_t>({{2, rc::gen::just(usual)},
                                                            {1, rc::gen::just(range.min)},
                                                            {1, rc::gen::just(range.max)},
                                                            {6, rc::gen::noShrink(any)}});
  return rc::gen::shrink(drawn, [range, usual](std::uint64_t value) {
    const auto allowed = [range](std::uint64_t smaller) { return (smaller - range.min) % range.step == 0; };
    return rc::seq::filter(rc::shrink::towards(value, usual), allowed);
  });
}

/// Draws every parameter of a describe() list from the whole range or all the choices that it declares; the defaults
/// are what the struct holds before. Only inside a rapidcheck property, whose counterexample then names what was drawn.
class DrawFields : public Fields {
 public:
  /// The paths in `kept` stay as they are, such as "seed" or "dma.read_latency".
  explicit DrawFields(std::set<std::string> kept = {}) : kept_(std::move(kept)) {}

 protected:
  void number(std::string_view name, std::uint64_t& value, Unit, Range range, const Doc&) override {
    if (draws(name)) value = *any_in(range, value).as(path(name));
  }
  void flag(std::string_view name, bool& value, const Doc&) override {
    if (draws(name)) value = (*any_in({0, 1}, value).as(path(name))) != 0;
  }
  void choice(std::string_view name, std::size_t& index, const Choice*, std::size_t count, const Doc&) override {
    if (draws(name)) index = *any_in({0, count - 1}, index).as(path(name));
  }
  void text(std::string_view name, std::string& value, const TextForm& form, const Doc&) override {
    if (draws(name)) value = form.examples[*any_in({0, form.count - 1}, 0).as(path(name))];
  }
  void enter(std::string_view name, std::string_view) override { prefix_ += std::string(name) + "."; }
  void leave() override { prefix_.erase(prefix_.find_last_of('.', prefix_.size() - 2) + 1); }

 private:
  std::string path(std::string_view name) const { return prefix_ + std::string(name); }
  bool draws(std::string_view name) const { return kept_.count(path(name)) == 0; }

  std::set<std::string> kept_;
  std::string prefix_;
};

/// The smallest and largest value of every parameter of a describe() list that was seen, beside what is declared.
class SeenFields : public Fields {
 public:
  struct Seen {
    Range declared, drawn;
  };
  std::map<std::string, Seen> seen;

 protected:
  void number(std::string_view name, std::uint64_t& value, Unit, Range range, const Doc&) override {
    Seen& one = seen.try_emplace(prefix_ + std::string(name), Seen{range, {value, value}}).first->second;
    one.drawn = {std::min(one.drawn.min, value), std::max(one.drawn.max, value)};
  }
  void flag(std::string_view name, bool& value, const Doc& doc) override {
    std::uint64_t number_of = value ? 1 : 0;
    number(name, number_of, Unit::none, {0, 1}, doc);
  }
  void choice(std::string_view name, std::size_t& index, const Choice*, std::size_t count, const Doc& doc) override {
    std::uint64_t number_of = index;
    number(name, number_of, Unit::none, {0, count - 1}, doc);
  }
  void text(std::string_view name, std::string& value, const TextForm& form, const Doc& doc) override {
    std::uint64_t number_of = 0;
    while (number_of + 1 < form.count && form.examples[number_of] != value) ++number_of;
    number(name, number_of, Unit::none, {0, form.count - 1}, doc);
  }
  void enter(std::string_view name, std::string_view) override { prefix_ += std::string(name) + "."; }
  void leave() override { prefix_.erase(prefix_.find_last_of('.', prefix_.size() - 2) + 1); }

 private:
  std::string prefix_;
};

/// `config` with every parameter but those of `kept` drawn from its declared range.
template <class Config>
Config any_config(Config config = {}, std::set<std::string> kept = {}) {
  DrawFields draw(std::move(kept));
  config.describe(draw);
  return config;
}

}  // namespace icesim::test
