// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/by/request_groups.hpp"
#include "src/app/command_line.hpp"

#include <optional>
#include <string>
#include <vector>

namespace icesim::app {

/// Tables of requests by who asked and for what: --by, --where and --top.
class ByOptions {
 public:
  void declare(CommandLine& line);
  /// Of requests that are simulated, or only read. Throws UserError for what the options cannot mean, before anything is read.
  void open(bool simulated);
  bool wanted() const { return groups_.has_value(); }
  RequestGroups& groups() { return *groups_; }

  std::vector<GroupTable> tables() const { return groups_->tables(top_); }
  const std::string& where() const { return groups_->filter().text(); }
  /// What the tables lack, a sentence each.
  std::vector<std::string> notes() const;

 private:
  std::vector<std::string> by_;
  std::vector<std::string> where_;
  std::string top_text_;
  std::size_t top_ = 0;
  std::optional<RequestGroups> groups_;
};

}  // namespace icesim::app
