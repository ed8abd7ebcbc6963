// SPDX-License-Identifier: Apache-2.0
// The configuration reader on arbitrary bytes.
#include "icesim/result/parameter_reader.hpp"
#include "models/system/simulation.hpp"
#include "refusal.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace icesim;
  fuzz::accept_or_refuse([&] {
    SystemConfig config;
    read_parameters({reinterpret_cast<const char*>(data), size}, "input",
                    parameters_of(config));
  });
  return 0;
}

/// SystemC's library asks for it; nothing is simulated.
int sc_main(int, char**) { return 0; }
