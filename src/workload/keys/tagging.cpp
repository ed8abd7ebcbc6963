// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/tagging.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/keys/extent_csv.hpp"

namespace icesim {
namespace {

bool is_by_file(KeyMode mode) {
  return mode == KeyMode::per_file || mode == KeyMode::per_policy || mode == KeyMode::android;
}

bool is_data(const IoRequest& request) {
  return request.operation == Operation::read || request.operation == Operation::write;
}

KeyRule rule_of(BlockOwners::Source source) {
  if (source == BlockOwners::Source::unknown) return KeyRule::unknown_file;
  return source == BlockOwners::Source::map ? KeyRule::extent_map : KeyRule::inode_event;
}

}  // namespace

Tagging::Tagging(const std::filesystem::path& path, const TraceOptions& trace, const KeyOptions& keys)
    : name_(path.string()), lenient_(trace.keep_going), options_(keys), processes_(keys.profiles) {
  TraceOptions options = trace;
  if (has_files() || keys.tells_files) options.files = &owners_;
  if (keys.tells_files) owners_.remember_paths();
  reader_ = open_trace(path, options);
  if (options_.side_file.empty()) return;
  if (is_native()) {
    throw UserError(name_ + ": a native trace has its inodes already; an inode CSV is for traces without");
  }
  open_side_file(options_.side_file);
  if (options_.mode == KeyMode::per_policy && !has_policies_ && csv_) {
    throw UserError(options_.side_file.string() + ": keys per policy need the column policy_dir");
  }
}

/// True when files matter: for the keys, or because the user says whose the requests are.
bool Tagging::has_files() const { return is_by_file(options_.mode) || !options_.side_file.empty(); }

void Tagging::open_side_file(const std::filesystem::path& path) {
  auto bytes = open_bytes(path);
  if (is_extent_csv(bytes->head())) {
    has_policies_ = read_extent_csv(std::move(bytes), policies_, owners_);
    has_map_ = true;
    return;
  }
  csv_ = std::make_unique<InodeCsv>(std::move(bytes), policies_);
  has_policies_ = csv_->has_policies();
  owners_.ignore_paths();
}

/// Reads the next request; where a trace is broken behind others, the error says how to get those.
bool Tagging::read(IoRequest& request) {
  try {
    return reader_->next(request);
  } catch (const UserError& error) {
    const std::string_view line = error.what();
    if (lenient_ || reader_->info().records == 0 || line.find("--keep-going") != std::string_view::npos) throw;
    throw UserError(std::string(line) + "; --keep-going takes what comes before");
  }
}

bool Tagging::next(IoRequest& request) {
  while (given_ == done_.size()) {
    IoRequest whole;
    if (ended_ || !read(whole)) {
      finish();
      return false;
    }
    done_.clear();
    given_ = 0;
    tag(whole);
    if (done_.size() > 1) ++counts_.split;
  }
  request = done_[given_++];
  return true;
}

void Tagging::finish() {
  if (ended_) return;
  ended_ = true;
  if (csv_) csv_->finish();
  const bool knows_files = is_native() || csv_ || owners_.know_any();
  if (has_data_ && !knows_files && (options_.mode == KeyMode::per_file || options_.mode == KeyMode::per_policy)) {
    throw UserError(name_ +
                    ": keys need the owners of the requests, and no event of the trace tells them; give the inode "
                    "CSV or a map of extents, or other keys (docs/keys.md)");
  }
}

/// Says whose a request is where the keys do not ask, and nothing else: the file of its first block that has one.
IoRequest Tagging::with_file(IoRequest request) {
  if (!options_.tells_files || has_files() || is_native() || !is_data(request)) return request;
  event_pieces_.clear();
  owners_.cut(request, event_pieces_);
  for (const BlockOwners::Piece& piece : event_pieces_) {
    if (piece.request.inode == 0) continue;
    request.inode = piece.request.inode;
    request.policy = piece.request.policy;
    break;
  }
  return request;
}

RequestOrigin Tagging::origin() const {
  RequestOrigin told = reader_->origin();
  if (given_ == 0) return told;
  const IoRequest& request = done_[given_ - 1];
  told.policy_name = policies_.name_of(request.policy);
  if (request.inode != 0) told.path = owners_.path_of(request.inode);
  return told;
}

void Tagging::tag(const IoRequest& whole) {
  const IoRequest request = with_file(whole);
  if (is_data(request)) has_data_ = true;
  owned_.clear();
  if (has_files()) find_files(request);
  if (!is_data(request)) {
    if (request.operation == Operation::discard) claims_.release(request);
    return tag_plain(owned_.empty() ? request : owned_.front().request);
  }
  switch (options_.mode) {
    case KeyMode::recorded:
    case KeyMode::none:
      return tag_plain(owned_.empty() ? request : owned_.front().request);
    case KeyMode::single:
      return give(request, 1, KeyTagger::DunForm::from_address, KeyRule::single);
    case KeyMode::per_process:
      return tag_by_process(request);
    case KeyMode::per_file_synthetic:
      return tag_by_cluster(request);
    case KeyMode::per_file:
    case KeyMode::per_policy:
      for (Owned& piece : owned_) tag_by_file(piece);
      return;
    case KeyMode::android:
      for (Owned& piece : owned_) tag_for_android(piece);
      return;
  }
}

/// A request that is not given a key.
void Tagging::tag_plain(IoRequest request) {
  if (options_.mode != KeyMode::recorded)
    return leave_plain(request, is_data(request) ? KeyRule::nothing_encrypted : KeyRule::no_data);
  tagger_.note(request);
  if (request.key != no_key) return put(request, KeyRule::recorded);
  put(request, is_data(request) ? KeyRule::not_recorded : KeyRule::no_data);
}

/// Fills owned_ with the pieces of a request, one per file.
void Tagging::find_files(const IoRequest& request) {
  if (csv_ && request.operation != Operation::flush) {
    find_listed_files(request);
  } else if (is_native()) {
    const bool known = request.inode != 0;
    owned_.push_back({request, known ? KeyRule::inode : KeyRule::unknown_file, known});
  } else if (is_data(request)) {
    event_pieces_.clear();
    owners_.cut(request, event_pieces_);
    for (const BlockOwners::Piece& piece : event_pieces_) {
      owned_.push_back({piece.request, rule_of(piece.source), piece.source != BlockOwners::Source::unknown});
    }
  }
  for (Owned& piece : owned_) {
    if (piece.request.inode != 0 && !is_native()) owners_.tell_dun(piece.request);
  }
}

void Tagging::find_listed_files(const IoRequest& request) {
  const auto& files = csv_->owners_of(request);
  listed_pieces_.clear();
  if (files.size() > 1 && is_by_file(options_.mode) && is_data(request)) {
    if (!owners_.cut(request, files, listed_pieces_)) ++counts_.split_evenly;
  } else {
    listed_pieces_.push_back(request);
    if (!files.empty()) {
      listed_pieces_.front().inode = files.front().inode;
      listed_pieces_.front().policy = files.front().policy;
    }
  }
  for (const IoRequest& piece : listed_pieces_) owned_.push_back({piece, KeyRule::request_csv, true});
}

void Tagging::tag_by_file(Owned& piece) {
  if (!piece.known) return leave_plain(piece.request, KeyRule::unknown_file);
  if (piece.request.inode == 0) return leave_plain(piece.request, KeyRule::metadata);
  if (options_.mode == KeyMode::per_file) {
    return give(piece.request, piece.request.inode, KeyTagger::DunForm::page, piece.rule);
  }
  if (piece.request.policy == 0) return leave_plain(piece.request, KeyRule::no_policy);
  give(piece.request, piece.request.policy, KeyTagger::DunForm::inode_and_page, piece.rule);
}

/// What is known of the file decides, then the process; blocks keep the key that a process has given them.
void Tagging::tag_for_android(Owned& piece) {
  const IoRequest& request = piece.request;
  if (request.offset < options_.userdata_start) return leave_plain(request, KeyRule::outside_userdata);
  if (request.policy != 0) {
    const std::string_view directory = policies_.name_of(request.policy);
    const android::Key key = directory.empty() ? android::unnamed(request.policy) : android::of_directory(directory);
    return give(request, key, KeyTagger::DunForm::inode_and_page, KeyRule::path);
  }
  const std::string_view comm = reader_->process_name();
  const android::Role role = android::Processes::role_of(comm);
  const bool is_metadata = (piece.known && request.inode == 0) || (request.flags & IoRequest::metadata) != 0;
  if (is_metadata || role == android::Role::metadata) {
    return give(request, android::metadata_key, KeyTagger::DunForm::from_address, KeyRule::metadata_key);
  }
  if (role == android::Role::writeback) return claim(request, android::user_ce(0), true, KeyRule::writeback);
  claim(request, processes_.key_of(comm, request.process), false, KeyRule::android_process);
}

void Tagging::tag_by_process(const IoRequest& request) {
  // Process 0 is the idle task, and ids count from 1.
  claim(request, std::uint64_t{request.process} + 1, false, KeyRule::process);
}

void Tagging::tag_by_cluster(const IoRequest& request) {
  claim(request, clusters_.file_of(request, claims_.sole_owner(request)), false, KeyRule::synthetic_file);
}

void Tagging::claim(const IoRequest& request, std::uint64_t owner, bool only_free, KeyRule rule) {
  claimed_.clear();
  if (only_free) {
    claims_.claim_free(request, owner, claimed_);
  } else {
    claims_.claim(request, owner, claimed_);
  }
  for (const BlockClaims::Piece& piece : claimed_) {
    give(piece.request, piece.owner, KeyTagger::DunForm::from_address, rule);
  }
}

void Tagging::give(IoRequest request, std::uint64_t owner, KeyTagger::DunForm form, KeyRule rule) {
  tagger_.tag(request, owner, form);
  put(request, rule);
}

void Tagging::leave_plain(IoRequest request, KeyRule rule) {
  KeyTagger::untag(request);
  put(request, rule);
}

void Tagging::put(const IoRequest& request, KeyRule rule) {
  ++counts_.records;
  ++counts_.by_rule[static_cast<std::size_t>(rule)];
  if (request.key != no_key) ++counts_.references;
  if ((request.flags & IoRequest::has_dun) != 0) ++counts_.with_dun;
  counts_.keys = tagger_.keys();
  counts_.forgotten = owners_.forgotten();
  done_.push_back(request);
}

}  // namespace icesim
