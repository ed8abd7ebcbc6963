// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/rings/ring_reader.hpp"
#include "ring_words.hpp"
#include "src/result/schema/schema_parts.hpp"

namespace icesim::schema {
namespace {

Json described(Json schema, const char* sentence) {
  schema["description"] = sentence;
  return schema;
}

/// A step of one verb, with these words beside it.
Json step(std::string_view verb, Json words, const std::vector<std::string>& optional = {}) {
  Json all{{std::string(verb), text}};
  all.update(words);
  return closed(std::move(all), optional);
}

}  // namespace

std::string ring_scenario_schema() {
  const Json id{{"type", "integer"}, {"minimum", 0}, {"maximum", 4294967294}};
  const Json limit{{"type", "integer"}, {"minimum", 0}, {"maximum", 2147483647}};
  const Json mode{{"type", "string"}, {"pattern", "^0?[0-7]{3}$"}};
  const Json name{{"type", "string"}, {"pattern", "^[a-zA-Z0-9_.-]{1,40}$"}};
  const auto by_name = [&](Json values) {
    return Json{{"type", "object"}, {"maxProperties", RingLimits::each}, {"propertyNames", name}, {"additionalProperties", std::move(values)}};
  };
  const Json user = closed({{"uid", id},
                            {"gid", described(id, "The uid unless given")},
                            {"groups", array_of(id)}}, {"gid", "groups"});
  const Json space = closed({{"parent", described(text, "init unless given; it stands before its children")},
                             {"owner", described(text, "User who made it, and has all capabilities over it from the parent")},
                             {"root", described(text, "User who is root inside; the owner unless given")},
                             {"users", described(array_of(text), "Others whom it maps")}}, {"parent", "root", "users"});
  const Json process = closed({{"user", text}, {"namespace", described(text, "init unless given")},
                               {"session", described(name, "One of its own unless given")}}, {"namespace", "session"});
  const Json file = closed({{"owner", text}, {"group", described(id, "The owner's gid unless given")}, {"mode", mode},
                            {"key", described(text, "Key of its contents; without one it is not encrypted")}}, {"group", "key"});
  const Json quota = closed({{"maxkeys", limit}, {"maxbytes", limit}, {"root_maxkeys", limit}, {"root_maxbytes", limit}},
                            {"maxkeys", "maxbytes", "root_maxkeys", "root_maxbytes"});
  const Json by{{"by", text}};
  const Json steps = Json::array({step("add", {{"by", text}, {"ring", {{"enum", {"session", "process"}}}}}, {"ring"}), step("use", by), step("close", by),
                                  step("remove", {{"by", text}, {"all_users", flag}}, {"all_users"}), step("unshare", by),
                                  step("chmod", {{"by", text}, {"mode", mode}}), step("kill", Json::object())});
  return document("icesim rings scenario", "What 'icesim rings' plays: who has which keys and files, and what becomes of them (docs/rings.md).",
                  closed({{"$schema", text},
                          {"users", by_name(user)},
                          {"namespaces", by_name(space)},
                          {"processes", by_name(process)},
                          {"files", by_name(file)},
                          {"keys", {{"type", "array"}, {"items", name}, {"uniqueItems", true}, {"maxItems", RingLimits::each}}},
                          {"quota", quota},
                          {"steps", {{"type", "array"}, {"items", {{"oneOf", steps}}}, {"maxItems", RingLimits::steps}}}},
                         {"$schema", "users", "namespaces", "processes", "files", "keys", "quota"}));
}

std::string rings_schema() {
  const Json letter{{"enum", {"A", "B", "C", "D", "E"}}};
  const Json key = closed({{"state", {{"enum", {"absent", "present", "incompletely removed"}}}}, {"added_by_self", flag}, {"user_count", number}},
                          {"added_by_self", "user_count"});
  const Json answer = closed({{"answer", {{"enum", {"ok", "EACCES", "EPERM", "EBADF", "EDQUOT", "ENOKEY"}}}}, {"other_users", flag}, {"files_busy", flag}, {"key", key}},
                             {"other_users", "files_busy", "key"});
  const Json answers = closed({{"A", answer}, {"B", answer}, {"C", answer}, {"D", answer}, {"E", answer}});
  const Json reads = closed({{"process", text}, {"file", text}, {"models", array_of(letter)}});
  return document("icesim rings", "What 'icesim rings -o' writes: what each model of key rings says of each step, and who reads what then.",
                  closed({{"icesim_rings", text},
                          {"version", text},
                          {"command", text},
                          {"scenario", closed({{"name", text}, {"sha256", sha256}})},
                          {"models", array_of(closed({{"letter", letter}, {"name", text}, {"sentence", text}}))},
                          {"steps", array_of(closed({{"step", number}, {"text", text}, {"models", answers}, {"reads", array_of(reads)}}))},
                          {"differences", array_of(closed({{"models", array_of(letter)}, {"steps", array_of(number)}}))}}));
}

}  // namespace icesim::schema
