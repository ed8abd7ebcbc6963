// SPDX-License-Identifier: Apache-2.0
#include "ring_model.hpp"

namespace icesim {

RingAnswer RingModel::use(std::size_t process, std::size_t file) {
  if (!world_.may_read(process, file)) return {Error::access};
  if (s_.files[file].key != RingScenario::none) {
    if (!finds(process, file)) return {Error::no_key};
    was_opened(process, file);
  }
  open_[process * s_.files.size() + file] = true;
  return {};
}

RingAnswer RingModel::close(std::size_t process, std::size_t file) {
  if (!is_open(process, file)) return {Error::not_open};
  open_[process * s_.files.size() + file] = false;
  return {};
}

void RingModel::ended(std::size_t process) {
  for (std::size_t file = 0; file < s_.files.size(); ++file) open_[process * s_.files.size() + file] = false;
}

bool RingModel::reads(std::size_t process, std::size_t file) const {
  if (!world_.is_alive(process)) return false;
  const bool has_key = s_.files[file].key != RingScenario::none;
  if (is_open(process, file) && (!has_key || goes_on(file))) return true;
  return world_.may_read(process, file) && (!has_key || finds(process, file));
}

}  // namespace icesim
