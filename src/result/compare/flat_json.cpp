// SPDX-License-Identifier: Apache-2.0
#include "flat_json.hpp"

#include "icesim/base/error.hpp"
#include "src/result/json_text.hpp"

#include <algorithm>
#include <set>

namespace icesim {
namespace {

constexpr std::size_t deepest = 32;

/// What the parser tells, value by value; nothing here calls itself, however deep the text goes.
class Flattener final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Flattener(std::string_view text, const std::string& file, std::size_t most) : text_(text), file_(file), most_(most) {}
  std::vector<FlatValue> values;

  bool null() override { return add(FlatValue::Kind::other, "null"); }
  bool boolean(bool value) override { return add(FlatValue::Kind::flag, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override { return add(FlatValue::Kind::other, std::to_string(value)); }
  bool number_unsigned(number_unsigned_t value) override {
    add(FlatValue::Kind::number, std::to_string(value));
    values.back().number = value;
    return true;
  }
  /// Here come whole numbers of more than 64 bits, too.
  bool number_float(number_float_t, const string_t& written) override {
    Wide number = 0;
    for (const char c : written) {
      if (c < '0' || c > '9' || number >= flat_number_end) return add(FlatValue::Kind::other, written);
      number = number * 10 + static_cast<unsigned>(c - '0');
    }
    if (number >= flat_number_end) return add(FlatValue::Kind::other, written);
    add(FlatValue::Kind::number, written);
    values.back().number = number;
    return true;
  }
  bool string(string_t& value) override { return add(FlatValue::Kind::text, value); }
  bool binary(binary_t&) override { return add(FlatValue::Kind::other, "binary"); }
  bool start_object(std::size_t) override { return open(FlatValue::Kind::object); }
  bool start_array(std::size_t) override { return open(FlatValue::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    levels_.back().name = name;
    if (!levels_.back().keys.insert(name).second)
      throw UserError(file_ + ":" + pointer() + ": this key is repeated; write it once");
    return true;
  }
  bool parse_error(std::size_t byte, const std::string&, const nlohmann::detail::exception& error) override {
    throw UserError(file_ + ":" + json_position(text_, byte == 0 ? 0 : byte - 1) +
                    ": malformed JSON: " + json_reason(error));
  }

 private:
  struct Level {
    bool is_array = false;
    std::size_t items = 0;
    std::string name;
    std::set<std::string> keys;
  };

  std::string pointer() const {
    std::string text;
    for (const Level& level : levels_) text += "/" + level.name;
    return text;
  }
  bool add(FlatValue::Kind kind, std::string text) {
    if (values.size() == most_)
      throw UserError(file_ + ":" + pointer() + ": more than " + std::to_string(most_) +
                      " values; no results have so many");
    if (!levels_.empty() && levels_.back().is_array) levels_.back().name = std::to_string(levels_.back().items++);
    FlatValue value;
    for (const Level& level : levels_) value.names.push_back(level.name);
    value.kind = kind;
    value.text = std::move(text);
    values.push_back(std::move(value));
    return true;
  }
  bool open(FlatValue::Kind kind) {
    if (levels_.size() == deepest)
      throw UserError(file_ + ":" + pointer() + ": more than " + std::to_string(deepest) +
                      " levels deep; no results are");
    add(kind, "");
    levels_.emplace_back();
    levels_.back().is_array = kind == FlatValue::Kind::array;
    return true;
  }
  bool close() {
    levels_.pop_back();
    return true;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t most_;
  std::vector<Level> levels_;
};

}  // namespace

bool FlatValue::is_at(std::initializer_list<std::string_view> path) const {
  return std::equal(path.begin(), path.end(), names.begin(), names.end());
}

std::string FlatValue::pointer() const {
  std::string path;
  for (const std::string& name : names) path += "/" + name;
  return path;
}

std::vector<FlatValue> flatten_json(std::string_view json, const std::string& file, std::size_t most) {
  // The library takes a NUL byte for the end of the text, whatever stands behind it.
  if (const std::size_t nul = json.find('\0'); nul != std::string_view::npos)
    throw UserError(file + ":" + json_position(json, nul) + ": malformed JSON: a NUL byte");
  Flattener flattener(json, file, most);
  nlohmann::json::sax_parse(json, &flattener);
  return std::move(flattener.values);
}

}  // namespace icesim
