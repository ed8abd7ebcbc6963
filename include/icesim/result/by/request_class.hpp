// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/recorder.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// By what requests are told apart.
enum class RequestBy : std::uint8_t { process, name, file, policy, key, operation, size, operation_and_size };

inline constexpr std::array<Choice, 8> request_by{{
    {"process", "Thread that issued it: name and number"},
    {"name", "Name of who issued it, whatever the number"},
    {"file", "Inode, with its path where the trace tells"},
    {"policy", "Encrypted directory"},
    {"key", "Number of its key"},
    {"operation", "read, write, flush or discard"},
    {"size", "Length, up to a power of two"},
    {"class", "Operation and length"},
}};

/// What distinguishes a class from others of its kind.
struct ClassName {
  std::uint64_t number = 0;
  std::uint64_t vm = 0;
  std::string_view text{};  ///< only of process, name and policy
  friend bool operator==(const ClassName& a, const ClassName& b) {
    return a.number == b.number && a.vm == b.vm && a.text == b.text;
  }
};

/// The class of a request; the text is the request's own.
ClassName class_of(RequestBy by, const RequestRecord& request);
/// For people: "app-7", "up to 4 KiB", "read up to 4 KiB", "no key". The path is behind an inode.
std::string class_label(RequestBy by, const ClassName& name, std::string_view path);
/// Whether classes have an order of their own; others are sorted by how much they have.
bool has_own_order(RequestBy by);

/// "process,file" and the like, taken apart; the same twice counts once. Throws UserError with near matches.
std::vector<RequestBy> parse_request_by(const std::vector<std::string>& words);

}  // namespace icesim
