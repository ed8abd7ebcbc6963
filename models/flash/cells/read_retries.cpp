// SPDX-License-Identifier: Apache-2.0
#include "models/flash/cells/read_retries.hpp"

#include "icesim/base/random.hpp"

namespace icesim {

void FlashRetryConfig::describe(Fields& f) {
  using namespace literals;
  f("ppm", ppm, {0, 1'000'000},
    assumption("Share of sensings of new flash that cannot be corrected and are done again, in millionths",
               "vendors do not publish it [no-figure]", ppm > 0 ? "flash" : ""));
  f("ppm_per_thousand_erases", ppm_per_thousand_erases, {0, 1'000'000},
    assumption("What is added to that with each 1000 erases of the superblock", "vendors do not publish it [no-figure]",
               ppm_per_thousand_erases > 0 ? "flash" : ""));
  const Fields::Only only(f, happens(), "flash.retry.ppm and ppm_per_thousand_erases are 0");
  f("most", most, {1, 64}, assumption("Retries of a read, of which the last one succeeds", "vendors do not publish it [no-figure]"));
  f("overhead", overhead, {0_ns, 10_ms},
    assumption("Time of a retry beyond flash.read_time: another voltage is set, and the error is noticed",
               "vendors do not publish it [no-figure]"));
  f("seed", seed, {0, ~std::uint64_t{0}}, choice("Seed of the errors"));
}

void FlashRetryStatistics::describe(Statistics& s) const {
  s("retries", retries, "Sensings of pages that were done again");
  s("reads", reads, "Read operations of dies with at least one of them");
  s("exhausted", exhausted, "Read operations of dies that had as many as there may be");
}

std::uint64_t FlashRetries::draw(std::uint32_t die, std::uint64_t number, std::uint64_t erases) const {
  const std::uint64_t ppm = config_.ppm + config_.ppm_per_thousand_erases * erases / 1000;
  Random random(split_mix(config_.seed + split_mix_step * (std::uint64_t{die} + 1)) ^ number * split_mix_step);
  std::uint64_t retries = 0;
  while (retries < config_.most && random.below(1'000'000) < ppm) ++retries;
  return retries;
}

void FlashRetries::count(std::uint64_t retries, FlashRetryStatistics& statistics) const {
  if (retries == 0) return;
  statistics.retries += retries;
  ++statistics.reads;
  if (retries == config_.most) ++statistics.exhausted;
}

}  // namespace icesim
