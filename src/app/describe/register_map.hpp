// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/register.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// A repeated group of registers at the place and in the number that the configuration gives it.
struct PlacedArray {
  std::string name;  ///< an identifier: "x_CRYPTOCFG"
  const RegisterArray* array = nullptr;
  std::uint32_t offset = 0;
  std::uint32_t count = 0;
};

/// The groups of a controller with default parameters, whose queues are as many as there can be.
std::vector<PlacedArray> placed_arrays();
/// Bytes from the first register to the end of the last group.
std::uint32_t register_map_bytes();
/// A name of the specification as an identifier of hardware languages: "64AS" is AS64.
std::string identifier(std::string_view name);
/// How many words stand one behind the other under the name of one: the key of a keyslot has 16.
std::uint32_t repetitions(const PlacedArray& group, const Register& word);
/// The fields of a register; one called VALUE where the table has none.
std::vector<Field> fields_of(const Register& reg);

/// The register map as SystemRDL 2.0, and as a component of IP-XACT (IEEE 1685-2014), for generators of code and headers.
std::string registers_systemrdl();
std::string registers_ipxact();

}  // namespace icesim::app
