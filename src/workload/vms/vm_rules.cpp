// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/vms/vm_rules.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/glob.hpp"
#include "icesim/base/text/list_text.hpp"

#include <algorithm>
#include <limits>

namespace icesim {
namespace {

constexpr std::size_t most_vms = 8;
constexpr std::string_view allowed = "; allowed are NAME=process:GLOB, NAME=range:FROM..TO, NAME=trace:FILE[@OFFSET] and NAME=device:MAJOR,MINOR[@OFFSET]";

/// What stands before and behind the first `separator`; nothing behind it when there is none.
std::pair<std::string_view, std::string_view> cut(std::string_view text, std::string_view separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + separator.size())};
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// FILE or FILE@OFFSET: what stands behind the last @ counts when it is a size.
std::pair<std::string, Bytes> file_and_offset(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos && at + 1 < text.size() && is_number(text.substr(at + 1, 1)))
    return {std::string(text.substr(0, at)), Bytes{parse_quantity(text.substr(at + 1), Unit::bytes)}};
  return {std::string(text), Bytes{}};
}

}  // namespace

VmRules::VmRules(std::vector<std::string> names) : names_(std::move(names)), fixed_(!names_.empty()) {
  if (!fixed_) names_.emplace_back("host");
  has_rule_.resize(names_.size());
}

std::size_t VmRules::vm_named(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  if (fixed_) throw UserError(name + " has no keyslots; those that have are " + list_text(names_));
  if (names_.size() == most_vms) throw UserError(name + " is one virtual machine too many; at most 8 can be");
  names_.push_back(name);
  has_rule_.push_back(false);
  return names_.size() - 1;
}

void VmRules::add(std::string_view text) {
  const auto [name, rule] = cut(text, "=");
  const auto [kind, value] = cut(rule, ":");
  if (name.empty() || value.empty()) throw UserError("expected a name and a rule" + std::string(allowed));
  const auto refuse = [&, rule = rule](const std::string& why) { throw UserError(std::string(rule) + ": " + why); };
  const std::size_t vm = vm_named(std::string(name));
  if (kind == "process") {
    const bool is_thread = is_number(value);
    const std::uint64_t thread = is_thread ? parse_quantity(value, Unit::count) : 0;
    if (thread > std::numeric_limits<std::uint32_t>::max()) refuse("no thread has such a number");
    rules_.push_back({is_thread ? Rule::Kind::thread : Rule::Kind::name, vm, static_cast<std::uint32_t>(thread), std::string(value)});
  } else if (kind == "range") {
    const auto [from, to] = cut(value, "..");
    if (to.empty()) refuse("expected two addresses, such as 4GiB..20GiB");
    Rule range{Rule::Kind::range, vm};
    range.begin = Bytes{parse_quantity(from, Unit::bytes)};
    range.end = Bytes{parse_quantity(to, Unit::bytes)};
    if (range.end <= range.begin) refuse("the second address is not behind the first");
    rules_.push_back(range);
  } else if (kind == "trace") {
    auto [file, offset] = file_and_offset(value);
    if (file.empty() || file == "-") refuse("give a file, not the standard input");
    if (offset.n % logical_block.n != 0) refuse("the offset is not a multiple of 4096");
    traces_.push_back({vm, std::move(file), offset});
  } else if (kind == "device") {
    const auto [numbers, offset] = file_and_offset(value);
    const std::string device = device_named(numbers);
    if (device.empty()) refuse("expected the numbers of a device, such as 8,16");
    if (offset.n % logical_block.n != 0) refuse("the offset is not a multiple of 4096");
    for (const Trace& other : traces_)
      if (other.device == device) refuse("another rule says where this device's requests come from");
    traces_.push_back({vm, {}, offset, device});
  } else {
    throw UserError("'" + std::string(kind) + "' is no kind of rule" + std::string(allowed));
  }
  any_ = has_rule_[vm] = true;
}

void VmRules::check() const {
  for (std::size_t vm = 1; vm < names_.size(); ++vm)
    if (!has_rule_[vm]) throw UserError("no --vm rule gives " + names_[vm] + " requests, and keyslots.partition has keyslots for it");
}

bool VmRules::Rule::covers(const IoRequest& request, std::string_view process_name) const {
  if (kind == Kind::thread) return request.process == thread;
  if (kind == Kind::name) return fits_glob(name, process_name);
  return request.operation != Operation::flush && request.offset >= begin && request.offset < end;
}

std::size_t VmRules::vm_of(const IoRequest& request, std::string_view process_name, std::size_t otherwise) const {
  for (const Rule& rule : rules_)
    if (rule.covers(request, process_name)) return rule.vm;
  return otherwise;
}

std::string VmRules::device_named(std::string_view text) {
  const auto [major, minor] = cut(text, ",");
  if (!is_number(major) || !is_number(minor) || major.size() > 9 || minor.size() > 9) return "";
  return std::to_string(parse_quantity(major, Unit::count)) + "," + std::to_string(parse_quantity(minor, Unit::count));
}

std::string VmRules::file_of(std::string_view text) {
  const auto [kind, value] = cut(cut(text, "=").second, ":");
  if (kind != "trace") return "";
  try {
    return file_and_offset(value).first;
  } catch (const UserError&) {
    return "";  // add() says what is wrong
  }
}

}  // namespace icesim
