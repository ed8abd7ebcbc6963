// SPDX-License-Identifier: Apache-2.0
#include "src/app/requests/by_options.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>

namespace icesim::app {
namespace {

constexpr std::size_t usual_top = 10;

}  // namespace

void ByOptions::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()(
      "by", po::value(&by_)->value_name("WHAT")->composing(),
      "Tells requests apart by process, name, file, policy, key, operation, size or class (operation and size): count, "
      "bytes, latency, what keys cost and shares of stages of each; several with commas, or given again.")(
      "where", po::value(&where_)->value_name("CONDITIONS")->composing(),
      "Counts only some requests in these tables: process=NAME or NUMBER, file=INODE or PATH, policy=, key=, op=read, "
      "size=4KiB, from=TIME, to=TIME (arrival in the trace), with commas; names with * and ?. Tells by operation where "
      "--by is not given.")("top", po::value(&top_text_)->value_name("N"),
                            "Rows of each of these tables, the largest; 10 unless given. The others are summed up in one.");
}

void ByOptions::open(bool simulated) {
  if (by_.empty() && where_.empty()) {
    if (!top_text_.empty()) throw UserError("--top has no effect: --by tells what to count");
    return;
  }
  constexpr std::uint64_t most = 100'000;
  top_ = top_text_.empty() ? usual_top : number_option("--top", top_text_, 1, most);
  groups_.emplace(by_.empty() ? std::vector<RequestBy>{RequestBy::operation} : parse_request_by(by_),
                  RequestFilter(where_), simulated);
}

std::vector<std::string> ByOptions::notes() const {
  std::vector<std::string> notes;
  if (!groups_) return notes;
  if (groups_->heard() > 0 && groups_->matched() == 0)
    notes.push_back("--where " + where() + " matches none of " + counted_text(groups_->heard(), "request") +
                    groups_->hint());
  for (const GroupTable& table : tables()) {
    const auto knows = [](const RequestGroup& row) { return row.number != 0; };
    if (table.rows.empty() || std::any_of(table.rows.begin(), table.rows.end(), knows)) continue;
    if (table.by == "file")
      notes.emplace_back("--by file: nothing tells the files of these requests; --inodes or events of the file system do "
                         "(docs/keys.md)");
    if (table.by == "policy")
      notes.emplace_back("--by policy: nothing tells the encrypted directories of these requests (docs/keys.md)");
  }
  return notes;
}

}  // namespace icesim::app
