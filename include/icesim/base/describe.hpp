// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace icesim {

class Histogram;

enum class Unit { none, count, cycles, bytes, picoseconds, hertz, picojoules };

template <class T> inline constexpr Unit unit_of = Unit::count;
template <> inline constexpr Unit unit_of<Cycles> = Unit::cycles;
template <> inline constexpr Unit unit_of<Bytes> = Unit::bytes;
template <> inline constexpr Unit unit_of<Picoseconds> = Unit::picoseconds;
template <> inline constexpr Unit unit_of<Hertz> = Unit::hertz;

/// Smallest and largest value allowed, both included, in the unit of the parameter; of those between only the multiples of
/// `step`, of which `min` is one.
struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t step = 1;

  constexpr Range(std::uint64_t lo, std::uint64_t hi) : min(lo), max(hi) {}
  template <class T> constexpr Range(Quantity<T> lo, Quantity<T> hi) : min(lo.n), max(hi.n) {}
  template <class T> constexpr Range(Quantity<T> lo, Quantity<T> hi, Quantity<T> multiples_of) : min(lo.n), max(hi.n), step(multiples_of.n) {}

  constexpr bool contains(std::uint64_t value) const { return min <= value && value <= max && value % step == 0; }
};

/// What a parameter is and where its default comes from.
struct Doc {
  std::string_view sentence;
  std::string_view source;
  bool assumption = false;
  /// Stage of the request's latency (see result/stages) that it moves, where that matters if it is an assumption, perhaps only of
  /// a platform; empty: none directly.
  std::string_view moves{};
  /// Why nothing looks at it, as the others are set; empty: something does. A dot in front stands for the path of its group.
  std::string_view idle{};

  constexpr Doc only_if(bool is, std::string_view why) const {
    Doc doc = *this;
    if (!is && doc.idle.empty()) doc.idle = why;
    return doc;
  }
};

/// A default that a named source states.
constexpr Doc fact(std::string_view sentence, std::string_view source, std::string_view moves = {}) { return {sentence, source, false, moves, {}}; }
/// A default without a source: a parameter to sweep. Reports name it when the stage it moves matters.
constexpr Doc assumption(std::string_view sentence, std::string_view reason, std::string_view moves = {}) {
  return {sentence, reason, true, moves, {}};
}
/// A choice of the experiment (seed, mode), not a property of hardware.
constexpr Doc choice(std::string_view sentence) { return {sentence, "experiment"}; }

/// One spelling of an enumeration parameter; the array index is the enumerator's value.
struct Choice {
  std::string_view name;
  std::string_view sentence;
};

/// What a parameter's text may be.
struct TextForm {
  std::string_view allowed;  ///< in words
  std::string_view pattern;  ///< a regular expression of the JSON schema
  /// Texts as users would write them; the first is the default, and tests try all.
  const std::string_view* examples;
  std::size_t count;
  /// Throws UserError for another text, without position.
  void (*check)(std::string_view text);
};

/// Visitor of parameters: each configuration struct lists its members once in `void describe(Fields&)`,
/// and reading, writing, schema, help and reference docs are visitors of that list.
class Fields {
 public:
  virtual ~Fields() = default;

  void operator()(std::string_view name, std::uint64_t& value, Range range, const Doc& doc) {
    number(name, value, Unit::count, range, doc);
  }
  template <class T>
  void operator()(std::string_view name, Quantity<T>& value, Range range, const Doc& doc) {
    number(name, value.n, unit_of<Quantity<T>>, range, doc);
  }
  void operator()(std::string_view name, bool& value, const Doc& doc) { flag(name, value, doc); }
  template <class E, std::size_t N, class = std::enable_if_t<std::is_enum_v<E>>>
  void operator()(std::string_view name, E& value, const std::array<Choice, N>& choices, const Doc& doc) {
    auto index = static_cast<std::size_t>(value);
    choice(name, index, choices.data(), N, doc);
    value = static_cast<E>(index);
  }
  /// A value that is written as a text: T::form() says which, text() writes and T::of() reads it.
  template <class T, class = decltype(T::form())>
  void operator()(std::string_view name, T& value, const Doc& doc) {
    const std::string before = value.text();
    std::string written = before;
    text(name, written, T::form(), doc);
    if (written != before) value = T::of(written);
  }
  template <class Group>
  void group(std::string_view name, Group& members, std::string_view sentence) {
    enter(name, sentence);
    members.describe(*this);
    leave();
  }

  /// Nothing looks at what is declared while it lives unless `is`; `why` as of Doc::idle.
  class Only {
   public:
    Only(Fields& fields, bool is, std::string_view why) : fields_(fields) { fields_.only(is ? std::string_view{} : why); }
    ~Only() { fields_.no_longer_only(); }
    Only(const Only&) = delete;
    Only& operator=(const Only&) = delete;

   private:
    Fields& fields_;
  };
  /// The same of one parameter or group that is declared later: for who knows both sides of a condition.
  void only_if(bool is, std::string_view path, std::string_view why) {
    if (!is) idle(path, why);
  }

 protected:
  virtual void only(std::string_view /*why*/) {}
  virtual void no_longer_only() {}
  virtual void idle(std::string_view /*path*/, std::string_view /*why*/) {}
  virtual void number(std::string_view name, std::uint64_t& value, Unit unit, Range range, const Doc& doc) = 0;
  virtual void flag(std::string_view name, bool& value, const Doc& doc) = 0;
  virtual void choice(std::string_view name, std::size_t& index, const Choice* choices, std::size_t count,
                      const Doc& doc) = 0;
  virtual void text(std::string_view name, std::string& value, const TextForm& form, const Doc& doc) = 0;
  virtual void enter(std::string_view name, std::string_view sentence) = 0;
  virtual void leave() = 0;
};

/// Visitor of statistics: each statistics struct lists its members once in `void describe(Statistics&) const`.
class Statistics {
 public:
  virtual ~Statistics() = default;

  void operator()(std::string_view name, std::uint64_t value, std::string_view sentence) {
    value_of(name, value, Unit::count, sentence);
  }
  template <class T>
  void operator()(std::string_view name, Quantity<T> value, std::string_view sentence) {
    value_of(name, value.n, unit_of<Quantity<T>>, sentence);
  }
  void operator()(std::string_view name, TimeSum value, std::string_view sentence) {
    value_of(name, value.n, Unit::picoseconds, sentence);
  }
  void operator()(std::string_view name, EnergySum value, std::string_view sentence) {
    value_of(name, value.n, Unit::picojoules, sentence);
  }
  /// A histogram of times appears as a group: count, mean, p50, p90, p99, p999, max.
  virtual void operator()(std::string_view name, const Histogram& times, std::string_view sentence) = 0;

  template <class Group>
  void group(std::string_view name, const Group& members) {
    enter(name);
    members.describe(*this);
    leave();
  }

 protected:
  virtual void value_of(std::string_view name, Wide value, Unit unit, std::string_view sentence) = 0;
  virtual void enter(std::string_view name) = 0;
  virtual void leave() = 0;
};

}  // namespace icesim
