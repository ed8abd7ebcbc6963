// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/failures.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <cctype>

namespace icesim {
namespace {

constexpr std::string_view group = "driver.failures.";

/// "OCS fatal error" for ocs_fatal_error, "SCSI status BUSY" for status_busy.
std::string name_of(std::string_view leaf) {
  if (leaf == "key_program") return "a key that could not be programmed";
  if (leaf == "timed_out") return "a command that timed out";
  if (leaf == "given_up") return "a device that was given up";
  const std::size_t end = leaf.find('_');
  std::string name(leaf.substr(end == std::string_view::npos ? leaf.size() : end + 1));
  std::replace(name.begin(), name.end(), '_', ' ');
  if (leaf.substr(0, end) == "ocs") return "OCS " + name;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return "SCSI status " + name;
}

}  // namespace

std::uint64_t failed_requests(const Results& results) {
  // A guest's driver is not ours, and has statistics of its own.
  return results.value("driver.failed") + results.value("driver.requests_failed");
}

std::string failures_text(const Results& results) {
  const std::uint64_t failed = failed_requests(results);
  if (failed == 0) return "";
  std::string text = counted_text(failed, "request") + " failed";
  std::string separator = ": ";
  for (const StatisticValue& each : results.statistics) {
    const std::string_view path = each.path;
    if (path.substr(0, group.size()) != group || path == "driver.failures.first" || each.value == 0) continue;
    text += separator + grouped_text(each.value) + " with " + name_of(path.substr(group.size()));
    separator = ", ";
  }
  const std::uint64_t first = results.value("driver.failures.first");
  return first == 0 ? text : text + "; the first is number " + grouped_text(first);
}

std::string errors_text(const Results& results) {
  const auto count = [&](const char* leaf) { return results.value("driver.errors." + std::string(leaf)); };
  std::string text;
  const auto add = [&](const char* leaf, const std::string& what) {
    if (count(leaf) > 0) text += (text.empty() ? "" : ", ") + what;
  };
  add("timeouts", counted_text(count("timeouts"), "command") + " timed out");
  add("aborts", grouped_text(count("aborts")) + " aborted");
  add("lu_resets", counted_text(count("lu_resets"), "reset") + " of the logical unit");
  add("host_resets", counted_text(count("host_resets"), "reset") + " of the controller with " +
                         counted_text(count("keys_restored"), "key") + " restored");
  add("failed_resets", grouped_text(count("failed_resets")) + " of the resets failed");
  add("given_up", "the device was given up");
  return text.empty() ? "" : text + "; " + rounded_text(Picoseconds{count("handler_time")}) + " were spent on that";
}

std::string payload_text(const Results& results) {
  if (results.find("payload.blocks_checked") == nullptr) return "";
  const std::uint64_t mismatches = results.value("payload.mismatches");
  return counted_text(results.value("payload.blocks_checked"), "block") + " read back and checked, " +
         grouped_text(mismatches) + (mismatches == 1 ? " mismatch; " : " mismatches; ") +
         grouped_text(results.value("payload.blocks_written")) + " written";
}

void require_intact_payload(const Results& results) {
  if (results.value("payload.mismatches") != 0) throw Bug("the payload is damaged: " + payload_text(results));
}

}  // namespace icesim
