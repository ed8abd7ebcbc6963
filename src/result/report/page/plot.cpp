// SPDX-License-Identifier: Apache-2.0
#include "plot.hpp"

namespace icesim {
namespace {

/// Curves are drawn in a square of this side, which is stretched over the area.
constexpr double side = 10'000;

std::string stretched(double share) { return std::to_string(static_cast<long long>(share * side + 0.5)); }

}  // namespace

Plot::Plot(Markup& page, PlotAxis x, PlotAxis y, const PlotTexts& texts, unsigned height)
    : page_(page), x_(std::move(x)), y_(std::move(y)) {
  page_.open("figure").element("p", texts.y_title, {{"class", "y-title"}});
  page_.open("div", {{"class", "plot"}});
  page_.open("svg",
             {{"width", "100%"}, {"height", std::to_string(height)}, {"role", "img"}, {"aria-label", texts.name}});
  grid(texts);
}

void Plot::grid(const PlotTexts& texts) {
  page_.open("g", {{"class", "y-axis"}});
  for (const PlotAxis::Tick& tick : y_.ticks()) {
    const std::string y = place_text(1 - tick.place);
    page_.empty("line",
                {{"class", tick.place == 0 ? "base" : "grid"}, {"x1", "0"}, {"x2", "100%"}, {"y1", y}, {"y2", y}});
    page_.element("text", tick.label, {{"class", "tick"}, {"x", "-8"}, {"y", y}, {"dy", "4"}, {"text-anchor", "end"}});
  }
  page_.close().open("g", {{"class", "x-axis"}});
  for (const PlotAxis::Tick& tick : x_.ticks()) {
    const std::string x = place_text(tick.place);
    page_.empty("line", {{"class", "grid"}, {"x1", x}, {"x2", x}, {"y1", "0"}, {"y2", "100%"}});
    page_.element("text", tick.label,
                  {{"class", "tick"}, {"x", x}, {"y", "100%"}, {"dy", "18"}, {"text-anchor", "middle"}});
  }
  page_.element("text", texts.x_title,
                {{"class", "x-title"}, {"x", "100%"}, {"y", "100%"}, {"dy", "36"}, {"text-anchor", "end"}});
  page_.close();
}

std::string Plot::coordinates(const std::vector<Point>& points) const {
  std::string text;
  for (const auto& [x, y] : points)
    text.append(text.empty() ? "" : " ").append(stretched(x_.place(x))).append(",").append(stretched(1 - y_.place(y)));
  return text;
}

void Plot::curve(const std::vector<Point>& points, const std::string& kind) {
  const std::string square = std::to_string(static_cast<int>(side));
  page_.open("svg", {{"viewBox", "0 0 " + square + " " + square},
                     {"preserveAspectRatio", "none"},
                     {"width", "100%"},
                     {"height", "100%"}});
  page_.empty("polyline", {{"class", "curve " + kind}, {"points", coordinates(points)}});
  page_.close();
}

void Plot::steps(const std::vector<Point>& points, const std::string& kind) {
  std::vector<Point> corners;
  for (const Point& each : points) {
    if (!corners.empty()) corners.emplace_back(each.first, corners.back().second);
    corners.push_back(each);
  }
  curve(corners, kind);
}

void Plot::dot(Point at, const std::string& kind, const std::string& title) {
  page_.shape("circle", title,
              {{"class", "dot " + kind}, {"cx", x_place(at.first)}, {"cy", y_place(at.second)}, {"r", "4.5"}});
}

void Plot::marker(double x, const std::string& kind, const std::string& text, unsigned row) {
  const bool at_right = x_.place(x) > 0.6;
  page_.empty("line",
              {{"class", "marker " + kind}, {"x1", x_place(x)}, {"x2", x_place(x)}, {"y1", "0"}, {"y2", "100%"}});
  if (text.empty()) return;
  page_.element("text", text,
                {{"class", "note " + kind},
                 {"x", x_place(x)},
                 {"y", "0"},
                 {"dx", at_right ? "-6" : "6"},
                 {"dy", std::to_string(12 + 17 * row)},
                 {"text-anchor", at_right ? "end" : "start"}});
}

void Plot::band(double y, const std::string& text) {
  page_.shape(
      "rect", text,
      {{"class", "band"}, {"x", "0"}, {"width", "100%"}, {"y", y_place(y)}, {"height", place_text(y_.place(y))}});
}

void Plot::label(Point at, const std::string& text, const std::string& kind) {
  const bool at_right = x_.place(at.first) > 0.75;
  page_.element("text", text,
                {{"class", "direct " + kind},
                 {"x", x_place(at.first)},
                 {"y", y_place(at.second)},
                 {"dx", at_right ? "-9" : "9"},
                 {"dy", "4"},
                 {"text-anchor", at_right ? "end" : "start"}});
}

void Plot::close(const std::string& caption) {
  page_.close().close();
  if (!caption.empty()) page_.element("figcaption", caption);
  page_.close();
}

void write_bars(Markup& page, const std::vector<Bar>& bars, const std::string& name) {
  page.open("div", {{"class", "bars"}, {"role", "img"}, {"aria-label", name}});
  for (const Bar& bar : bars) {
    page.open("div", {{"class", "bar-row"}}).element("span", bar.label, {{"class", "bar-label"}});
    page.open("svg", {{"width", "100%"}, {"height", "16"}});
    page.empty("rect", {{"class", "track"}, {"width", "100%"}, {"height", "16"}});
    page.shape("rect", bar.title.empty() ? bar.label + ": " + bar.value : bar.title,
               {{"class", "bar " + bar.kind}, {"width", place_text(bar.share)}, {"height", "16"}});
    page.close().element("span", bar.value, {{"class", "bar-value"}}).close();
  }
  page.close();
}

void write_legend(Markup& page, const std::vector<std::pair<std::string, std::string>>& kinds_and_texts) {
  page.open("p", {{"class", "legend"}});
  for (const auto& [kind, text] : kinds_and_texts) {
    page.open("span", {{"class", "entry"}})
        .element("span", "", {{"class", "swatch " + kind}})
        .text(text)
        .close()
        .text(" ");
  }
  page.close();
}

std::string series_kind(std::size_t number) { return "s" + std::to_string(number % most_series + 1); }

}  // namespace icesim
