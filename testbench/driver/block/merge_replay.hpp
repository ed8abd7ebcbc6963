// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/block_layer.hpp"
#include "testbench/support/recorded_answers.hpp"

#include <array>

namespace icesim::test {

/// A block layer with the limits of a file's.
inline BlockLayerConfig recorded_limits(const RecordedAnswers& file) {
  if (file.limit("max_discard_segments", 1) != 1) file.fail("a discard is one range; max_discard_segments is 1");
  BlockLayerConfig config;
  config.max_request = sector_size * file.limit("max_sectors", config.max_request / sector_size);
  config.max_discard = sector_size * file.limit("max_discard_sectors", config.max_discard / sector_size);
  config.max_segments = file.limit("max_segments", config.max_segments);
  return config;
}

/// Gives the plug of our block layer the bios that Linux's was given, and compares what becomes of them with the
/// recorded answers: plug,op,sector,sectors,key,dun_lo,dun_hi,flags,segs,answer, and the last request of the plug after
/// it: sector,sectors,dun_lo,dun_hi,segs.
class MergeReplay {
 public:
  explicit MergeReplay(RecordedAnswers& file) : file_(file) {}

  void take_line() {
    file_.expect_columns(15);
    if (file_.result().lines == 1) limits_ = recorded_limits(file_).limits();
    const std::uint64_t number = file_.number(0);
    if (file_.result().lines == 1 || number != plug_number_) plug_ = {};
    plug_number_ = number;

    const Bio bio = read_bio();
    const Merge where = plug_.empty() ? Merge::none : try_merge(tail(), bio, limits_);
    if (where == Merge::none) add(bio);
    static constexpr std::string_view answers[]{"none", "back", "front"};
    const bool same_answer = file_.word(9, answers) == static_cast<std::size_t>(where);
    const bool same_tail = tail_is_recorded();
    file_.compare(same_answer && same_tail);
  }

 private:
  static constexpr std::uint64_t sectors_per_block = logical_block.n / sector_size.n;


  std::uint64_t blocks(std::size_t column) const {
    const std::uint64_t sectors = file_.number(column);
    if (sectors % sectors_per_block != 0)
      file_.fail(std::to_string(sectors) + " sectors are not a multiple of " + std::to_string(sectors_per_block));
    return sectors / sectors_per_block;
  }

  Bio read_bio() const {
    static constexpr std::string_view operations[]{"read", "write", "discard"};
    static constexpr Operation ours[]{Operation::read, Operation::write, Operation::discard};
    Bio bio;
    bio.io.operation = ours[file_.word(1, operations)];
    bio.lba = Lba{blocks(2)};
    bio.blocks = blocks(3);
    bio.crypt.key = static_cast<KeyId>(file_.number(4, std::numeric_limits<KeyId>::max()));
    bio.crypt.dun.words = {file_.number(5), file_.number(6), 0, 0};
    bio.segments = static_cast<std::uint32_t>(file_.number(8, std::numeric_limits<std::uint32_t>::max()));
    for (const char letter : file_.text(7) == "-" ? std::string_view() : file_.text(7)) {
      static constexpr std::string_view letters = "FPRS";
      static constexpr IoRequest::Flag flags[]{IoRequest::fua, IoRequest::preflush, IoRequest::readahead,
                                               IoRequest::sync};
      const std::size_t at = letters.find(letter);
      if (at == letters.npos) file_.fail("a flag is one of F, P, R, S");
      bio.io.flags = static_cast<std::uint8_t>(bio.io.flags | flags[at]);
    }
    if (bio.blocks == 0) {
      if (bio.io.operation != Operation::write || (bio.io.flags & IoRequest::preflush) == 0)
        file_.fail("a bio without sectors is a write with flag P, a flush");
      bio.io.operation = Operation::flush;
    }
    if (bio.crypt.encrypted() && !moves_payload(bio.io.operation)) file_.fail("only reads and writes have a key");
    return bio;
  }

  void add(const Bio& bio) {
    Request request;
    request.begin(bio);
    if (!Plug::takes(request)) return;
    const BlockLayerConfig config;
    if (!plug_.empty() && plug_.full(requests_[plug_.first()], config.plug_requests, config.plug_bytes)) plug_ = {};
    request.number = plug_.empty() ? 0 : plug_.last() + 1;
    requests_[request.number] = request;
    plug_.add(request.number);
  }

  Request& tail() { return requests_[plug_.last()]; }

  bool tail_is_recorded() {
    const bool none = file_.text(10) == "-";
    for (std::size_t column = 11; column < 15; ++column)
      if ((file_.text(column) == "-") != none) file_.fail("a tail request is there, or it is not");
    if (none) return plug_.empty();
    const std::array<std::uint64_t, 5> recorded{file_.number(10), file_.number(11), file_.number(12), file_.number(13),
                                                file_.number(14)};
    if (plug_.empty()) return false;
    const Request& request = tail();
    const auto& dun = request.crypt.dun.words;
    return recorded == std::array<std::uint64_t, 5>{request.lba.n * sectors_per_block,
                                                    request.blocks * sectors_per_block, dun[0], dun[1],
                                                    request.segments} &&
           dun[2] == 0 && dun[3] == 0;
  }

  RecordedAnswers& file_;
  RequestLimits limits_;
  std::uint64_t plug_number_ = 0;
  Plug plug_;
  std::array<Request, Plug::most> requests_;
};

inline ReplayResult replay_merges(RecordedAnswers file) {
  MergeReplay replay(file);
  while (file.next()) replay.take_line();
  return file.result();
}

}  // namespace icesim::test
