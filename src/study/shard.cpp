// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/shard.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <optional>

namespace icesim {
namespace {

std::uint64_t count_in(std::string_view text) {
  const std::uint64_t count = parse_quantity(text, Unit::count);
  if (count < 1 || count > most_shards)
    throw UserError(std::to_string(count) + " shards are not 1 to " + std::to_string(most_shards));
  return count;
}

std::optional<std::uint64_t> variable(const Environment& environment, const char* name) {
  const char* text = environment(name);
  if (text == nullptr || *text == '\0') return std::nullopt;
  try {
    return parse_quantity(text, Unit::count);
  } catch (const UserError& error) {
    throw UserError(std::string(name) + ": " + error.what());
  }
}

/// What one scheduler says; the index from 0.
struct Level {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

std::optional<Level> slurm_array(const Environment& environment) {
  const auto task = variable(environment, "SLURM_ARRAY_TASK_ID");
  if (!task) return std::nullopt;
  const std::uint64_t count = variable(environment, "SLURM_ARRAY_TASK_COUNT").value_or(1);
  const std::uint64_t first = variable(environment, "SLURM_ARRAY_TASK_MIN").value_or(*task);
  const std::uint64_t last = variable(environment, "SLURM_ARRAY_TASK_MAX").value_or(*task);
  const std::uint64_t step = variable(environment, "SLURM_ARRAY_TASK_STEP").value_or(1);
  if (step == 0 || first > *task || *task > last || (last - first) / step + 1 != count || (*task - first) % step != 0)
    throw UserError("the numbers of this array of Slurm do not follow each other; auto/N says how many shards there are");
  return Level{(*task - first) / step, count};
}

std::optional<Level> open_mpi(const Environment& environment) {
  const auto rank = variable(environment, "OMPI_COMM_WORLD_RANK");
  const auto size = variable(environment, "OMPI_COMM_WORLD_SIZE");
  if (!rank || !size) return std::nullopt;
  if (*size == 0 || *rank >= *size) throw UserError("OMPI_COMM_WORLD_RANK is not below OMPI_COMM_WORLD_SIZE");
  return Level{*rank, *size};
}

Shard found_out(const Environment& environment) {
  const auto array = slurm_array(environment), mpi = open_mpi(environment);
  if (!array && !mpi) {
    throw UserError(variable(environment, "PARALLEL_SEQ")
                        ? "GNU parallel does not tell how many shards there are; auto/N says it"
                        : "neither an array of Slurm (SLURM_ARRAY_TASK_ID) nor Open MPI (OMPI_COMM_WORLD_RANK) runs this; say I/N");
  }
  const Level outer = array.value_or(Level{}), inner = mpi.value_or(Level{});
  if (outer.count > most_shards / inner.count) throw UserError("more than " + std::to_string(most_shards) + " shards");
  return {outer.index * inner.count + inner.index + 1, outer.count * inner.count};
}

/// Numbers that follow each other have all remainders, wherever they begin.
Shard found_out(const Environment& environment, std::uint64_t count) {
  for (const char* name : {"SLURM_ARRAY_TASK_ID", "OMPI_COMM_WORLD_RANK", "PARALLEL_SEQ"})
    if (const auto number = variable(environment, name)) return {*number % count + 1, count};
  throw UserError("none of SLURM_ARRAY_TASK_ID, OMPI_COMM_WORLD_RANK and PARALLEL_SEQ says which shard this is; say I/N");
}

}  // namespace

Shard read_shard(std::string_view text, const Environment& environment) {
  const std::size_t slash = text.find('/');
  const std::string_view index = text.substr(0, slash);
  if (slash == std::string_view::npos) {
    if (index == "auto") return found_out(environment);
    throw UserError("'" + std::string(text) + "' is not I/N, auto or auto/N");
  }
  const std::uint64_t count = count_in(text.substr(slash + 1));
  if (index == "auto") return found_out(environment, count);
  const std::uint64_t number = parse_quantity(index, Unit::count);
  if (number < 1 || number > count)
    throw UserError("there is no shard " + std::to_string(number) + " of " + std::to_string(count) + "; the first is 1");
  return {number, count};
}

}  // namespace icesim
