// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/study/point.hpp"

#include <optional>
#include <string>

namespace icesim {

/// A directory with the results of points, each a results file of its own named by its point. Several processes may use one
/// at the same time.
class ResultStore {
 public:
  /// Makes the directory unless it is there; throws UserError when it cannot be one.
  explicit ResultStore(std::string path);

  std::string file_of(const std::string& point) const { return path_ + "/" + point + ".json"; }
  /// The results that are kept of a point, as text; nothing when there are none. Throws UserError that names the file when
  /// it is broken, or is not of this point.
  std::optional<std::string> find(const std::string& name, const StudyPoint& point) const;
  /// Keeps them: whole or not at all.
  void keep(const std::string& name, const std::string& results) const;

 private:
  std::string path_;
};

}  // namespace icesim
