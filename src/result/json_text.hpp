// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"
#include "icesim/result/study/study_origin.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace icesim {

/// Parses JSON with comments; throws UserError "FILE:LINE:COLUMN: ..." on malformed text and repeated keys.
nlohmann::ordered_json parse_json(std::string_view text, const std::string& file);

/// "LINE:COLUMN" of a byte of the text, and a message of the library without what we say ourselves
/// ("[json.exception...] parse error at line 1, column 2: ").
std::string json_position(std::string_view text, std::size_t byte);
std::string json_reason(const nlohmann::detail::exception& error);

/// A number that dump_json() writes with all its digits, however many they are.
nlohmann::ordered_json json_number(Wide value);

/// A document that begins with its origin: icesim, command.
nlohmann::ordered_json document_of(const StudyOrigin& origin);

/// The document as icesim writes it: two spaces, final newline, keys in the order of insertion.
std::string dump_json(const nlohmann::ordered_json& document);

}  // namespace icesim
