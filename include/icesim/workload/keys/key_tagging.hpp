// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/workload/io_request.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <unordered_map>

namespace icesim {

/// Whose key encrypts a request's data.
enum class KeyMode {
  recorded,            ///< whose the trace says
  none,                ///< nobody's
  single,              ///< one key for all
  per_process,         ///< of the process that wrote the blocks
  per_file_synthetic,  ///< of a file made up from adjacent requests
  per_file,            ///< fscrypt's default [linux-fscrypt]: a key per inode; DUN = data unit's index in the file
  per_policy,          ///< IV_INO_LBLK_64: a key per encrypted directory; DUN = inode << 32 | index
  android,             ///< metadata encryption, system DE, and DE and CE of each user
};

inline constexpr std::array<Choice, 8> key_modes{{
    {"recorded", "The keys that the trace has"},
    {"none", "Nothing is encrypted"},
    {"single", "One key for all data"},
    {"per-process", "A key per process: that of the process that wrote the blocks"},
    {"per-file-synthetic", "A key per run of adjacent requests of one process, made up where the trace names no files"},
    {"per-file", "A key per inode, as fscrypt does by default"},
    {"per-policy", "A key per encrypted directory, as fscrypt does with IV_INO_LBLK_64"},
    {"android", "Metadata encryption, system DE, and DE and CE of each user, by path, process or address"},
}};

/// How requests get their keys.
struct KeyOptions {
  KeyMode mode = KeyMode::recorded;
  /// Owners of the requests (docs/keys.md): a line per request (timestamp,rw,sector,nsect,comm,inodes[,policy_dir]) or
  /// a map of extents (inode,lblk,pblk,len[,policy_dir]). Empty: the trace's own events or inodes tell.
  std::filesystem::path side_file;
  /// Android users (profiles) among whom apps are shared out when no path tells whose a file is.
  std::uint64_t profiles = 1;
  /// Android: where the encrypted file system begins; below lie partitions that are not encrypted inline.
  Bytes userdata_start{};
  /// Requests tell their files, with paths, where the trace's events name them, even if keys do not depend on them.
  bool tells_files = false;

  static constexpr std::uint64_t most_profiles = 1000;
};

/// Why a request has its key, or has none.
enum class KeyRule : std::uint8_t {
  recorded,
  single,
  process,
  synthetic_file,
  request_csv,
  extent_map,
  inode_event,
  inode,
  path,
  metadata_key,
  android_process,
  writeback,
  first_without_key,
  no_data = first_without_key,
  nothing_encrypted,
  not_recorded,
  metadata,
  unknown_file,
  no_policy,
  outside_userdata,
  count,
};

/// What tagging did; the rules add up to the records.
struct KeyCounts {
  std::uint64_t records = 0;
  std::uint64_t references = 0;    ///< records with a key
  std::uint64_t keys = 0;          ///< different ones among them
  std::uint64_t split = 0;         ///< requests cut because they hold several files
  std::uint64_t split_evenly = 0;  ///< of these: cut evenly, because the trace does not say where the files meet
  std::uint64_t with_dun = 0;      ///< records whose DUN the trace tells
  std::uint64_t forgotten = 0;     ///< extents forgotten to stay within memory
  std::array<std::uint64_t, static_cast<std::size_t>(KeyRule::count)> by_rule{};

  void describe(Statistics& statistics) const;
  KeyCounts& operator+=(const KeyCounts& other);
};

/// Gives requests their keys by owner: ids count from 1 in order of first appearance.
class KeyTagger {
 public:
  /// What data unit numbers count.
  enum class DunForm {
    page,            ///< pages of the file
    inode_and_page,  ///< the same, behind the inode (IV_INO_LBLK_64)
    from_address,    ///< blocks of the device; the driver derives it
  };

  /// Gives `request` the key of `owner`, and rewrites a recorded DUN, so that a trace tagged once can be tagged again.
  void tag(IoRequest& request, std::uint64_t owner, DunForm form);
  /// Takes the key away; who owns the request stays known.
  static void untag(IoRequest& request);
  /// Counts the key that `request` has already.
  void note(const IoRequest& request);
  std::uint64_t keys() const { return ids_.size(); }

 private:
  std::unordered_map<std::uint64_t, KeyId> ids_;
};

}  // namespace icesim
