// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"
#include "icesim/result/study/study_origin.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// What `icesim fit` found out. Losses are billionths: 1e8 is a distance of about 10 %.
struct Fit {
  /// A number that was moved.
  struct Moved {
    std::string path;
    std::string before, value;    ///< "312us"
    std::string low, high;        ///< between these the loss stays within the margin
    std::string from, to;         ///< the range in which it was moved
    std::uint64_t without = 0;    ///< the loss with it as before and the others as fitted
    bool can_be = true;           ///< it can be as before
    bool is_told = true;          ///< the range that is as good is narrow enough for the trace to tell it
  };
  /// One that stays as it was.
  struct LeftOut {
    std::string path;
    std::string why;  ///< "changes nothing", "like PATH", "as good as before"
  };
  /// Latencies at `quantiles`, in picoseconds, of requests that are alike.
  struct Class {
    std::string name;
    std::uint64_t count = 0;
    std::vector<std::uint64_t> recorded, before, fitted;
    std::uint64_t tested = 0;  ///< requests of the test
    std::vector<std::uint64_t> tested_recorded, tested_simulated;
  };

  StudyOrigin origin;
  std::string trace, sha256, platform;
  std::uint64_t requests = 0;       ///< that were fitted
  std::uint64_t tested = 0;         ///< on which the fit was tested; 0: it was not
  std::uint64_t tested_percent = 0; ///< of the trace
  std::uint64_t left_out = 0;       ///< requests in classes that are too small
  std::uint64_t budget = 0, points = 0, rounds = 0;
  std::uint64_t before = 0, fitted = 0, most = 0;  ///< losses: before, of the fit, and what is as good
  std::optional<std::uint64_t> tested_before, tested_fitted;
  std::vector<std::uint64_t> quantiles;  ///< in thousandths
  std::vector<std::uint64_t> shares;     ///< what each counts in the loss of its class, in thousandths
  std::vector<Moved> moved;
  std::vector<LeftOut> left;
  std::vector<Class> classes;
  std::vector<std::string> warnings;
};

/// Why a number was not moved, beside "like PATH".
inline constexpr std::string_view fit_changes_nothing = "changes nothing", fit_as_before = "as good as before";

/// A screen of text, and JSON (schema "fit").
std::string fit_text(const Fit& fit);
std::string fit_json(const Fit& fit);
/// Reads what fit_json() writes. Throws UserError "FILE:/classes/0/name: ..." on what is missing or of another type.
Fit read_fit(std::string_view json, const std::string& file);

/// The platform that a fit makes: it stands on another one, and says what differs from that; what was fitted with its range and what it
/// was fitted to.
std::string fitted_platform_json(const Fit& fit, const std::string& based_on, const std::vector<ParameterGroup>& parameters,
                                 const std::vector<ParameterGroup>& of_base);

}  // namespace icesim
