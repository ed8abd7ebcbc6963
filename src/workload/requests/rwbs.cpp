// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/rwbs.hpp"

namespace icesim {

std::string rwbs(const IoRequest& request) {
  constexpr std::string_view letters = "RWFD";
  std::string word;
  if ((request.flags & IoRequest::preflush) != 0) word.push_back('F');
  word.push_back(letters[static_cast<std::size_t>(request.operation)]);
  if ((request.flags & IoRequest::fua) != 0) word.push_back('F');
  if ((request.flags & IoRequest::readahead) != 0) word.push_back('A');
  if ((request.flags & IoRequest::sync) != 0) word.push_back('S');
  if ((request.flags & IoRequest::metadata) != 0) word.push_back('M');
  return word;
}

bool parse_rwbs(std::string_view word, Rwbs& out) {
  out = {};
  const auto take = [&word](char letter) {
    if (word.empty() || word.front() != letter) return false;
    word.remove_prefix(1);
    return true;
  };
  // A lone F, or F before modifiers only, is the flush operation itself, not a preflush.
  constexpr std::string_view operations = "RWDFNZ";
  if (word.size() >= 2 && word[0] == 'F' && operations.find(word[1]) != std::string_view::npos) {
    take('F');
    out.flags |= IoRequest::preflush;
  }
  out.known = true;
  if (take('W')) {
    out.operation = Operation::write;
    if (take('Z')) out.known = false;  // write zeroes
  } else if (take('R')) {
    out.operation = Operation::read;
  } else if (take('D')) {
    out.operation = Operation::discard;
    take('E');  // secure erase
  } else if (take('F')) {
    out.operation = Operation::flush;
  } else if (take('N')) {
    // blkparse and old kernels call an empty flush FN.
    out.known = (out.flags & IoRequest::preflush) != 0;
    out.operation = Operation::flush;
  } else if (take('Z')) {
    out.known = false;
    if (take('R'))
      take('A');
    else if (!take('A') && !take('F') && !take('O') && !take('C'))
      return false;
  } else {
    return false;
  }
  if (take('F')) out.flags |= IoRequest::fua;
  if (take('A')) out.flags |= IoRequest::readahead;
  if (take('S')) out.flags |= IoRequest::sync;
  if (take('M')) out.flags |= IoRequest::metadata;
  take('U');  // atomic: the device keeps every write of this model whole anyway
  // Letters of vendors; Linux's own mean the same among them.
  for (; !word.empty(); word.remove_prefix(1)) {
    const char letter = word.front();
    if ((letter < 'A' || letter > 'Z') && (letter < 'a' || letter > 'z')) return false;
    if (letter == 'F') out.flags |= IoRequest::fua;
    if (letter == 'A') out.flags |= IoRequest::readahead;
    if (letter == 'S') out.flags |= IoRequest::sync;
    if (letter == 'M') out.flags |= IoRequest::metadata;
    out.has_unknown = out.has_unknown || std::string_view("FASMU").find(letter) == std::string_view::npos;
  }
  return true;
}

}  // namespace icesim
