// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace icesim::app {

/// Whether a file of this name is to hold the compact format FST, which vcd2fst (package gtkwave) makes.
bool wants_fst(const std::string& path);
/// Throws UserError that says what to do when vcd2fst is not installed.
void require_fst_converter(const std::string& path);
/// Makes the FST file `path` of a VCD file, under a temporary name, then renamed. Throws UserError.
void convert_to_fst(const std::string& vcd, const std::string& path);

}  // namespace icesim::app
