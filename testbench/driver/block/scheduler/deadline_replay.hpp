// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/deadline.hpp"
#include "testbench/support/recorded_answers.hpp"

#include <optional>
#include <string>
#include <vector>

namespace icesim::test {

/// Offers bios to our scheduler, inserts requests and takes some out as Linux's was told to, and compares what becomes of
/// them with the recorded answers: what,milliseconds,op,sector,sectors,key,dun,segs,flags,answer,taken,sector,sectors.
/// The answer is the request that a bio joined, the number that an inserted one has, or the one given out; `taken` are
/// pairs of requests of which the first took in the second; then what the answer's request is like.
class DeadlineReplay {
 public:
  explicit DeadlineReplay(RecordedAnswers& file) : file_(file) {}

  void take_line() {
    file_.expect_columns(13);
    if (!scheduler_) begin();
    static constexpr std::string_view steps[]{"merge", "insert", "dispatch"};
    const std::size_t step = file_.word(0, steps);
    const Picoseconds now{file_.number(1, 1'000'000'000) * 1'000'000'000};
    std::uint32_t number = no_index;
    bool same_taken = true;
    if (step == 2) {
      number = scheduler_->dispatch(now);
    } else {
      const Bio bio = read_bio();
      if (step == 0) {
        number = scheduler_->merge(bio);
      } else {
        number = static_cast<std::uint32_t>(file_.number(9, requests_.size() - 1));
        requests_[number] = {};
        requests_[number].begin(bio);
        scheduler_->insert(number, now);
      }
      same_taken = taken() == file_.list(10);
    }
    file_.compare(same_taken && answer_is(number));
  }

 private:
  static constexpr std::uint64_t sectors_per_block = logical_block.n / sector_size.n;

  void begin() {
    RequestLimits limits;
    limits.blocks = file_.limit("max_sectors", 2048) / sectors_per_block;
    limits.segments = file_.limit("max_segments", 128);
    limits.discard_blocks = file_.limit("max_discard_sectors", 2048) / sectors_per_block;
    scheduler_.emplace(DeadlineConfig{}, limits, requests_);
  }

  Bio read_bio() const {
    static constexpr std::string_view operations[]{"read", "write", "discard"};
    static constexpr Operation ours[]{Operation::read, Operation::write, Operation::discard};
    static constexpr std::string_view flags[]{"-", "F"};
    Bio bio;
    bio.io.operation = ours[file_.word(2, operations)];
    bio.lba = Lba{file_.number(3) / sectors_per_block};
    bio.blocks = file_.number(4) / sectors_per_block;
    bio.crypt.key = static_cast<KeyId>(file_.number(5, 1000));
    bio.crypt.dun = Dun{file_.number(6)};
    bio.segments = static_cast<std::uint32_t>(file_.number(7, 1000));
    if (file_.word(8, flags) == 1) bio.io.flags = IoRequest::fua;
    return bio;
  }

  std::vector<std::uint64_t> taken() const {
    std::vector<std::uint64_t> pairs;
    for (const auto [into, gone] : scheduler_->taken_in()) pairs.insert(pairs.end(), {into, gone});
    return pairs;
  }

  bool answer_is(std::uint32_t number) const {
    const auto answer = file_.number_or_none(9);
    if (number == no_index || !answer) return number == no_index && !answer;
    if (*answer != number) return false;
    const auto sector = file_.number_or_none(11);
    return !sector || (*sector == requests_[number].lba.n * sectors_per_block &&
                       file_.number(12) == requests_[number].blocks * sectors_per_block);
  }

  RecordedAnswers& file_;
  std::vector<Request> requests_{64};
  std::optional<Deadline> scheduler_;
};

/// Goes no further than the first difference: what follows depends on it.
inline ReplayResult replay_deadline(RecordedAnswers file) {
  DeadlineReplay replay(file);
  while (file.result().differences == 0 && file.next()) replay.take_line();
  return file.result();
}

}  // namespace icesim::test
