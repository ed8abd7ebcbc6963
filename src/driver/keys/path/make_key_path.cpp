// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/path/make_key_path.hpp"

#include "src/driver/keys/path/drained_path.hpp"
#include "src/driver/keys/path/firmware_path.hpp"
#include "src/driver/keys/path/hwkm_v1_path.hpp"
#include "src/driver/keys/path/hwkm_v2_path.hpp"
#include "src/driver/keys/path/prdt_path.hpp"
#include "src/driver/keys/path/registers_path.hpp"

namespace icesim {

std::unique_ptr<KeyPath> make_key_path(const KeyPathConfig& config, const HostCosts& costs, HostPort& host,
                                       std::uint64_t seed) {
  config.check();
  switch (config.path) {
    case KeyPathKind::firmware:
    case KeyPathKind::pfk:  // by another thread
      return std::make_unique<FirmwarePath>(host, costs, config, seed);
    case KeyPathKind::hwkm_v1:
      return std::make_unique<HwkmV1Path>(host, costs, config);
    case KeyPathKind::hwkm_v2:
      return std::make_unique<HwkmV2Path>(host, costs, config, seed);
    case KeyPathKind::drained:
      return std::make_unique<DrainedPath>(host, costs, config, seed);
    case KeyPathKind::prdt:
      return std::make_unique<PrdtPath>(host, costs, config);
    case KeyPathKind::registers:
    case KeyPathKind::none:
      break;
  }
  return std::make_unique<RegistersPath>(host, costs, config);
}

}  // namespace icesim
