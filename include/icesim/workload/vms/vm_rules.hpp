// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Which virtual machine requests come from: the first rule that covers a request says it, and the first machine, the host,
/// has all that none covers.
///
/// NAME=process:GLOB    requests of processes whose name fits, with * and ?; of a thread, when it is a number
/// NAME=range:A..B      requests that begin at an address from A on and before B
/// NAME=trace:FILE[@A]  all requests of another trace, replayed beside the first one, moved up by A
/// NAME=device:M,N[@A]  all requests of another device of the same trace, at their recorded times, moved up by A
class VmRules {
 public:
  struct Trace {
    std::size_t vm = 0;
    std::filesystem::path path;  ///< empty: the first one
    Bytes offset{};
    std::string device{};        ///< "major,minor"; empty: that of its first request
  };

  /// There are these machines and no others, or, without names, "host" and those that rules name.
  explicit VmRules(std::vector<std::string> names = {});
  /// Throws UserError.
  void add(std::string_view rule);
  /// Throws UserError when a machine but the first has no rule.
  void check() const;

  /// The host first.
  const std::vector<std::string>& names() const { return names_; }
  /// Whether requests are told apart.
  bool any() const { return any_; }
  const std::vector<Trace>& traces() const { return traces_; }
  /// The machine of a request of the first trace, or `otherwise` where no rule covers it.
  std::size_t vm_of(const IoRequest& request, std::string_view process_name, std::size_t otherwise) const;
  /// "8,16" for 8,16 and for 08,016; empty for what is no device.
  static std::string device_named(std::string_view text);
  /// The file that a rule names; empty: none.
  static std::string file_of(std::string_view rule);

 private:
  struct Rule {
    enum class Kind : std::uint8_t { thread, name, range } kind;
    std::size_t vm;
    std::uint32_t thread = 0;
    std::string name{};
    Bytes begin{}, end{};

    bool covers(const IoRequest& request, std::string_view process_name) const;
  };

  std::size_t vm_named(const std::string& name);

  std::vector<std::string> names_;
  bool fixed_;
  bool any_ = false;
  std::vector<Rule> rules_;
  std::vector<Trace> traces_;
  std::vector<bool> has_rule_;  ///< by machine
};

}  // namespace icesim
