// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"
#include "src/workload/keys/policy_names.hpp"
#include "src/workload/text/line_reader.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace icesim {

/// The side file that names the files in each data request of a trace, in the order of the requests.
class InodeCsv {
 public:
  struct Owner {
    std::uint64_t inode = 0;
    std::uint32_t policy = 0;
  };

  InodeCsv(std::unique_ptr<ByteSource> bytes, PolicyNames& policies);

  /// False when the file lacks the column policy_dir.
  bool has_policies() const { return has_policies_; }
  /// The distinct owners of a read, write or discard; the next line must be about that request.
  /// Reads and writes are all listed, discards may be.
  const std::vector<Owner>& owners_of(const IoRequest& request);
  /// Throws when lines are left.
  void finish();

 private:
  struct Row {
    char operation = 0;
    std::uint64_t sector = 0;
    std::uint64_t sectors = 0;
    std::string_view inodes;
    std::string_view policies;
  };
  void advance();
  bool parse(std::string_view line);
  void parse_owners();

  LineReader lines_;
  bool has_policies_ = false;
  bool has_row_ = false;
  Row row_;
  std::vector<Owner> owners_;
  PolicyNames& policies_;
};

}  // namespace icesim
