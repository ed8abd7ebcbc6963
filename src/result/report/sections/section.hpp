// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/report/report.hpp"
#include "src/result/report/page/markup.hpp"
#include "src/result/report/page/plot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim::report {

/// What the sections of a report share: the page that they write on, what they are of, and what they cannot show.
struct Draft {
  /// A section that is not there.
  struct Missing {
    std::string title;
    std::string why;
  };

  const ReportInput& input;
  Markup page;
  std::vector<std::string> run_names;    ///< one for each run, short and different
  std::vector<std::string> study_names;  ///< one for each study
  std::vector<std::string> fit_names;    ///< one for each fit
  std::vector<Missing> missing;

  void begin(const char* id, const std::string& title, const std::string& finding) {
    page.open("section", {{"id", id}}).element("h2", title);
    if (!finding.empty()) page.element("p", finding);
  }
  void end() { page.close(); }
  void leave_out(const std::string& title, const std::string& why) { missing.push_back({title, why}); }
};

/// Sections in their order. Each writes itself, or says what it would need.
void write_title(Draft& draft);
void write_troubles(Draft& draft);
void write_answer(Draft& draft);
void write_assumption_warnings(Draft& draft);
void write_miss_curve(Draft& draft);
void write_latency(Draft& draft);
void write_stages(Draft& draft);
void write_key_cost(Draft& draft);
void write_keyslots_over_time(Draft& draft);
void write_reuse(Draft& draft);
void write_utilisation(Draft& draft);
void write_energy(Draft& draft);
void write_recorded(Draft& draft);
void write_fits(Draft& draft);
void write_flips(Draft& draft);
void write_assumptions(Draft& draft);
void write_missing(Draft& draft);
void write_repeat(Draft& draft);

/// A statistic's value, or 0.
Wide value_of(const RecordedResults& results, std::string_view path);
std::uint64_t small_value_of(const RecordedResults& results, std::string_view path);
bool has_statistic(const RecordedResults& results, std::string_view path);

/// Time of all requests in one stage.
struct StageSum {
  std::string name;
  std::string sentence;
  std::string kind;  ///< class of its style: host, keys, wire (controller and link) or device
  Wide total = 0;
};
/// The stages of a run, in the order of their declaration; those that no request was in are left out.
std::vector<StageSum> stages_of(const RecordedResults& results);
Wide sum_of(const std::vector<StageSum>& stages);
/// Of `stages_of`, what keys cost: waiting for keyslots and locks, programming, and all else that is there for keys.
Wide key_time(const std::vector<StageSum>& stages);
/// Requests with a key, as the run counted them.
std::uint64_t encrypted_requests(const RecordedResults& results);

/// part of whole in parts per million; 0 of nothing.
std::uint64_t ppm(Wide part, Wide whole);
/// "12.3 %"; small shares keep three digits: "0.104 %". Between number and unit is a space where no line breaks.
std::string share_text(std::uint64_t ppm);
/// What a fit found, in a sentence or two.
std::string fit_in_words(const Fit& fit);
/// "71.71 µs".
std::string time_text(Picoseconds time);
std::string time_text(Wide picoseconds);
/// The file's name without directories.
std::string base_name(const std::string& path);

}  // namespace icesim::report
