// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/rings/ring_reader.hpp"

#include "ring_node.hpp"
#include "ring_words.hpp"

namespace icesim {
namespace {

using Verb = RingScenario::Verb;
using Names = std::vector<std::string>;

constexpr const char* initial = "init";

/// Reads a scenario's sections in the order in which they name each other.
class RingReader {
 public:
  explicit RingReader(const RingNode& root) : root_(root) {}

  RingScenario read() {
    root_.expect_members({"$schema", "users", "namespaces", "processes", "files", "keys", "quota", "steps"});
    read_users();
    read_namespaces();
    read_processes();
    read_keys();
    read_files();
    read_quota();
    read_steps();
    return std::move(s_);
  }

 private:
  /// The members of a section, whose names are used.
  std::vector<std::pair<std::string, RingNode>> section(const char* name, Names& names) const {
    if (!root_.has(name)) return {};
    auto all = root_.at(name).members();
    if (all.size() > RingLimits::each) root_.at(name).fail("more than " + std::to_string(RingLimits::each));
    for (const auto& [each, node] : all) {
      check_name(each, node);
      names.push_back(each);
    }
    return all;
  }
  static void check_name(const std::string& name, const RingNode& node) {
    const char* allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    if (name.empty() || name.size() > 40 || name.find_first_not_of(allowed) != std::string::npos)
      node.fail("a name has 1 to 40 of a-z, A-Z, 0-9, '_', '.' and '-'");
  }

  void read_users() {
    for (const auto& [name, node] : section("users", users_)) {
      node.expect_members({"uid", "gid", "groups"});
      RingScenario::User user{name, node.at("uid").id(), 0, {}};
      user.gid = node.has("gid") ? node.at("gid").id() : user.uid;
      if (node.has("groups")) {
        for (const RingNode& each : node.at("groups").items()) user.groups.push_back(each.id());
        if (user.groups.size() > RingLimits::each) node.at("groups").fail("more than " + std::to_string(RingLimits::each));
      }
      for (const auto& other : s_.users)
        if (other.uid == user.uid) node.at("uid").fail(other.name + " has this one");
      if (user.uid == 0) s_.namespaces[0].root = s_.users.size();
      s_.users.push_back(user);
    }
  }

  bool is_mapped(std::size_t user, std::size_t space) const {
    const auto& users = s_.namespaces[space].users;
    return space == 0 || std::find(users.begin(), users.end(), user) != users.end();
  }
  std::size_t user_of(const RingNode& node, std::size_t space) const {
    const std::size_t user = node.name_among(users_, "user");
    if (!is_mapped(user, space)) node.fail("namespace " + s_.namespaces[space].name + " does not map " + users_[user]);
    return user;
  }
  void check_depth(std::size_t space, const RingNode& node) const {
    std::size_t depth = 0;
    for (; space != 0; space = s_.namespaces[space].parent) ++depth;
    if (depth > RingLimits::depth) node.fail("more than " + std::to_string(RingLimits::depth) + " namespaces below each other");
  }
  /// A parent stands before its children, so that there is no circle.
  void read_namespaces() {
    spaces_ = {initial};
    Names names;
    for (const auto& [name, node] : section("namespaces", names)) {
      node.expect_members({"parent", "owner", "root", "users"});
      if (name == initial) node.fail("there is one, the initial namespace");
      RingScenario::Namespace space{name, 0, 0, 0, {}};
      if (node.has("parent")) {
        const std::string parent = node.at("parent").text();
        if (std::find(spaces_.begin(), spaces_.end(), parent) == spaces_.end() && root_.at("namespaces").has(parent))
          node.at("parent").fail(parent == name ? "a namespace is not its own parent" : "'" + parent + "' stands behind it; a parent stands before its children");
        space.parent = node.at("parent").name_among(spaces_, "namespace");
      }
      space.owner = user_of(node.at("owner"), space.parent);
      space.root = node.has("root") ? user_of(node.at("root"), space.parent) : space.owner;
      space.users = {space.root};
      if (node.has("users"))
        for (const RingNode& each : node.at("users").items()) space.users.push_back(user_of(each, space.parent));
      if (space.users.size() > RingLimits::each) node.at("users").fail("more than " + std::to_string(RingLimits::each));
      s_.namespaces.push_back(space);
      spaces_.push_back(name);
      check_depth(s_.namespaces.size() - 1, node);
    }
  }

  void read_processes() {
    for (const auto& [name, node] : section("processes", processes_)) {
      node.expect_members({"user", "namespace", "session"});
      RingScenario::Process process{name, 0, 0, 0};
      if (node.has("namespace")) process.space = node.at("namespace").name_among(spaces_, "namespace");
      process.user = user_of(node.at("user"), process.space);
      const std::string session = node.has("session") ? node.at("session").text() : name;
      if (node.has("session")) check_name(session, node.at("session"));
      process.session = static_cast<std::size_t>(std::find(s_.sessions.begin(), s_.sessions.end(), session) - s_.sessions.begin());
      if (process.session == s_.sessions.size()) s_.sessions.push_back(session);
      s_.processes.push_back(process);
      space_of_.push_back(process.space);
    }
    killed_by_.assign(s_.processes.size(), 0);
  }

  void read_keys() {
    if (!root_.has("keys")) return;
    for (const RingNode& node : root_.at("keys").items()) {
      check_name(node.text(), node);
      if (std::find(s_.keys.begin(), s_.keys.end(), node.text()) != s_.keys.end()) node.fail("'" + node.text() + "' is there already");
      s_.keys.push_back(node.text());
      if (s_.keys.size() > RingLimits::each) root_.at("keys").fail("more than " + std::to_string(RingLimits::each));
    }
  }

  void read_files() {
    for (const auto& [name, node] : section("files", files_)) {
      node.expect_members({"owner", "group", "mode", "key"});
      const RingScenario::User& owner = s_.users[node.at("owner").name_among(users_, "user")];
      RingScenario::File file{name, owner.uid, owner.gid, node.at("mode").mode(), RingScenario::none};
      if (node.has("group")) file.gid = node.at("group").id();
      if (node.has("key")) file.key = node.at("key").name_among(s_.keys, "key");
      s_.files.push_back(file);
    }
  }

  void read_quota() {
    if (!root_.has("quota")) return;
    const RingNode node = root_.at("quota");
    node.expect_members({"maxkeys", "maxbytes", "root_maxkeys", "root_maxbytes"});
    for (const auto& [name, value] : {std::pair("maxkeys", &s_.quota.maxkeys), std::pair("maxbytes", &s_.quota.maxbytes),
                                      std::pair("root_maxkeys", &s_.quota.root_maxkeys), std::pair("root_maxbytes", &s_.quota.root_maxbytes)})
      if (node.has(name)) *value = node.at(name).number(2'147'483'647);
  }

  void read_steps() {
    const RingNode steps = root_.at("steps");
    const auto all = steps.items();
    if (all.size() > RingLimits::steps) steps.fail("more than " + std::to_string(RingLimits::steps));
    if (all.size() * s_.processes.size() * s_.files.size() > RingLimits::answers)
      steps.fail("times processes and files these are more than " + std::to_string(RingLimits::answers));
    for (const RingNode& node : all) {
      s_.steps.push_back(step_of(node));
      if (s_.steps.back().verb == Verb::kill) killed_by_[s_.steps.back().by] = s_.steps.size();
    }
  }

  std::size_t process_of(const RingNode& node) const {
    const std::size_t process = node.name_among(processes_, "process");
    if (killed_by_[process] != 0) node.fail("step " + std::to_string(killed_by_[process]) + " has killed " + processes_[process]);
    return process;
  }

  RingScenario::Step step_of(const RingNode& node) {
    static const Names verbs(ring_verbs.begin(), ring_verbs.end());
    // A word beside the verb, and the verbs that it may stand with.
    static const std::vector<std::pair<std::string, std::vector<std::size_t>>> words{
        {"by", {0, 1, 2, 3, 4, 5}}, {"ring", {0}}, {"all_users", {3}}, {"mode", {5}}};
    Names known = verbs;
    for (const auto& [word, with] : words) known.push_back(word);
    node.expect_members(known);
    std::size_t verb = verbs.size();
    for (std::size_t i = 0; i < verbs.size(); ++i) {
      if (!node.has(verbs[i])) continue;
      if (verb != verbs.size()) node.fail("one step is one thing: " + verbs[verb] + " or " + verbs[i]);
      verb = i;
    }
    if (verb == verbs.size()) node.fail("a step has one of " + list_text(verbs));
    for (const auto& [word, with] : words)
      if (node.has(word) && std::find(with.begin(), with.end(), verb) == with.end()) node.at(word).fail("has no meaning with " + verbs[verb]);
    RingScenario::Step step;
    step.verb = static_cast<Verb>(verb);
    const RingNode what = node.at(verbs[verb]);
    step.by = process_of(step.verb == Verb::kill ? what : node.at("by"));
    if (step.verb == Verb::add || step.verb == Verb::remove) step.what = what.name_among(s_.keys, "key");
    if (step.verb == Verb::use || step.verb == Verb::close || step.verb == Verb::chmod) step.what = what.name_among(files_, "file");
    if (step.verb == Verb::unshare) step.what = unshare(step.by, what);
    if (step.verb == Verb::chmod) step.mode = node.at("mode").mode();
    if (node.has("all_users")) step.all_users = node.at("all_users").flag();
    if (node.has("ring")) step.process_ring = node.at("ring").name_among({"session", "process"}, "ring") == 1;
    return step;
  }

  /// The namespace that the process makes and goes to; it maps the process's user only, as its root.
  std::size_t unshare(std::size_t process, const RingNode& node) {
    const std::string name = node.text();
    check_name(name, node);
    if (std::find(spaces_.begin(), spaces_.end(), name) != spaces_.end()) node.fail("there is a namespace '" + name + "' already");
    if (spaces_.size() > RingLimits::each) node.fail("more than " + std::to_string(RingLimits::each) + " namespaces");
    const std::size_t user = s_.processes[process].user, space = spaces_.size();
    s_.namespaces.push_back({name, space_of_[process], user, user, {user}});
    spaces_.push_back(name);
    check_depth(space, node);
    return space_of_[process] = space;
  }

  RingNode root_;
  RingScenario s_;
  Names users_, spaces_, processes_, files_;
  std::vector<std::size_t> space_of_;  ///< of each process, step by step
  std::vector<std::size_t> killed_by_;     ///< 0, or the step that has killed it
};

}  // namespace

RingScenario read_ring_scenario(std::string_view json, const std::string& file) {
  const nlohmann::ordered_json document = parse_json(json, file);
  return RingReader(RingNode(document, file + ":")).read();
}

}  // namespace icesim
