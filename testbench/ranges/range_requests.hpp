// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "testbench/support/sim_test.hpp"

#include <algorithm>
#include <vector>

/// Short traces in the three patterns of access, for a device of any size.
namespace icesim::test {

enum class Pattern : std::uint8_t {
  sequential,  ///< streams of reads and writes, each at the end of the one before
  random,      ///< anywhere on the device
  hot          ///< a few places, overwritten, discarded, flushed and read back
};

/// Makes the requests of one trace.
class RangeRequests {
 public:
  RangeRequests(Random& random, Pattern pattern, Bytes capacity)
      : random_(random), pattern_(pattern), blocks_(std::max<std::uint64_t>(capacity / logical_block, 1)) {
    // Where the device is delivered written and where it ends, or in between.
    const std::uint64_t room = std::min<std::uint64_t>(blocks_, 4096);
    first_ = random_.chance(50) ? 0 : random_.chance(50) ? blocks_ - room : random_.below(blocks_ - room + 1);
    hot_ = 1 + random_.below(room);
    for (std::uint64_t& place : streams_) place = first_ + random_.below(room);
    gap_ = std::uint64_t{1} << random_.below(34);
    most_ = std::min<std::uint64_t>(blocks_, random_.chance(20) ? 600 : 24);
    keys_ = 1 + random_.below(8);
    plain_ = random_.below(101);
  }

  std::vector<IoRequest> list(std::size_t count) {
    std::vector<IoRequest> requests;
    while (requests.size() < count) requests.push_back(next());
    return requests;
  }

 private:
  IoRequest next() {
    if (random_.chance(60)) at_ += Picoseconds{random_.below(gap_)};
    const auto process = static_cast<std::uint32_t>(random_.below(5));
    const Operation operation = operation_of(random_.below(100));
    const std::uint64_t length = 1 + random_.below(random_.chance(80) ? std::min<std::uint64_t>(most_, 8) : most_);
    const std::uint64_t place = place_of(process, length);
    IoRequest io = request(operation, place, length, no_key, at_, process);
    if (operation == Operation::flush) io.length = io.offset = Bytes{};
    if (operation == Operation::read || operation == Operation::write) give_key(io);
    if (operation == Operation::write && random_.chance(8)) io.flags |= IoRequest::fua;
    if (operation == Operation::write && random_.chance(8)) io.flags |= IoRequest::preflush;
    return io;
  }

  Operation operation_of(std::uint64_t drawn) const {
    const std::uint64_t writes = pattern_ == Pattern::hot ? 65 : 45;
    if (drawn < writes) return Operation::write;
    if (drawn < 90) return Operation::read;
    return drawn < 95 ? Operation::flush : Operation::discard;
  }

  std::uint64_t place_of(std::uint32_t process, std::uint64_t length) {
    std::uint64_t place = 0;
    if (pattern_ == Pattern::sequential) {
      place = streams_[process] + length > blocks_ ? 0 : streams_[process];
      streams_[process] = place + length;
    } else {
      place = pattern_ == Pattern::random ? random_.below(blocks_) : first_ + random_.below(hot_);
    }
    return std::min(place, blocks_ - length);
  }

  void give_key(IoRequest& io) {
    if (!random_.chance(static_cast<unsigned>(plain_))) io.key = static_cast<KeyId>(1 + random_.below(keys_));
    if (io.key != no_key && random_.chance(50)) {
      io.flags |= IoRequest::has_dun;
      io.dun = Dun{random_.chance(5) ? ~std::uint64_t{0} - 2 : random_.below(1000)};
    }
    if (io.key == no_key && random_.chance(10)) io.length -= Bytes{512};
  }

  Random& random_;
  Pattern pattern_;
  std::uint64_t blocks_;
  std::uint64_t first_;
  std::uint64_t hot_;
  std::array<std::uint64_t, 5> streams_{};
  std::uint64_t gap_;
  std::uint64_t most_;
  std::uint64_t keys_;
  std::uint64_t plain_;
  Picoseconds at_{};
};

}  // namespace icesim::test
