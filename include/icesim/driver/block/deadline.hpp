// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/block/merge.hpp"
#include "icesim/driver/block/request.hpp"
#include "icesim/driver/block/request_list.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// What mq-deadline can be told.
struct DeadlineConfig {
  Picoseconds read_expire{500'000'000'000};
  Picoseconds write_expire{5'000'000'000'000};
  std::uint64_t writes_starved = 2;
  std::uint64_t fifo_batch = 16;
  bool front_merges = true;

  void describe(Fields& f) {
    using namespace literals;
    f("read_expire", read_expire, {0_ps, 100_s},
      fact("A read that has waited for so long begins the next batch of reads", "half a second [linux-mq-deadline]"));
    f("write_expire", write_expire, {0_ps, 100_s},
      fact("The same of writes and discards", "5 seconds [linux-mq-deadline]"));
    f("writes_starved", writes_starved, {0, 1000},
      fact("Batches of reads that may begin while writes wait", "[linux-mq-deadline]"));
    f("fifo_batch", fifo_batch, {0, 1000},
      fact("Requests of one direction, in the order of their addresses, that make a batch", "[linux-mq-deadline]"));
    f("front_merges", front_merges,
      fact("A bio may also join a request in the scheduler that begins where it ends", "[linux-mq-deadline]"));
  }
};

struct DeadlineStatistics {
  std::uint64_t merges = 0;
  std::uint64_t request_merges = 0;
  std::uint64_t batches = 0;
  std::uint64_t expired = 0;

  void describe(Statistics& s) const {
    s("merges", merges, "Bios that joined a request in the scheduler");
    s("request_merges", request_merges, "Requests that another one in the scheduler took in, with their keyslots put");
    s("batches", batches, "Batches begun");
    s("expired", expired, "Batches begun because a request had waited for too long");
  }
};

/// Linux's I/O scheduler mq-deadline, with the elevator's merges [linux-mq-deadline] [linux-elevator-merge]: requests by
/// their numbers, reads apart from writes and discards.
///
/// It gives them out in batches of one direction in the order of their addresses. A batch goes on behind the last
/// request given out in its direction until `fifo_batch` are out or none lies there. The next one is of reads, unless
/// there are none, or writes have waited for `writes_starved` batches already; it begins behind the last one of its
/// direction, or, when the oldest has expired or none lies there, with the oldest.
///
/// **Not modelled**: priorities, which traces do not tell; jiffies: times are exact.
class Deadline {
 public:
  /// `requests` stay where they are; a request in the scheduler is changed by it alone.
  Deadline(const DeadlineConfig& config, const RequestLimits& limits, std::vector<Request>& requests);

  /// One request took in another one, which is in the scheduler no more: its bios are to be moved, its keyslot to be put.
  struct TakenIn {
    std::uint32_t into = no_index;
    std::uint32_t gone = no_index;
  };

  /// The request that `bio` joins, and has joined when this returns, or no_index (Linux: blk_mq_sched_try_merge). It is
  /// the last one that merged, else one that ends where the bio begins, else one that begins where it ends. Where that
  /// closes a gap the two requests become one, see taken_in().
  std::uint32_t merge(const Bio& bio);
  /// A request comes in at `now` (Linux: dd_insert_request): it joins one that ends where it begins, and that perhaps
  /// another one, see taken_in(), or waits.
  void insert(std::uint32_t number, Picoseconds now);
  /// A request goes before all others, and merges with none (Linux: BLK_MQ_INSERT_AT_HEAD).
  void insert_at_head(std::uint32_t number) { first_.push_front(requests_, number); }
  /// What the last merge() or insert() did to requests, in order.
  const std::vector<TakenIn>& taken_in() const { return taken_in_; }

  bool empty() const { return first_.empty() && fifo_[reads].empty() && fifo_[writes].empty(); }
  /// Gives out the next request (Linux: __dd_dispatch_request), or no_index.
  std::uint32_t dispatch(Picoseconds now);

  const DeadlineStatistics& statistics() const { return statistics_; }

 private:
  enum Direction : std::size_t { reads, writes };
  static Direction direction_of(const Request& request) {
    return request.operation == Operation::read ? reads : writes;
  }
  struct Place {
    std::uint64_t block;
    std::uint32_t number;
  };
  struct Turn {
    Picoseconds expires;
    std::uint32_t number;
  };
  /// A bio and a request that it touches.
  struct Match {
    std::uint32_t number = no_index;
    Merge where = Merge::none;
  };

  Match find(const Bio& bio) const;
  Match find_behind(const Bio& bio) const;
  std::uint32_t ends_at(std::uint64_t block) const;
  void take_in(std::uint32_t into, std::uint32_t gone);
  void add_place(std::uint32_t number);
  std::size_t place_of(std::uint32_t number, std::uint64_t block) const;
  void add_end(std::uint32_t number);
  void remove_end(std::uint32_t number);
  void remove(std::uint32_t number);
  std::uint32_t next_of(Direction direction) const;
  bool expired(Direction direction, Picoseconds now) const { return fifo_[direction].front().expires <= now; }
  std::uint32_t give_out(std::uint32_t number);

  DeadlineConfig config_;
  RequestLimits limits_;
  std::vector<Request>& requests_;
  std::array<std::vector<Place>, 2> places_;  ///< by address, those of one address by age
  std::array<std::vector<Turn>, 2> fifo_;     ///< by age
  std::vector<Place> ends_;                   ///< of what may still merge, the one changed last at the end
  RequestList first_;  ///< before all of them
  std::uint32_t last_merge_ = no_index;
  std::array<std::uint64_t, 2> latest_{};     ///< address of the last one given out
  Direction direction_ = writes;              ///< of the batch
  std::uint64_t batching_ = 0;
  std::uint64_t starved_ = 0;
  std::vector<TakenIn> taken_in_;
  DeadlineStatistics statistics_;
};

}  // namespace icesim
