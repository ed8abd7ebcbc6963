// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/request_story.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/by/group_table.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/text_table.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// When a request was at the end of a stage, if it met them in their order.
Picoseconds end_of(const Timeline& life, Stage stage) {
  Picoseconds at = life.start();
  for (std::size_t s = 0; s <= static_cast<std::size_t>(stage); ++s) at += life.spent(static_cast<Stage>(s));
  return at;
}

std::string process_text(std::string_view name, std::uint32_t number) {
  if (name.empty()) return "thread " + std::to_string(number);
  return printable_text(name) + "-" + std::to_string(number);
}

std::string time_text(Picoseconds time) { return precise_text(time); }

}  // namespace

RequestStory::Other RequestStory::other_of(const RequestRecord& request) {
  Other other;
  other.id = request.id;
  other.key = request.key;
  other.process = request.process;
  other.process_name = request.origin.process_name;
  other.operation = request.operation;
  other.from = end_of(request.timeline, Stage::keyslot_lock);
  other.to = end_of(request.timeline, Stage::drain);
  other.ended = request.timeline.last();
  return other;
}

std::string RequestStory::name_of(const Other& other) {
  return "request " + std::to_string(other.id) + " (" + std::string(other.operation) + " by " +
         process_text(other.process_name, other.process) + ", key " + std::to_string(other.key) + ")";
}

/// Whether another one held what this one waited for.
void RequestStory::consider(const Other& other) {
  const RequestRecord& mine = *found_;
  if (other.id == mine.keyslot_holder) keyslot_holder_ = other;
  const Picoseconds from = end_of(mine.timeline, Stage::keyslot_wait), to = end_of(mine.timeline, Stage::keyslot_lock);
  if (from < to && other.from < to && other.to > from && other.from < other.to) lock_holders_.push_back(other);
}

void RequestStory::request_ended(const RequestRecord& request) {
  ++heard_;
  if (!request.failed)
    latencies_[class_of(RequestBy::operation_and_size, request).number].push_back(request.timeline.latency());
  if (request.id == id_) {
    found_ = request;
    process_name_ = request.origin.process_name;
    path_ = request.origin.path;
    policy_name_ = request.origin.policy_name;
    rwbs_ = request.origin.rwbs;
    for (; !before_.empty(); before_.pop()) consider(before_.front());
    return;
  }
  if (found_) {
    if (lock_holders_.size() < most_before) consider(other_of(request));
    return;
  }
  before_.push(other_of(request));
  if (before_.size() > most_before) before_.pop();
}

std::string RequestStory::stages_text() const {
  const Timeline& life = found_->timeline;
  TextTable table("rrrl", "  ");
  table.row({"after", "for", "share", "stage"});
  Picoseconds at{};
  for (std::size_t s = 0; s < stage_count; ++s) {
    const Picoseconds spent = life.spent(static_cast<Stage>(s));
    if (spent.n == 0) continue;
    const std::uint64_t share = parts_per_million(spent.n, life.latency().n);
    table.row({time_text(at), time_text(spent), percent_text(share),
               std::string(stages[s].name) + ": " + std::string(stages[s].sentence)});
    at += spent;
  }
  return table.text();
}

std::string RequestStory::waits_text() const {
  const RequestRecord& r = *found_;
  const auto spent = [&](Stage stage) { return r.timeline.spent(stage); };
  std::string text;
  if (const Picoseconds wait = spent(Stage::keyslot_wait); wait.n > 0) {
    text += "For " + time_text(wait) + " all keyslots were in use";
    if (keyslot_holder_)
      text += "; keyslot " + std::to_string(r.keyslot.n) + ", which it got, was held by " + name_of(*keyslot_holder_);
    else if (r.keyslot_holder != 0)
      text += "; keyslot " + std::to_string(r.keyslot.n) + ", which it got, was held by request " + std::to_string(r.keyslot_holder);
    text += ".\n";
  }
  if (const Picoseconds lock = spent(Stage::keyslot_lock); lock.n > 0) {
    text += "For " + time_text(lock) + " somebody else had the keyslots' lock";
    constexpr std::size_t most_named = 3;
    for (std::size_t i = 0; i < std::min(lock_holders_.size(), most_named); ++i)
      text += (i == 0 ? ": " : ", then ") + name_of(lock_holders_[i]);
    if (lock_holders_.size() > most_named) text += " and " + std::to_string(lock_holders_.size() - most_named) + " more";
    text += lock_holders_.empty() ? ".\n" : ", whose key was being programmed.\n";
  }
  const auto say = [&](Stage stage, const char* sentence) {
    if (spent(stage).n > 0) text += "For " + time_text(spent(stage)) + " " + sentence + ".\n";
  };
  say(Stage::tag, "it waited for a tag: the device had as many commands as it takes");
  say(Stage::throttle, "it was held back so that reads do not wait for writes");
  say(Stage::blocked, "it was held back on behalf of another request's key");
  say(Stage::key_power, "it waited until the clocks were on and the link awake, so that its key could be programmed");
  say(Stage::power, "it waited until the clocks were on and the link awake");
  say(Stage::flush, "it waited for a cache flush");
  say(Stage::retry, "its command was lost or had failed, until it was tried again");
  return text;
}

/// How it stands among those of its operation and size.
std::string RequestStory::peers_text() const {
  const auto found = latencies_.find(class_of(RequestBy::operation_and_size, *found_).number);
  if (found == latencies_.end() || found->second.size() < 2 || found_->failed) return "";
  const auto less = static_cast<std::uint64_t>(std::count_if(found->second.begin(), found->second.end(), [&](Picoseconds each) {
    return each < found_->timeline.latency();
  }));
  return "It took longer than " + percent_text(parts_per_million(less, found->second.size() - 1)) + " of the other " +
         grouped_text(found->second.size() - 1) + " requests of its kind (" +
         class_label(RequestBy::operation_and_size, class_of(RequestBy::operation_and_size, *found_), {}) + ").\n";
}

std::string RequestStory::text(const std::string& trace_name) const {
  ensure(found_.has_value(), "a story is told of a request that was found");
  const RequestRecord& r = *found_;
  std::string text = "request   " + std::to_string(r.id) + " of " + printable_text(trace_name);
  if (r.origin.line > 0) text += ", line " + std::to_string(r.origin.line);
  if (r.continuation) text += "; a piece of the request in front of it, which was cut where the key changes";
  text += "\nwho       " + process_text(process_name_, r.process) + ": " + std::string(r.operation);
  if (r.length.n > 0) text += " of " + rounded_text(r.length) + " at block " + std::to_string(r.lba.n);
  if (!rwbs_.empty()) text += " (" + printable_text(rwbs_) + ")";
  if (r.vm != 0) text += ", virtual machine " + std::to_string(r.vm);
  text += "\n";
  if (r.inode != 0) {
    text += "file      inode " + std::to_string(r.inode) + (path_.empty() ? "" : ", " + printable_text(path_));
    if (r.policy != 0)
      text += ", policy " + (policy_name_.empty() ? std::to_string(r.policy) : printable_text(policy_name_));
    text += "\n";
  }
  text += "key       ";
  if (r.key == 0) {
    text += "none: it is not encrypted\n";
  } else {
    const bool programmed = r.timeline.spent(Stage::keyslot_program).n + r.timeline.spent(Stage::firmware).n > 0;
    text += "key " + std::to_string(r.key);
    if (r.has_keyslot) text += ", in keyslot " + std::to_string(r.keyslot.n);
    text += r.has_keyslot ? programmed ? ", which had to be programmed for it\n" : ", where it was already\n" : "\n";
  }
  text += "when      arrived at " + time_text(r.arrival) + " of the trace; ";
  text += r.failed ? "FAILED after " : "took ";
  text += time_text(r.timeline.latency());
  if (r.origin.recorded) text += "; when it was recorded it took " + time_text(*r.origin.recorded);
  text += "\n\n" + stages_text();
  TimeSum keys;
  for (std::size_t s = 0; s < stage_count; ++s)
    if (is_key_cost(static_cast<Stage>(s))) keys += r.timeline.spent(static_cast<Stage>(s));
  std::string story = waits_text() + peers_text();
  if (r.key != 0)
    story += keys == TimeSum{} ? "Its key cost it no time.\n"
                               : "Its key cost it " + rounded_text(keys) + ", " +
                                     percent_text(parts_per_million(static_cast<std::uint64_t>(keys.n), r.timeline.latency().n)) +
                                     " of its latency.\n";
  return text + (story.empty() ? "" : "\n" + story);
}

}  // namespace icesim
