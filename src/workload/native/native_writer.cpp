// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/native/native_writer.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/base/printable.hpp"
#include "src/workload/native/native_format.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>
#include <zstd.h>

namespace icesim {
namespace {

constexpr int compression_level = 19;
/// A block of columns is far below a megabyte; the level's own tables of 80 MB would only cost time.
constexpr int window_bits = 20;
constexpr int table_bits = 18;

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

void append(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

/// The coarsest scale that divides a column without loss.
template <class Row, class Column>
std::uint64_t scale_of(const std::vector<Row>& rows, const std::array<std::uint64_t, 3>& scales, Column column) {
  for (const std::uint64_t scale : scales) {
    std::uint64_t remainder = 0;
    for (const Row& row : rows) remainder |= column(row) % scale;
    if (remainder == 0) return scale;
  }
  return 1;
}

}  // namespace

class NativeWriter::Columns {
 public:
  Columns(OutputFile& file, std::string_view provenance);
  void write(const IoRequest& request);
  void name(std::uint32_t process, std::string_view name);
  void completed(const TraceCompletion& completion);
  void key_event(const KeyEvent& event);
  void finish(const TraceInfo& recording);
  std::uint64_t records() const { return records_; }

 private:
  void write_block();
  void write_completions();
  void write_key_events();
  void write_names();
  void write_records();
  void compress(ZSTD_EndDirective directive);

  OutputFile& file_;
  std::unique_ptr<ZSTD_CCtx, FreeContext> context_;
  std::vector<IoRequest> block_;
  std::vector<native::Completion> completions_;
  std::vector<native::PlacedKeyEvent> key_events_;
  std::unordered_map<std::uint32_t, std::string> names_;  ///< of processes, as they were told
  std::vector<std::uint32_t> new_names_;                  ///< those that the next block tells
  std::uint64_t requests_ = 0;                            ///< that are no piece of the one before
  Picoseconds key_event_time_{};  ///< of the last one that is in the file
  std::string plain_;
  std::string packed_;
  Fnv1a checksum_;
  std::uint64_t records_ = 0;
  Picoseconds previous_time_{};
  Picoseconds last_time_{};
  bool finished_ = false;
};

NativeWriter::Columns::Columns(OutputFile& file, std::string_view provenance)
    : file_(file), context_(ZSTD_createCCtx()), packed_(ZSTD_CStreamOutSize(), '\0') {
  if (provenance.size() > native::longest_provenance) {
    throw UserError("the provenance has " + std::to_string(provenance.size()) + " characters; at most " +
                    std::to_string(native::longest_provenance) + " are allowed");
  }
  if (printable_text(provenance) != provenance)
    throw UserError("the provenance holds a control character or is no UTF-8; one line of text is allowed");
  ensure(context_ != nullptr, "zstd gives a compression context");
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, compression_level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_windowLog, window_bits);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_hashLog, table_bits);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_chainLog, table_bits);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  block_.reserve(native::block_records);
  completions_.reserve(native::block_completions);
  std::string header(native::magic);
  header += std::to_string(native::version) + '\n';
  header.append(provenance).push_back('\n');
  checksum_.add(header);
  file_.write(header);
}

void NativeWriter::Columns::compress(ZSTD_EndDirective directive) {
  ZSTD_inBuffer input{plain_.data(), plain_.size(), 0};
  std::size_t left = 1;
  while (directive == ZSTD_e_end ? left > 0 : input.pos < input.size) {
    ZSTD_outBuffer output{packed_.data(), packed_.size(), 0};
    left = ZSTD_compressStream2(context_.get(), &output, &input, directive);
    ensure(!ZSTD_isError(left), "zstd compresses");
    file_.write(std::string_view(packed_).substr(0, output.pos));
  }
  plain_.clear();
}

void NativeWriter::Columns::write(const IoRequest& request) {
  ensure(!finished_, "nothing is written behind the end of a trace");
  ensure(request.time >= last_time_, "the requests and events of a trace are in order of time");
  ensure(request.keyslot == unknown_keyslot || request.keyslot < native::most_keyslots, "a keyslot is 0 to 255");
  last_time_ = request.time;
  if (block_.size() == native::block_records) write_block();
  block_.push_back(request);
  ++records_;
  if ((request.flags & IoRequest::continuation) == 0) ++requests_;
}

/// Of the process that issues the next request.
void NativeWriter::Columns::name(std::uint32_t process, std::string_view name) {
  if (name.empty()) return;
  name = name.substr(0, native::longest_name);
  const auto known = names_.find(process);
  if (known != names_.end() && known->second == name) return;
  // The records in the block are of the name before.
  if (known != names_.end() || new_names_.size() == native::block_names) write_block();
  if (known == names_.end() && names_.size() == native::most_names) {
    write_block();
    names_.clear();
  }
  names_[process] = name;
  new_names_.push_back(process);
}

void NativeWriter::Columns::completed(const TraceCompletion& completion) {
  ensure(!finished_, "nothing is written behind the end of a trace");
  if (completions_.size() == native::block_completions) write_block();
  native::Completion& mine = completions_.emplace_back();
  mine = {block_.size(), completion};
  const std::uint64_t number = completion.request;
  mine.told.request = number == 0 || number > requests_ ? 0 : requests_ - number + 1;
}

void NativeWriter::Columns::key_event(const KeyEvent& event) {
  ensure(!finished_, "nothing is written behind the end of a trace");
  ensure(event.time >= last_time_, "the requests and events of a trace are in order of time");
  ensure(event.has_number() == (event.key != no_key), "an event of a key names it");
  last_time_ = event.time;
  if (key_events_.size() == native::block_key_events) write_block();
  key_events_.push_back({block_.size(), event});
}

void NativeWriter::Columns::write_block() {
  write_completions();
  write_key_events();
  write_names();
  write_records();
  checksum_.add(plain_);
  compress(ZSTD_e_continue);
}

void NativeWriter::Columns::write_completions() {
  if (completions_.empty()) return;
  const auto scale =
      scale_of(completions_, native::time_scales, [](const native::Completion& c) { return c.told.latency.n; });
  append(plain_, native::completions_mark);
  append(plain_, completions_.size());
  append(plain_, scale);
  std::uint64_t before = 0;
  for (const native::Completion& c : completions_) {
    append(plain_, c.after - before);
    before = c.after;
  }
  for (const native::Completion& c : completions_) {
    const auto kind = static_cast<unsigned>(c.told.kind);
    plain_.push_back(static_cast<char>(kind << native::kind_shift | static_cast<unsigned>(c.told.operation)));
  }
  for (const native::Completion& c : completions_) append(plain_, c.told.latency.n / scale);
  for (const native::Completion& c : completions_) append(plain_, c.told.request);
  completions_.clear();
}

void NativeWriter::Columns::write_names() {
  if (new_names_.empty()) return;
  append(plain_, native::names_mark);
  append(plain_, new_names_.size());
  for (const std::uint32_t process : new_names_) append(plain_, process);
  for (const std::uint32_t process : new_names_) append(plain_, names_[process].size());
  for (const std::uint32_t process : new_names_) plain_ += names_[process];
  new_names_.clear();
}

void NativeWriter::Columns::write_key_events() {
  if (key_events_.empty()) return;
  const auto scale = scale_of(key_events_, native::time_scales,
                              [&](const native::PlacedKeyEvent& e) { return (e.told.time - key_event_time_).n; });
  append(plain_, native::key_events_mark);
  append(plain_, key_events_.size());
  append(plain_, scale);
  std::uint64_t place = 0;
  for (const native::PlacedKeyEvent& e : key_events_) append(plain_, e.after - std::exchange(place, e.after));
  for (const native::PlacedKeyEvent& e : key_events_) append(plain_, static_cast<std::uint64_t>(e.told.kind));
  for (const native::PlacedKeyEvent& e : key_events_)
    append(plain_, (e.told.time - std::exchange(key_event_time_, e.told.time)).n / scale);
  for (const native::PlacedKeyEvent& e : key_events_)
    if (e.told.has_number()) append(plain_, e.told.key);
  key_events_.clear();
}

void NativeWriter::Columns::write_records() {
  if (block_.empty()) return;
  const auto time_scale =
      scale_of(block_, native::time_scales, [&](const IoRequest& r) { return (r.time - previous_time_).n; });
  const auto offset_scale =
      scale_of(block_, native::byte_scales, [](const IoRequest& r) { return r.offset.n | r.length.n; });

  append(plain_, block_.size());
  append(plain_, time_scale);
  append(plain_, offset_scale);
  const bool has_keyslots =
      std::any_of(block_.begin(), block_.end(), [](const IoRequest& r) { return r.keyslot != unknown_keyslot; });
  append(plain_, has_keyslots * native::keyslot);
  for (const IoRequest& r : block_) plain_.push_back(static_cast<char>(r.operation));
  for (const IoRequest& r : block_) append(plain_, r.flags);
  for (const IoRequest& r : block_) {
    append(plain_, (r.time - previous_time_).n / time_scale);
    previous_time_ = r.time;
  }
  IoRequest before;
  for (const IoRequest& r : block_) {
    const auto step = static_cast<std::int64_t>(r.offset.n - native::end_of(before));
    append(plain_, native::zigzag(step / static_cast<std::int64_t>(offset_scale)));
    before = r;
  }
  for (const IoRequest& r : block_) append(plain_, r.length.n / offset_scale);
  for (const IoRequest& r : block_) append(plain_, r.inode);
  before = {};
  for (const IoRequest& r : block_) {
    if ((r.flags & IoRequest::has_dun) == 0) continue;
    append(plain_, native::zigzag(static_cast<std::int64_t>(r.dun.n - native::dun_end_of(before))));
    before = r;
  }
  for (const IoRequest& r : block_) append(plain_, r.key);
  for (const IoRequest& r : block_) append(plain_, r.process);
  for (const IoRequest& r : block_) append(plain_, r.policy);
  if (has_keyslots) {
    for (const IoRequest& r : block_) append(plain_, r.keyslot == unknown_keyslot ? 0 : r.keyslot + 1u);
  }
  block_.clear();
}

void NativeWriter::Columns::finish(const TraceInfo& recording) {
  ensure(!finished_, "a trace is finished once");
  write_block();
  append(plain_, 0);
  append(plain_, records_);
  for (std::uint64_t TraceInfo::*const total : native::totals) append(plain_, recording.*total);
  checksum_.add(plain_);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    plain_.push_back(static_cast<char>((checksum_.value() >> shift) & 0xff));
  }
  compress(ZSTD_e_end);
  file_.commit();
  finished_ = true;
}

NativeWriter::NativeWriter(const std::filesystem::path& path, std::string_view provenance)
    : own_file_(std::make_unique<OutputFile>(path.string())),
      columns_(std::make_unique<Columns>(*own_file_, provenance)) {}
NativeWriter::NativeWriter(OutputFile& file, std::string_view provenance)
    : columns_(std::make_unique<Columns>(file, provenance)) {}
NativeWriter::~NativeWriter() = default;
void NativeWriter::write(const IoRequest& request, std::string_view process_name) {
  columns_->name(request.process, process_name);
  columns_->write(request);
}
void NativeWriter::completed(const TraceCompletion& completion) { columns_->completed(completion); }
void NativeWriter::key_event(const KeyEvent& event) { columns_->key_event(event); }
void NativeWriter::finish(const TraceInfo& recording) { columns_->finish(recording); }
std::uint64_t NativeWriter::records() const { return columns_->records(); }

}  // namespace icesim
