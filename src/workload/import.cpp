// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"

#include "block_owners.hpp"
#include "icesim/base/error.hpp"
#include "icesim/workload/native_writer.hpp"
#include "inode_csv.hpp"
#include "open_reader.hpp"

#include <vector>

namespace icesim {
namespace {

void check(const std::filesystem::path& in, const ImportOptions& options, const TraceInfo& info, const InodeCsv* csv) {
  const bool from_text = info.format != "icetrace";
  if (from_text && options.keys != KeyMode::none && csv == nullptr) {
    throw UserError(in.string() + ": keys need the owners of the requests; give the inode CSV, or no keys");
  }
  if (!from_text && csv != nullptr) {
    throw UserError(in.string() + ": a native trace has its inodes already; an inode CSV is for other formats");
  }
  if (csv != nullptr && options.keys == KeyMode::per_policy && !csv->has_policies()) {
    throw UserError(options.inode_csv.string() + ": keys per policy need the column policy_dir");
  }
}

}  // namespace

ImportResult import_trace(const std::filesystem::path& in, const std::filesystem::path& out,
                          const ImportOptions& options) {
  std::unique_ptr<InodeCsv> csv;
  if (!options.inode_csv.empty()) csv = std::make_unique<InodeCsv>(options.inode_csv);
  BlockOwners owners;
  const auto trace = open_reader(open_bytes(in, options.trace.progress), options.trace, csv ? &owners : nullptr);
  check(in, options, trace->info(), csv.get());
  NativeWriter writer(out, options.provenance.empty() ? trace->info().provenance : options.provenance);
  KeyTagger tagger(options.keys);

  ImportResult result;
  std::vector<IoRequest> pieces;
  IoRequest request;
  while (trace->next(request)) {
    pieces.clear();
    const bool has_data = request.operation != Operation::flush;
    if (csv && has_data) {
      const auto& files = csv->owners_of(request);
      const bool is_split = files.size() > 1 && options.keys != KeyMode::none;
      if (is_split) {
        ++result.split;
        if (!owners.cut(request, files, pieces)) ++result.split_evenly;
      } else if (!files.empty()) {
        request.inode = files.front().inode;
        request.policy = files.front().policy;
      }
    }
    if (pieces.empty()) pieces.push_back(request);
    for (IoRequest& piece : pieces) {
      if (csv && piece.inode != 0) owners.tell_dun(piece);
      tagger.tag(piece);
      if (piece.key != no_key) ++result.references;
      if ((piece.flags & IoRequest::has_dun) != 0) ++result.with_dun;
      writer.write(piece);
    }
  }
  if (csv) csv->finish();
  writer.finish();
  result.input = trace->info();
  result.records = writer.records();
  result.keys = tagger.keys();
  return result;
}

}  // namespace icesim
