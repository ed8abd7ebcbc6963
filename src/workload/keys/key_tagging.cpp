// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/keys/key_tagging.hpp"

namespace icesim {
namespace {

constexpr std::array<Choice, static_cast<std::size_t>(KeyRule::count)> rules{{
    {"recorded", "Records with the key that the trace has"},
    {"single", "Records with the only key"},
    {"process", "Records with the key of a process"},
    {"synthetic_file", "Records with the key of a made-up file"},
    {"request_csv", "Records whose file the side file names"},
    {"extent_map", "Records whose file the map of extents names"},
    {"inode_event", "Records whose file events of the trace name"},
    {"inode", "Records whose file the trace names itself"},
    {"path", "Records with the Android key of their file's directory"},
    {"metadata_key", "Records with Android's metadata encryption key"},
    {"android_process", "Records with the Android key of their process"},
    {"writeback", "Records by kernel threads, with the Android key that their blocks have"},
    {"no_data", "Flushes and discards, which have no key"},
    {"nothing_encrypted", "Records without key, as asked for"},
    {"not_recorded", "Records without key in the trace"},
    {"metadata", "Records without key: metadata of the file system, or directories"},
    {"unknown_file", "Records without key: nothing tells whose they are"},
    {"no_policy", "Records without key: their file is in no encrypted directory"},
    {"outside_userdata", "Records without key: below the encrypted file system"},
}};

}  // namespace

void KeyCounts::describe(Statistics& statistics) const {
  statistics("records", records, "Records, the pieces of split requests counted singly");
  statistics("references", references, "Records with a key");
  statistics("keys", keys, "Different keys among them");
  statistics("split", split, "Requests cut because they hold blocks of several owners");
  statistics("split_evenly", split_evenly, "Of these: cut evenly, because nothing says where the files meet");
  statistics("with_dun", with_dun, "Records whose DUN the trace tells");
  statistics("forgotten", forgotten, "Extents of files forgotten to stay within memory");
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const bool has_key = i < static_cast<std::size_t>(KeyRule::first_without_key);
    statistics((has_key ? "by_rule." : "without_key.") + std::string(rules[i].name), by_rule[i], rules[i].sentence);
  }
}

KeyCounts& KeyCounts::operator+=(const KeyCounts& other) {
  records += other.records;
  references += other.references;
  keys += other.keys;
  split += other.split;
  split_evenly += other.split_evenly;
  with_dun += other.with_dun;
  forgotten += other.forgotten;
  for (std::size_t i = 0; i < by_rule.size(); ++i) by_rule[i] += other.by_rule[i];
  return *this;
}

void KeyTagger::tag(IoRequest& request, std::uint64_t owner, DunForm form) {
  request.key = ids_.try_emplace(owner, static_cast<KeyId>(ids_.size() + 1)).first->second;
  request.keyslot = unknown_keyslot;  // what was recorded was another key's
  if ((request.flags & IoRequest::has_dun) == 0) return;
  if (form == DunForm::from_address) {
    request.flags &= static_cast<std::uint8_t>(~IoRequest::has_dun);
    request.dun = {};
    return;
  }
  const std::uint64_t page = request.dun.n & 0xffff'ffff;
  request.dun = Dun{form == DunForm::inode_and_page ? (request.inode << 32) | page : page};
}

void KeyTagger::untag(IoRequest& request) {
  request.key = no_key;
  request.keyslot = unknown_keyslot;
  request.flags &= static_cast<std::uint8_t>(~IoRequest::has_dun);
  request.dun = {};
}

void KeyTagger::note(const IoRequest& request) {
  if (request.key != no_key) ids_.try_emplace(request.key, request.key);
}

}  // namespace icesim
