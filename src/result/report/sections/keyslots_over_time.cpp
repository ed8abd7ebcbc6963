// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/decimal_text.hpp"
#include "residencies.hpp"
#include "section.hpp"

#include <algorithm>
#include <set>

namespace icesim::report {
namespace {

constexpr const char* over_time_title = "Keyslots over time";
/// Rows of a picture, and shares of its width that can be pointed at.
constexpr std::size_t most_rows = 64;
constexpr std::uint64_t finest = 250;

std::string kind_of(const Residency& each) {
  return each.keys > 1 ? "churn" : each.requests == 1 ? "few" : each.requests < 10 ? "some" : "many";
}

std::string text_of(const Residency& each) {
  const std::string what =
      each.keys == 1 ? "key " + std::to_string(each.key) : grouped_text(each.keys) + " keys in turn";
  return "keyslot " + std::to_string(each.keyslot) + ": " + what + " from " + time_text(each.begin) + " to " +
         time_text(each.end) + ", " + counted_text(each.requests, "request");
}

struct Picture {
  Picoseconds end{};  ///< of the log
  unsigned row_height = 10;
  std::vector<std::uint32_t> rows;  ///< keyslots that are drawn
};

void write_rows(Markup& page, const Picture& picture, const std::vector<Residency>& residencies) {
  const unsigned height = picture.row_height * static_cast<unsigned>(picture.rows.size());
  page.element("p", "keyslot", {{"class", "y-title"}}).open("div", {{"class", "plot"}});
  page.open("svg", {{"width", "100%"},
                    {"height", std::to_string(height)},
                    {"role", "img"},
                    {"aria-label", "Keys in keyslots over time"}});
  const PlotAxis time = PlotAxis::exact(static_cast<double>(picture.end.n), time_label, 6);
  for (const PlotAxis::Tick& tick : time.ticks()) {
    page.empty("line", {{"class", "grid"},
                        {"x1", place_text(tick.place)},
                        {"x2", place_text(tick.place)},
                        {"y1", "0"},
                        {"y2", "100%"}});
    page.element(
        "text", tick.label,
        {{"class", "tick"}, {"x", place_text(tick.place)}, {"y", "100%"}, {"dy", "18"}, {"text-anchor", "middle"}});
  }
  page.element("text", "since the simulation began",
               {{"class", "x-title"}, {"x", "100%"}, {"y", "100%"}, {"dy", "36"}, {"text-anchor", "end"}});
  const std::size_t step = picture.rows.size() <= 16 ? 1 : picture.rows.size() <= 32 ? 4 : 8;
  for (std::size_t row = 0; row < picture.rows.size(); row += step)
    page.element("text", std::to_string(picture.rows[row]),
                 {{"class", "tick"},
                  {"x", "-8"},
                  {"y", std::to_string(row * picture.row_height + picture.row_height / 2)},
                  {"dy", "4"},
                  {"text-anchor", "end"}});
  for (const Residency& each : residencies) {
    const auto row = std::lower_bound(picture.rows.begin(), picture.rows.end(), each.keyslot);
    if (row == picture.rows.end() || *row != each.keyslot) continue;
    const double begin = time.place(static_cast<double>(each.begin.n)),
                 end = time.place(static_cast<double>(each.end.n));
    const unsigned top = picture.row_height * static_cast<unsigned>(row - picture.rows.begin());
    page.shape("rect", text_of(each),
               {{"class", "held " + kind_of(each)},
                {"x", place_text(begin)},
                {"width", place_text(end - begin)},
                {"y", std::to_string(top)},
                {"height", std::to_string(picture.row_height - 1)}});
    if (each.keys == 1 && end - begin > 0.15 && picture.row_height >= 16)
      page.element("text", "key " + std::to_string(each.key),
                   {{"class", "held-label " + kind_of(each)},
                    {"x", place_text(begin)},
                    {"dx", "6"},
                    {"y", std::to_string(top + picture.row_height / 2)},
                    {"dy", "4"}});
  }
  page.close().close();
}

void write_keyslots_of(Draft& draft, std::size_t number) {
  const ReportRun& run = draft.input.runs[number];
  const std::vector<Residency> all = residencies_of(run.requests);
  if (draft.input.runs.size() > 1) draft.page.element("h3", draft.run_names[number]);
  Picture picture;
  std::set<std::uint32_t> keyslots;
  std::uint64_t used_once = 0;
  for (const Residency& each : all) {
    keyslots.insert(each.keyslot);
    if (each.requests == 1) ++used_once;
  }
  picture.rows.assign(keyslots.begin(), keyslots.end());
  for (const LoggedRequest& each : run.requests) picture.end = std::max(picture.end, each.ended);
  std::string finding = "A key came into a keyslot " + counted_text(all.size(), "time") + "; " +
                        counted_text(used_once, "time") + " it was used by one request only.";
  if (picture.rows.size() > most_rows) {
    finding += " The first " + std::to_string(most_rows) + " of " + std::to_string(picture.rows.size()) +
               " keyslots are drawn.";
    picture.rows.resize(most_rows);
  }
  picture.row_height = picture.rows.size() <= 12 ? 22 : picture.rows.size() <= 32 ? 11 : 8;
  draft.page.element("p", finding).open("figure");
  write_legend(draft.page, {{"few", "used by one request"},
                            {"some", "by 2 to 9"},
                            {"many", "by 10 or more"},
                            {"churn", "several keys in turn, too short to be drawn"}});
  write_rows(draft.page, picture, join_short(all, Picoseconds{picture.end.n / finest + 1}));
  draft.page
      .element("figcaption",
               "A block begins when its first request takes the keyslot and ends when one with another key does; when "
               "a key was evicted without a successor the log does not tell.")
      .close();
}

}  // namespace

void write_keyslots_over_time(Draft& draft) {
  const auto& runs = draft.input.runs;
  const auto has_log = [](const ReportRun& run) { return run.requests_file.has_value(); };
  const auto has_keyslots = [](const ReportRun& run) {
    return std::any_of(run.requests.begin(), run.requests.end(),
                       [](const LoggedRequest& each) { return each.has_keyslot && each.key != 0; });
  };
  if (std::none_of(runs.begin(), runs.end(), has_log))
    return draft.leave_out(over_time_title, "needs the log of the requests that 'icesim run TRACE --requests FILE' writes");
  if (std::none_of(runs.begin(), runs.end(), has_keyslots))
    return draft.leave_out(over_time_title, "no request of the log had a keyslot");
  draft.begin("keyslots", over_time_title, "");
  for (std::size_t i = 0; i < runs.size(); ++i)
    if (has_keyslots(runs[i])) write_keyslots_of(draft, i);
  draft.end();
}

}  // namespace icesim::report
