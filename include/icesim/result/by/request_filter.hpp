// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/result/by/request_class.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Which requests are counted: "process=app*,op=read,from=1s,to=2s". Of several conditions of one name one must hold, of
/// different names all.
///
/// process  number, name, or name-number, with * and ?
/// file     inode, or path with * and ?
/// policy   number or directory, with * and ?; none
/// key      number; none
/// op       read, write, flush, discard
/// size     the class of a length: 4KiB are the requests of more than 2 KiB and up to 4 KiB
/// from,to  arrival in the trace, from one time on and before another
class RequestFilter {
 public:
  RequestFilter() = default;
  /// Throws UserError, with near matches, on a name or an operation that is none.
  explicit RequestFilter(const std::vector<std::string>& conditions);

  bool any() const { return !text_.empty(); }
  /// As it was given.
  const std::string& text() const { return text_; }
  bool covers(const RequestRecord& request) const;
  /// Why nothing matched, as far as the names of processes that were met tell: "; did you mean ...?", or nothing.
  std::string hint(const std::vector<std::string>& processes) const;

 private:
  enum class What : std::uint8_t { process, file, policy, key, operation, size };
  struct Condition {
    What what;
    std::optional<std::uint64_t> number;  ///< it may be meant as one
    std::string pattern;
    bool none = false;

    bool holds(const RequestRecord& request) const;
  };

  void add(std::string_view condition);
  void add_time(std::string_view name, const std::string& value);

  std::string text_;
  std::vector<Condition> conditions_;
  Picoseconds from_{};
  std::optional<Picoseconds> to_;
};

}  // namespace icesim
