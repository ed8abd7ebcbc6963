// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// What golden.json of a golden directory tells: how its results were made, what else must be there, and why it was
/// renewed.
struct GoldenIndex {
  struct Trace {
    std::string name;            ///< without directory; its results and request log are called after it
    std::string sha256;          ///< of the trace
    std::string results_sha256;  ///< of its results, and of its request log before that is compressed
    std::string requests_sha256;
  };
  struct Acceptance {
    std::string version;
    std::string reason;
  };

  std::string version;   ///< of the program that made it
  std::string platform;  ///< as the user named it, with what was set
  std::vector<Trace> traces;
  std::vector<Acceptance> accepted;  ///< oldest first
};

/// Equal indexes give equal bytes.
std::string golden_index_json(const GoldenIndex& index);
/// Throws UserError "FILE:LINE:COLUMN: ..." and "FILE:/traces/0/name: ..."; also when a name is none of a file, or is
/// there twice.
GoldenIndex read_golden_index(std::string_view json, const std::string& file);

}  // namespace icesim
