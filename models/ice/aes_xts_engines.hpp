// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/ice/aes_xts_config.hpp"

#include <string_view>
#include <vector>

namespace icesim {

/// An AES engine that was published and measured, as parameters of the pipeline.
struct AesXtsEngine {
  std::string_view name;
  std::string_view sentence;
  AesXtsPipelineConfig config;

  /// Gives `other` this engine's cores, tweaks and key expansion. What belongs to the design around them stays: engines
  /// for one or both directions, kept expanded keys, cycles for an offset, bypass.
  void configure(AesXtsPipelineConfig& other) const;
};

/// All published engines, families together. **Spec**: figures [aes-cores], formulae of the rings [aes-cost-model].
const std::vector<AesXtsEngine>& aes_xts_engines();

/// The engine with this name, or null.
const AesXtsEngine* find_aes_xts_engine(std::string_view name);

}  // namespace icesim
