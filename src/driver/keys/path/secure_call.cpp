// SPDX-License-Identifier: Apache-2.0
#include "src/driver/keys/path/secure_call.hpp"

#include <utility>

namespace icesim {

KeyWork SecureCall::prepare(Picoseconds before, std::uint32_t buffers) {
  refused_ = 0;
  KeyWork work;
  work.busy = before + config_.buffer * buffers;
  work.end = KeyWork::End::not_yet;
  if (config_.others_hold.n > 0 && one_of(config_.others_ppm)) {
    ++statistics_.call_waits;
    work.asleep = Picoseconds{1 + random_.below(config_.others_hold.n)};
  }
  return work;
}

KeyWork SecureCall::enter(bool fails) {
  ++statistics_.calls;
  KeyWork work;
  work.stage = Stage::firmware;
  const Picoseconds time = config_.draw(random_);
  if (caller_ == Caller::works) {
    work.busy = config_.entry + time;
    work.yields = config_.yields;
    statistics_.secure_time += work.busy;
  } else {
    work.busy = config_.entry;
    work.asleep = time;
  }
  if (config_.busy_ppm > 0 && one_of(config_.busy_ppm)) {
    ++statistics_.busy_answers;
    if (refused_++ < retries) {
      work.end = KeyWork::End::not_yet;
      work.asleep += pause;
      return work;
    }
    fails = true;
  }
  const KeyWork::End end = fails ? KeyWork::End::failed : KeyWork::End::done;
  (caller_ == Caller::works ? work.end : answer_) = end;
  if (caller_ == Caller::sleeps) work.end = KeyWork::End::not_yet;
  return work;
}

KeyWork SecureCall::answer() {
  KeyWork work;
  work.stage = Stage::firmware;
  work.end = std::exchange(answer_, KeyWork::End::not_yet);
  return work;
}

}  // namespace icesim
