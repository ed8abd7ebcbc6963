// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/base/leftover.hpp"

#include <optional>
#include <string>
#include <vector>

namespace icesim::app {

/// Whether a file of this name is to hold the compact format FST, which vcd2fst (package gtkwave) makes.
bool wants_fst(const std::string& path);
/// Throws UserError that says what to do when vcd2fst is not installed.
void require_fst_converter(const std::string& path);

/// Makes an FST file of a VCD file, in a directory of its own beside it, which nobody else may enter and which goes with
/// the object.
class WaveConverter {
 public:
  /// Throws UserError when no directory can be made beside the file `fst`.
  explicit WaveConverter(const std::string& fst);
  ~WaveConverter();
  WaveConverter(const WaveConverter&) = delete;
  WaveConverter& operator=(const WaveConverter&) = delete;

  /// What is to be converted.
  OutputFile& vcd() { return *vcd_; }
  const OutputFile& vcd() const { return *vcd_; }
  /// Converts it once it is written. Throws UserError.
  void convert(OutputFile& fst);

 private:
  std::string path(const char* name) const { return directory_ + "/" + name; }

  std::string target_;
  std::string directory_;
  std::vector<Leftover> leftovers_;
  std::optional<OutputFile> vcd_;
};

}  // namespace icesim::app
