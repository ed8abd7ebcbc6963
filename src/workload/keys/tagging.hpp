// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/keys/key_tagging.hpp"
#include "icesim/workload/reader.hpp"
#include "src/workload/keys/android_keys.hpp"
#include "src/workload/keys/block_claims.hpp"
#include "src/workload/keys/block_owners.hpp"
#include "src/workload/keys/file_clusters.hpp"
#include "src/workload/keys/inode_csv.hpp"
#include "src/workload/keys/policy_names.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// What KeyedTrace does: reads a request, finds its owners, cuts it between them, gives each piece its key.
class Tagging {
 public:
  Tagging(const std::filesystem::path& path, const TraceOptions& trace, const KeyOptions& keys);
  bool next(IoRequest& request);
  void tell_keys(KeyListener& listener) {
    if (options_.mode == KeyMode::recorded) reader_->tell_keys(listener);
  }
  const TraceInfo& info() const { return reader_->info(); }
  std::string_view process_name() const { return reader_->process_name(); }
  RequestOrigin origin() const;
  OriginSource::Number number() const { return reader_->number(); }
  const KeyCounts& counts() const { return counts_; }

 private:
  /// A piece of a request with one file, and the rule that found it; `known` also when the file is metadata.
  struct Owned {
    IoRequest request;
    KeyRule rule = KeyRule::unknown_file;
    bool known = false;
  };

  bool read(IoRequest& request);
  void open_side_file(const std::filesystem::path& path);
  bool is_native() const { return info().format == "icetrace"; }
  bool has_files() const;
  IoRequest with_file(IoRequest request);
  void tag(const IoRequest& whole);
  void tag_plain(IoRequest request);
  void find_files(const IoRequest& request);
  void find_listed_files(const IoRequest& request);
  void tag_by_file(Owned& piece);
  void tag_for_android(Owned& piece);
  void tag_by_process(const IoRequest& request);
  void tag_by_cluster(const IoRequest& request);
  void claim(const IoRequest& request, std::uint64_t owner, bool only_free, KeyRule rule);
  void give(IoRequest request, std::uint64_t owner, KeyTagger::DunForm form, KeyRule rule);
  void leave_plain(IoRequest request, KeyRule rule);
  void put(const IoRequest& request, KeyRule rule);
  void finish();

  std::string name_;
  bool lenient_;  ///< --keep-going is given
  KeyOptions options_;
  PolicyNames policies_;
  BlockOwners owners_{policies_};
  std::unique_ptr<TraceReader> reader_;
  std::unique_ptr<InodeCsv> csv_;
  bool has_map_ = false;
  bool has_policies_ = false;
  KeyTagger tagger_;
  BlockClaims claims_;
  FileClusters clusters_;
  android::Processes processes_;
  bool has_data_ = false;
  bool ended_ = false;
  KeyCounts counts_;

  // What one request is made into; kept for their memory.
  std::vector<IoRequest> done_;
  std::size_t given_ = 0;
  std::vector<Owned> owned_;
  std::vector<BlockOwners::Piece> event_pieces_;
  std::vector<IoRequest> listed_pieces_;
  std::vector<BlockClaims::Piece> claimed_;
};

}  // namespace icesim
