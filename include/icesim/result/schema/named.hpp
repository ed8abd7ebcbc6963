// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"
#include "icesim/result/statistics.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Something that is neither a parameter nor a statistic and has a name: a register, or a field of one.
struct NamedRegister {
  std::string name;
  std::string place;  ///< offset of a register, bits of a field
  std::string access;
  std::string sentence;
};

/// What goes by a name, or by any that a pattern fits.
struct Named {
  std::vector<ParameterGroup> parameters;
  std::vector<StatisticValue> statistics;
  std::vector<NamedRegister> registers;

  bool empty() const;
  /// Those that the pattern fits ('*' is any text), in their order.
  Named matching(std::string_view pattern) const;
  std::vector<std::string> names() const;
};

/// For people; and as JSON: parameters {path: schema with default, unit, source, assumption}, statistics {path: unit,
/// description}, registers {name: place, access, description}, each where there is some.
std::string named_text(const Named& named);
std::string named_json(const Named& named);

}  // namespace icesim
