// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/block/errors/failure.hpp"
#include "icesim/driver/block/request.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// What the device does about its write cache.
struct CacheFeatures {
  bool write_cache = true;
  bool fua = true;  ///< it takes force unit access
};

/// What a request has to go through, in this order; bits of a set (Linux: REQ_FSEQ_*).
enum FlushStep : std::uint8_t { preflush_step = 1, data_step = 2, postflush_step = 4 };

/// The steps of a request on such a device (Linux: blk_insert_flush). Without a write cache nothing is flushed; without
/// force unit access a flush behind the data takes its place.
std::uint8_t flush_steps(const Request& request, CacheFeatures features);

struct FlushStatistics {
  std::uint64_t sent = 0;
  std::uint64_t merged = 0;
  std::uint64_t deferred = 0;

  FlushStatistics& operator+=(const FlushStatistics& other) {
    sent += other.sent;
    merged += other.merged;
    deferred += other.deferred;
    return *this;
  }
  void describe(Statistics& s) const {
    s("sent", sent, "Cache flushes sent to the device");
    s("merged", merged, "Requests that shared a cache flush with one before them");
    s("deferred", deferred, "Cache flushes held back while data was written that one before them was for");
  }
};

/// Linux's flush machinery for one hardware queue (Linux: blk_flush_queue) [linux-flush]: which request goes through
/// which step when. Requests by their numbers.
///
/// One flush is in flight at a time. Requests that need one meanwhile gather for the next, which serves them all. That is
/// sent once none is in flight and no data either of a request that goes through these steps, or when the first of
/// those that gather has waited for `patience`; somebody looks whenever a request comes or ends a step. A step that fails
/// ends the request.
///
/// **Not modelled**: jiffies: times are exact.
class FlushQueue {
 public:
  static constexpr Picoseconds patience{5'000'000'000'000};

  /// Carries out what is decided.
  class Client {
   public:
    virtual ~Client() = default;
    /// A cache flush is to be sent, for `first` and others.
    virtual void send_flush(std::uint32_t first) = 0;
    /// It is the data's turn of a request that waited for a flush.
    virtual void send_data(std::uint32_t number) = 0;
    /// A request has all its steps behind it, or one has failed.
    virtual void sequence_ended(std::uint32_t number, Failure failure) = 0;
  };

  FlushQueue(Client& client, std::size_t requests) : client_(client), left_(requests) {}

  /// A request comes whose `steps` have a flush in front.
  void insert(std::uint32_t number, std::uint8_t steps, Picoseconds now);
  /// The data of a request whose steps are data and a flush goes to the device as any other's.
  void begin_data(std::uint32_t number);
  /// The data of a request has ended.
  void data_ended(std::uint32_t number, Failure failure, Picoseconds now);
  /// The flush that was sent has ended.
  void flush_ended(Failure failure, Picoseconds now);

  /// Whether the request whose data is under way needs a flush behind it.
  bool flush_follows(std::uint32_t number) const { return (left_[number] & postflush_step) != 0; }
  const FlushStatistics& statistics() const { return statistics_; }

 private:
  void step_done(std::uint32_t number, FlushStep step) { left_[number] = static_cast<std::uint8_t>(left_[number] & ~step); }
  void complete(std::uint32_t number, Failure failure, Picoseconds now);
  void kick(Picoseconds now);

  Client& client_;
  std::vector<std::uint8_t> left_;  ///< steps, by number
  std::array<std::vector<std::uint32_t>, 2> rows_;
  std::size_t gathering_ = 0;  ///< row of those that wait for the next flush
  std::size_t running_ = 0;    ///< row that the flush in flight is for; the same: there is none
  Picoseconds gathers_since_{};
  bool held_back_ = false;  ///< the next flush
  std::uint64_t data_in_flight_ = 0;
  std::vector<std::uint32_t> served_;
  FlushStatistics statistics_;
};

}  // namespace icesim
