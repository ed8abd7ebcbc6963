// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/ice/aes_xts_engine_twin.hpp"

#include <algorithm>

namespace icesim::twin {

AesXtsEngineTwin::AesXtsEngineTwin(const AesXtsPipelineConfig& config)
    : config_(config),
      cores_(config.engines == Engines::allocated ? AesXtsAllocator::max_cores : config.cores,
             AesRing<Content>(config.ring_positions, config.latency.n)),
      input_(config.input_latency.n) {}

void AesXtsEngineTwin::accept(const Job& job) {
  Waiting waiting;
  waiting.job = job;
  waiting.tweak_there.resize(divide_up(job.offset + job.bytes, job.data_unit));
  jobs_.push_back(waiting);
}

void AesXtsEngineTwin::edge(const Inputs& inputs) {
  if (config_.engines == Engines::allocated) allocate(inputs);
  load_keys(inputs);
  Entering entering = issue(inputs);
  if (config_.tweak_core != TweakCore::shared) ask_for_tweak();
  clock(inputs, entering);
}

/// Each job has its cores when its first bytes are there: fewer when a job before it still has some of the other way.
void AesXtsEngineTwin::allocate(const Inputs& inputs) {
  const AesXtsAllocator& numbers = config_.allocator;
  for (Waiting& waiting : jobs_) {
    const Job& job = waiting.job;
    if (waiting.cores > 0 || inputs.arrived[static_cast<std::size_t>(job.direction)] <= job.begin) continue;
    if (job.direction == Direction::to_device) {
      waiting.cores = inputs.oldest[1] < job.number ? numbers.to_device_both : numbers.to_device_alone;
    } else {
      waiting.cores = inputs.oldest[0] < job.number ? numbers.to_host_both : numbers.to_host_alone;
    }
  }
}

/// Keys are looked up in the order of jobs, each when its first bytes are there. A key that is not there is loaded when
/// the job is the next and the cores are empty.
void AesXtsEngineTwin::load_keys(const Inputs& inputs) {
  for (Waiting& waiting : jobs_) {
    const Job& job = waiting.job;
    if (waiting.key == KeyState::unknown && inputs.arrived[static_cast<std::size_t>(job.direction)] > job.begin)
      waiting.key = find_key(job) ? KeyState::there : KeyState::missing;
    if (waiting.key == KeyState::missing && &waiting == &jobs_.front() && in_flight_ == 0) {
      const Cycles cycles = config_.key_cycles(job.direction);
      waiting.key = cycles.n == 0 ? KeyState::there : KeyState::loading;
      key_unit_.start(cycles.n);
    }
    if (waiting.key != KeyState::there) return;
  }
}

bool AesXtsEngineTwin::find_key(const Job& job) {
  const std::pair<std::uint64_t, std::uint64_t> key{job.keyslot.n, job.generation};
  const bool in_use = !keys_.empty() && keys_.back() == key;
  const bool found = std::find(keys_.begin(), keys_.end(), key) != keys_.end();
  keys_.erase(std::remove_if(keys_.begin(), keys_.end(), [&](const auto& k) { return k.first == key.first; }),
              keys_.end());
  keys_.push_back(key);
  if (keys_.size() > 1 + config_.expanded_key_cache) keys_.erase(keys_.begin());
  if (!found) ++key_loads_;
  if (found && !in_use) ++key_hits_;
  return found;
}

AesXtsEngineTwin::Entering AesXtsEngineTwin::issue(const Inputs& inputs) {
  Entering entering(cores_.size());
  for (std::size_t n = 0; n < cores_.size() && !jobs_.empty(); ++n) {
    Waiting& waiting = jobs_.front();
    if (waiting.key != KeyState::there) break;
    const std::optional<std::size_t> core = core_for(waiting, entering);
    if (!core) break;
    const bool tweak = next_is_tweak(waiting);
    if (!tweak && !block_may_enter(waiting, inputs)) break;
    entering[*core] = take_next(waiting, tweak);
    ++in_flight_;
    next_core_ = (next_core_ + 1) % cores_.size();
    if (waiting.issued()) jobs_.pop_front();
  }
  return entering;
}

/// The core that the next block goes to: in turn, or any that is free while the job has not all that it is given.
std::optional<std::size_t> AesXtsEngineTwin::core_for(const Waiting& waiting, const Entering& entering) const {
  if (config_.engines != Engines::allocated)
    return cores_[next_core_].entry_free() ? std::optional(next_core_) : std::nullopt;
  std::optional<std::size_t> free;
  std::uint64_t busy = 0;
  for (std::size_t n = 0; n < cores_.size(); ++n) {
    if (cores_[n].entry_free() && !entering[n]) {
      free = n;
    } else {
      ++busy;
    }
  }
  return busy < waiting.cores ? free : std::nullopt;
}

/// A shared tweak core: as many tweaks as may run ahead come first, then one after each data unit's first block.
bool AesXtsEngineTwin::next_is_tweak(const Waiting& waiting) const {
  if (config_.tweak_core != TweakCore::shared || waiting.tweaks_asked == waiting.tweak_there.size()) return false;
  if (config_.tweak_prefetch == 0) return waiting.at_unit_start() && waiting.tweaks_asked == waiting.units_begun;
  return waiting.tweaks_asked < waiting.units_begun + config_.tweak_prefetch;
}

bool AesXtsEngineTwin::block_may_enter(const Waiting& waiting, const Inputs& inputs) const {
  const Job& job = waiting.job;
  const auto direction = static_cast<std::size_t>(job.direction);
  const std::uint64_t last_byte = job.begin + std::min(16 * (waiting.blocks + 1), job.bytes);
  if ((input_.empty() ? inputs.arrived : input_.back())[direction] < last_byte) return false;
  if (waiting.blocks == 0 && inputs.clear_before[direction] < job.begin) return false;
  return !waiting.at_unit_start() || waiting.tweak_there[waiting.units_begun];
}

AesXtsEngineTwin::Content AesXtsEngineTwin::take_next(Waiting& waiting, bool tweak) {
  Content content;
  content.direction = static_cast<std::size_t>(waiting.job.direction);
  content.turns = config_.block_cycles(waiting.job.direction).n;
  content.is_tweak = tweak;
  if (tweak) {
    content.unit = waiting.tweaks_asked++;
    return content;
  }
  if (waiting.at_unit_start()) {
    ++waiting.units_begun;
    if (config_.tweak_core != TweakCore::shared) --ahead_;
  }
  content.bytes = std::min<std::uint64_t>(16, waiting.job.bytes - 16 * waiting.blocks);
  ++waiting.blocks;
  return content;
}

/// The tweak core takes the data units in order, one at a time.
void AesXtsEngineTwin::ask_for_tweak() {
  const auto next =
      std::find_if(jobs_.begin(), jobs_.end(), [](const Waiting& w) { return w.tweaks_asked < w.tweak_there.size(); });
  if (tweak_core_.idle() && next != jobs_.end() && next->key == KeyState::there && tweak_may_start(*next)) {
    const bool partial = next->tweaks_asked == 0 && next->job.offset != 0;
    tweak_core_.start(config_.tweak_cycles(next->job.direction).n + (partial ? config_.offset_tweak_cycles.n : 0));
    ++next->tweaks_asked;
    ++ahead_;
  }
}

/// The tweak that was asked for last is done. Its data unit has not begun, so its job waits.
void AesXtsEngineTwin::keep_tweak() {
  const auto job = std::find_if(jobs_.rbegin(), jobs_.rend(), [](const Waiting& w) { return w.tweaks_asked > 0; });
  job->tweak_there[job->tweaks_asked - 1] = true;
}

bool AesXtsEngineTwin::tweak_may_start(const Waiting& waiting) const {
  if (config_.tweak_core == TweakCore::own && config_.tweak_prefetch > 0) return ahead_ < config_.tweak_prefetch;
  // All data units before have been issued.
  const bool next =
      &waiting == &jobs_.front() && waiting.at_unit_start() && waiting.units_begun == waiting.tweaks_asked;
  return next && (config_.tweak_core == TweakCore::own || in_flight_ == 0);
}

/// All registers take what stands before them; what they then show is what the next edge sees.
void AesXtsEngineTwin::clock(const Inputs& inputs, Entering& entering) {
  if (!input_.empty()) {
    input_.insert(input_.begin(), inputs.arrived);
    input_.pop_back();
  }
  if (key_unit_.clock()) jobs_.front().key = KeyState::there;
  if (tweak_core_.clock()) keep_tweak();
  if (offset_tweak_.clock()) jobs_.front().tweak_there[0] = true;
  for (std::size_t n = 0; n < cores_.size(); ++n) {
    if (entering[n]) {
      cores_[n].clock(*entering[n], entering[n]->turns);
    } else {
      cores_[n].clock();
    }
    const std::optional<Content>& out = cores_[n].out();
    if (!out) continue;
    --in_flight_;
    out_[out->direction] += out->bytes;
    if (!out->is_tweak) continue;
    const bool partial = out->unit == 0 && jobs_.front().job.offset != 0 && config_.offset_tweak_cycles.n > 0;
    if (partial) {
      offset_tweak_.start(config_.offset_tweak_cycles.n);
    } else {
      jobs_.front().tweak_there[out->unit] = true;
    }
  }
}

}  // namespace icesim::twin
