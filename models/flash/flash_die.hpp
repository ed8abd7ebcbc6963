// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/ring.hpp"
#include "icesim/base/units.hpp"
#include "models/base/zeroed_array.hpp"
#include "models/flash/flash_geometry.hpp"

#include <array>
#include <vector>

namespace icesim {

enum class FlashWork : std::uint8_t {
  host_read,
  host_program,
  gc_read,
  gc_program,
  erase,
  migration_read,
  migration_program
};

constexpr bool programs(FlashWork work) {
  return work == FlashWork::host_program || work == FlashWork::gc_program || work == FlashWork::migration_program;
}

/// What a die does in one go: one row read, one unit programmed, one superblock erased.
struct FlashOperation {
  FlashWork work = FlashWork::host_read;
  bool boosted = false;  ///< in SLC mode
  bool hot = false;      ///< host_program: of hot blocks
  std::uint32_t superblock = 0;
  std::uint32_t first = 0;     ///< gc_read, migration_read: offset in the superblock; host_read: logical block; host_program: number of the
                               ///< first of its blocks among all that were accepted and are as hot, modulo 2^32
  std::uint32_t end = 0;       ///< offset in the superblock behind the last block; of host_read: behind the first
  std::uint32_t blocks = 0;    ///< reads: blocks transferred; host_program: blocks of the host in the unit
  std::uint32_t command = 0;   ///< host_read
  std::uint64_t sequence = 0;  ///< programs: number of the unit
};

/// Watches the dies; an observer, never a participant.
class FlashTap {
 public:
  virtual ~FlashTap() = default;
  /// A die does an operation until `end`, which may lie in the future.
  virtual void busy(std::uint32_t die, const FlashOperation& operation, Picoseconds begin, Picoseconds end) = 0;
};

/// The operations that wait for one die, and the one it does.
class FlashDie {
 public:
  static constexpr Cycles never{~std::uint64_t{0}};

  explicit FlashDie(const FlashGeometry& geometry) : readers_(geometry.superblocks) {}

  void queue(const FlashOperation& operation);
  /// Takes the next operation into `active` when the die is idle and has one: host reads, host programs, collection,
  /// erases, migration, and FIFO in each; erases and collection first when `collection_first`. An erase waits until all
  /// reads queued for its superblock are done. While something is suspended it is only a host read, or what is suspended. While `migrates_in_turn`, each program of the host is followed by an erase
  /// or a program of migration, with the reads for it, before the next one.
  bool start(bool collection_first);
  /// Takes what start() would, were the die idle, into `loaded` while it programs: if it has no such thing, its register for that
  /// takes data at `now`, and that is a program of the superblock of the active one.
  bool load(Cycles now, bool collection_first);
  /// The data of what is loaded is across on an edge, after so many cycles on the bus.
  void loads_across(Cycles moved, Cycles edge) {
    loaded_bus_cycles_ = moved;
    across_ = edge;
  }
  /// Whether something is loaded whose data have no time on the bus yet.
  bool wants_data() const { return loads_ && across_ == never; }
  /// Begins what is loaded, if there is something, on an idle die at `now`; its data are across on the edge `cells_from`.
  bool begin_loaded(Cycles now);
  /// Forgets the host read that was queued last.
  void unqueue_read();
  /// Begins an operation at once, on an idle die for which nothing waits.
  void begin(const FlashOperation& operation);
  /// Ends the active operation.
  void finish();
  /// Whether the active operation has its cells at `now`, after being suspended less than `most` times, nothing is loaded, and a host read waits.
  bool may_suspend(Cycles now, std::uint64_t most) const {
    return busy_ && !suspended_ && !loads_ && active.work != FlashWork::host_read && cells_from <= now && now < ends &&
           suspensions_ < most && !queues_[host_reads].empty();
  }
  /// Leaves the active operation at `now`; the die is busy until left_active().
  void suspend(Cycles now);
  void leave_active() { busy_ = false; }
  /// Whether start() took what was suspended, and what is left of it.
  bool resumes() const { return resumes_; }
  Cycles left() const { return left_; }
  bool busy() const { return busy_; }
  /// True when operations wait for the active one, or for what it reads.
  bool waiting() const;

  bool migrates_in_turn = false;
  FlashOperation active{};
  FlashOperation loaded{};
  Cycles register_free{never};  ///< when another program can be loaded behind the active one
  Cycles started{};
  Cycles bus_cycles{};
  Cycles ends{};               ///< of a quiet operation, and of one with cells
  Cycles cells_from{never};    ///< when it can be suspended; or see begin_loaded()
  bool quiet = false;          ///< the active operation ends without an event, nothing waits for it
  std::uint64_t reads{};        ///< that had the bus, where reads may be done again
  std::uint64_t retries{};      ///< of the active read
  std::uint32_t started_as{};  ///< number of the active operation
  std::uint32_t interrupted{};  ///< suspensions of the die; an end that was foreseen before the last one does not come

 private:
  enum Class : std::size_t { host_reads, host_programs, collection, erases, migration, classes };

  bool ready(Class c) const;
  Class next(bool collection_first) const;
  void take(Class c, FlashOperation& into);
  Class instead_of(Class c) const;

  bool busy_ = false;
  bool loads_ = false;             ///< there is something in `loaded`
  Cycles loaded_bus_cycles_{};
  Cycles across_{never};
  bool suspended_ = false;         ///< `paused_` waits
  bool resumes_ = false;           ///< the active operation was suspended
  std::uint64_t suspensions_ = 0;  ///< of the active operation, or the suspended one
  FlashOperation paused_{};
  Cycles left_{};
  bool hosts_turn_ = true;  ///< while `migrates_in_turn`
  std::array<Ring<FlashOperation>, classes> queues_;
  ZeroedArray<std::uint32_t> readers_;  ///< host reads queued or active, by superblock
};

/// All dies, with a note of those that may have something to start.
class FlashDies {
 public:
  explicit FlashDies(const FlashGeometry& geometry) {
    dies_.reserve(geometry.dies);
    for (std::uint32_t die = 0; die < geometry.dies; ++die) dies_.emplace_back(geometry);
    touched.reserve(std::size_t{16} * geometry.dies);
  }

  FlashDie& operator[](std::uint32_t die) { return dies_[die]; }
  const FlashDie& operator[](std::uint32_t die) const { return dies_[die]; }
  void queue(std::uint32_t die, const FlashOperation& operation) {
    dies_[die].queue(operation);
    touched.push_back(die);
  }

  std::vector<std::uint32_t> touched;  ///< in any order, with repetitions

 private:
  std::vector<FlashDie> dies_;
};

}  // namespace icesim
