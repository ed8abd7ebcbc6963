// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/request_class.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/near_match.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t operation_shift = 8;

std::uint64_t operation_index(std::string_view operation) {
  return static_cast<std::uint64_t>(std::find(operation_names.begin(), operation_names.end(), operation) - operation_names.begin());
}

/// 0: no data; n: above 2^(n-2) and up to 2^(n-1) bytes.
std::uint64_t size_index(Bytes length) {
  if (length.n == 0) return 0;
  return length.n == 1 ? 1 : 65 - static_cast<std::uint64_t>(__builtin_clzll(length.n - 1));
}

/// "up to 4 KiB": powers of two need no decimals.
std::string size_label(std::uint64_t index) {
  if (index == 0) return "no data";
  constexpr std::array<const char*, 7> units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  const std::uint64_t power = index - 1;
  return "up to " + std::to_string(std::uint64_t{1} << power % 10) + " " + units.at(power / 10);
}

std::string with_vm(std::string label, std::uint64_t vm) {
  return vm == 0 ? label : "vm " + std::to_string(vm) + ": " + label;
}

}  // namespace

ClassName class_of(RequestBy by, const RequestRecord& request) {
  const RequestOrigin& origin = request.origin;
  switch (by) {
    case RequestBy::process:
      return {request.process, request.vm, origin.process_name};
    case RequestBy::name:
      return {origin.process_name.empty() ? request.process : std::uint64_t{0}, request.vm, origin.process_name};
    case RequestBy::file:
      return {request.inode, request.vm, {}};
    case RequestBy::policy:
      return {request.policy, request.vm, origin.policy_name};
    case RequestBy::key:
      return {request.key, request.key == 0 ? std::uint64_t{0} : request.vm, {}};
    case RequestBy::operation:
      return {operation_index(request.operation), 0, {}};
    case RequestBy::size:
      return {size_index(request.length), 0, {}};
    case RequestBy::operation_and_size:
      return {operation_index(request.operation) << operation_shift | size_index(request.length), 0, {}};
  }
  throw_bug("requests are told apart by something that is listed");
}

std::string class_label(RequestBy by, const ClassName& name, std::string_view path) {
  const std::string number = std::to_string(name.number);
  switch (by) {
    case RequestBy::process:
      return with_vm(name.text.empty() ? number : std::string(name.text) + "-" + number, name.vm);
    case RequestBy::name:
      return with_vm(name.text.empty() ? number : std::string(name.text), name.vm);
    case RequestBy::file:
      if (name.number == 0) return "no file known";
      return with_vm(path.empty() ? number : number + " " + std::string(path), name.vm);
    case RequestBy::policy:
      if (name.number == 0) return "no policy known";
      return with_vm(name.text.empty() ? number : std::string(name.text), name.vm);
    case RequestBy::key:
      return name.number == 0 ? "no key" : with_vm("key " + number, name.vm);
    case RequestBy::operation:
      return std::string(operation_names.at(name.number));
    case RequestBy::size:
      return size_label(name.number);
    case RequestBy::operation_and_size: {
      const std::uint64_t size = name.number & ((1U << operation_shift) - 1);
      const std::string operation(operation_names.at(name.number >> operation_shift));
      return size == 0 ? operation : operation + " " + size_label(size);
    }
  }
  throw_bug("requests are told apart by something that is listed");
}

bool has_own_order(RequestBy by) { return by >= RequestBy::operation; }

std::vector<RequestBy> parse_request_by(const std::vector<std::string>& words) {
  std::vector<std::string> allowed;
  for (const Choice& each : request_by) allowed.emplace_back(each.name);
  std::vector<RequestBy> all;
  for (std::string_view words_left : words) {
    while (true) {
      const std::size_t comma = words_left.find(',');
      const std::string word(words_left.substr(0, comma));
      const auto found = std::find(allowed.begin(), allowed.end(), word);
      if (found == allowed.end())
        throw UserError("--by: '" + word + "' is not one of " + list_text(allowed) + did_you_mean(word, allowed));
      const auto by = static_cast<RequestBy>(found - allowed.begin());
      if (std::find(all.begin(), all.end(), by) == all.end()) all.push_back(by);
      if (comma == std::string_view::npos) break;
      words_left.remove_prefix(comma + 1);
    }
  }
  return all;
}

}  // namespace icesim
