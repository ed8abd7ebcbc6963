// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/stages.hpp"

#include <array>
#include <optional>
#include <vector>

namespace icesim {

/// What the hardware tells about the command under a tag: the end of each stage. The driver keeps the timelines.
class StageRecorder {
 public:
  virtual ~StageRecorder() = default;
  /// Command `tag` was in `stage` until `at`; `at` never decreases for one command, and may lie in the future.
  virtual void mark(Tag tag, Stage stage, Picoseconds at) = 0;
};

/// What a trace tells of a request beside what is replayed of it. Empty or 0: it does not tell.
struct RequestOrigin {
  std::string_view process_name{};  ///< Linux's comm
  std::string_view path{};          ///< of its file, from the root of its file system
  std::string_view policy_name{};   ///< its encrypted directory
  std::string_view rwbs{};          ///< the letters by which Linux names it
  std::uint64_t line = 0;           ///< of the text that it stands in, from 1
  /// How long it took when it was recorded; of a request that was cut its first piece has it.
  std::optional<Picoseconds> recorded{};
  std::optional<Picoseconds> queued{};    ///< how long before its issue its first bio came (Q)
  std::optional<Picoseconds> got{};       ///< and it became a request (G)
  std::optional<Picoseconds> inserted{};  ///< and went to the scheduler (I)
};

/// What a request of a trace asks for, in the order of Operation (workload/io_request.hpp).
inline constexpr std::array<std::string_view, 4> operation_names{"read", "write", "flush", "discard"};

/// A request of the trace that has ended.
struct RequestRecord {
  std::uint64_t id = 0;        ///< number of its record in the trace, from 1
  std::string_view operation;  ///< one of operation_names
  Lba lba{};
  Bytes length{};          ///< as recorded; 0 for a flush
  std::uint32_t key = 0;   ///< number of its key, 0: none
  std::uint32_t vm = 0;    ///< virtual machine that it came from
  bool has_keyslot = false;
  Keyslot keyslot{};  ///< of the hardware command that ended it last
  Tag tag{};          ///< of the same command
  bool failed = false;
  bool continuation = false;  ///< a piece of the request in front of it, which was cut
  std::uint64_t inode = 0;    ///< of its file, 0: unknown or none
  std::uint32_t process = 0;  ///< number of who issued it
  std::uint32_t policy = 0;   ///< encrypted directory, 0: unknown
  Picoseconds arrival{};      ///< in the trace
  Timeline timeline;
  RequestOrigin origin{};
  /// Record that had the keyslot before, where this one had to wait for it; 0: it did not wait, or nothing tells.
  std::uint64_t keyslot_holder = 0;
};

/// Told of every request of the trace when it ends, in the order of the ends.
class RequestRecorder {
 public:
  virtual ~RequestRecorder() = default;
  virtual void request_ended(const RequestRecord& request) = 0;
};

/// Something becomes of a keyslot, as the driver sees it. Keys that are written again, after a reset or a resume, stay where
/// they were: nobody is told.
struct KeyslotEvent {
  enum class Kind : std::uint8_t {
    programmed,  ///< a key was written for a request, which holds the keyslot from now on
    hit,         ///< the key was there, and a request holds the keyslot from now on
    released,    ///< a request lets it go; the key stays
    evicted,     ///< the key gives way to that of a request, or its life is over
  };

  Kind kind = Kind::hit;
  Picoseconds at{};
  Keyslot keyslot{};
  std::uint32_t key = 0;
  std::uint32_t vm = 0;
  std::uint64_t request = 0;  ///< number of its record in the trace, the first of those that were merged; 0: on behalf of none
};

/// The kinds in their order.
inline constexpr std::array<std::string_view, 4> keyslot_event_names{"programmed", "hit", "released", "evicted"};

/// Told of every such event when it happens.
class KeyslotRecorder {
 public:
  virtual ~KeyslotRecorder() = default;
  virtual void keyslot_event(const KeyslotEvent& event) = 0;
};

/// Something that the hardware does in one go.
struct BusyTime {
  enum class Part : std::uint8_t { encrypt, decrypt, link_to_device, link_to_host, die };

  Part part = Part::die;
  std::uint32_t number = 0;    ///< of the die
  std::string_view work;       ///< "DATA IN", "program"
  Picoseconds begin{};
  Picoseconds end{};           ///< may lie in the future
  Bytes length{};              ///< that are moved; 0: none, or not told
  std::optional<Tag> tag{};    ///< of the command that it is for, if it is for one
  std::uint64_t request = 0;   ///< number in the trace of the record that the command was made for; 0: not told
};

/// Told of what the hardware does: of one part, or die, in the order in which it begins, and at most one at a time, but that
/// what was on a link is lost where it begins anew: that has no end, then, other than the next one's beginning.
class BusyRecorder {
 public:
  virtual ~BusyRecorder() = default;
  virtual void busy(const BusyTime& time) = 0;
};

/// Passes each request on to several who want to hear of it, in the order in which they were added.
class RequestFan final : public RequestRecorder {
 public:
  void add(RequestRecorder& sink) { sinks_.push_back(&sink); }
  bool empty() const { return sinks_.empty(); }
  void request_ended(const RequestRecord& request) override {
    for (RequestRecorder* sink : sinks_) sink->request_ended(request);
  }

 private:
  std::vector<RequestRecorder*> sinks_;
};

}  // namespace icesim
