#include "pipelines/eval/report/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/text.h"
#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/plot_frame.h"

namespace rag {
namespace {

struct Bar {
  double begin = 0, end = 0;
  std::size_t count = 0;
  const char* css_class = "";
};

std::string bars_svg(const PlotWords& words, const std::vector<Bar>& bars, const std::vector<double>& x_ticks) {
  std::size_t most = 1;
  for (const Bar& bar : bars) most = std::max(most, bar.count);
  std::vector<double> y_ticks = nice_ticks(0, static_cast<double>(most), 6);
  std::erase_if(y_ticks, [](double tick) { return tick != std::round(tick); });  // queries are counted whole
  if (y_ticks.size() < 2) y_ticks = {0, 1};
  PlotFrame frame(words, x_ticks, y_ticks);
  for (const Bar& bar : bars) {
    if (bar.count == 0) continue;
    const double left = frame.x(bar.begin) + 1, right = frame.x(bar.end) - 1, top = frame.y(static_cast<double>(bar.count));
    frame.add(fmt::format("<rect class=\"{}\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/>", bar.css_class, left, top, std::max(1.0, right - left),
                          frame.y(0) - top));
    frame.add(plot_text((left + right) / 2, top - 4, "count middle", std::to_string(bar.count)));
  }
  return frame.svg();
}

// Columns a text takes in a plot: Hangul and Han are about twice as wide.
double text_width(const std::string& text) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += is_cjk(next_code_point(text, i)) ? 13 : 7;
  return width;
}

std::string shortened(const std::string& text, std::size_t max_bytes) {
  const std::string line = collapse_white_space(replace_invalid_utf8(text));
  return line.size() <= max_bytes ? line : line.substr(0, floor_to_character(line, max_bytes)) + "…";
}

struct Box {
  double left = 0, right = 0, top = 0, bottom = 0;
  bool meets(const Box& other) const { return left < other.right && other.left < right && top < other.bottom && other.top < bottom; }
};

// Where a label stands beside its point: the first of ten places that is free and inside.
Box place_for(double x, double y, double width, const std::vector<Box>& taken) {
  const auto inside = [](const Box& box) {
    return box.left >= PlotFrame::kLeft && box.right <= PlotFrame::kWidth - 4 && box.top >= 2 && box.bottom <= PlotFrame::kHeight - PlotFrame::kBottom - 2;
  };
  const auto at = [&](double left, double middle) { return Box{left, left + width, middle - 8, middle + 8}; };
  const double right_of = x + 10, left_of = x - 10 - width, centred = x - width / 2;
  // Above first: the front runs to the right of a point and up to it from below.
  const std::array<Box, 10> places = {at(right_of, y - 11), at(left_of, y - 11), at(centred, y - 18),  at(right_of, y), at(left_of, y),
                                      at(right_of, y + 14), at(left_of, y + 14), at(right_of, y - 28), at(left_of, y - 28), at(centred, y + 18)};
  for (const Box& place : places)
    if (inside(place) && std::ranges::none_of(taken, [&](const Box& other) { return place.meets(other); })) return place;
  return places[0];
}

}  // namespace

std::string histogram_of_differences(const PlotWords& words, const std::vector<double>& differences) {
  constexpr int kSide = 10;
  double far = 0;
  for (const double difference : differences) far = std::max(far, std::abs(difference));
  const std::vector<double> ticks = nice_ticks(-std::max(far, 0.01), std::max(far, 0.01), 9);
  const double limit = std::max(-ticks.front(), ticks.back()), width = limit / (kSide + 0.5);  // the bar of the ties is half on either side
  std::vector<Bar> bars;
  for (int i = -kSide; i <= kSide; ++i)
    bars.push_back({.begin = (i - 0.5) * width, .end = (i + 0.5) * width, .count = 0, .css_class = i < 0 ? "worse" : i > 0 ? "better" : "tie"});
  for (const double difference : differences) {
    int bar = static_cast<int>(std::round(difference / width));
    if (bar == 0 && difference != 0) bar = difference > 0 ? 1 : -1;  // small, but no tie
    ++bars[static_cast<std::size_t>(std::clamp(bar, -kSide, kSide) + kSide)].count;
  }
  return bars_svg(words, bars, ticks);
}

std::string histogram_of_values(const PlotWords& words, const std::vector<double>& values) {
  double low = 0, high = 1;
  for (const double value : values) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const std::vector<double> ticks = nice_ticks(low, high, 11);
  constexpr int kBars = 20;
  const double width = (ticks.back() - ticks.front()) / kBars;
  std::vector<Bar> bars;
  for (int i = 0; i < kBars; ++i) bars.push_back({.begin = ticks.front() + i * width, .end = ticks.front() + (i + 1) * width, .count = 0, .css_class = "better"});
  for (const double value : values) ++bars[static_cast<std::size_t>(std::clamp(static_cast<int>((value - ticks.front()) / width), 0, kBars - 1))].count;
  return bars_svg(words, bars, ticks);
}

std::string scatter_plot(const PlotWords& words, const std::vector<PlotPoint>& points) {
  double x_high = 0, y_low = 1e300, y_high = -1e300;
  for (const PlotPoint& point : points) {
    x_high = std::max(x_high, point.x);
    y_low = std::min(y_low, point.y);
    y_high = std::max(y_high, point.y);
  }
  const double margin = .06 * (y_high - y_low);  // no dot on the frame
  PlotFrame frame(words, nice_ticks(0, 1.05 * x_high, 9), nice_ticks(y_low - margin, y_high + margin, 6));
  std::vector<PlotPoint> front, ordered = points;
  std::ranges::stable_sort(ordered, {}, [](const PlotPoint& point) { return std::pair(point.x, -point.y); });
  std::ranges::copy_if(ordered, std::back_inserter(front), &PlotPoint::marked);
  std::string line;
  for (std::size_t i = 0; i < front.size(); ++i) {  // a staircase: between two points nothing better is known than the cheaper one
    if (i > 0) line += " H" + plot_number(frame.x(front[i].x)) + " V" + plot_number(frame.y(front[i].y));
    else line += "M" + plot_number(frame.x(front[i].x)) + " " + plot_number(frame.y(front[i].y));
  }
  if (front.size() > 1) frame.add("<path class=\"front\" d=\"" + line + "\"/>");
  std::vector<Box> taken;
  for (const PlotPoint& point : ordered) taken.push_back({frame.x(point.x) - 6, frame.x(point.x) + 6, frame.y(point.y) - 6, frame.y(point.y) + 6});
  for (const PlotPoint& point : ordered) {
    const double x = frame.x(point.x), y = frame.y(point.y);
    const std::string label = shortened(point.label, 40);
    const Box place = place_for(x, y, text_width(label), taken);
    taken.push_back(place);
    frame.add(fmt::format("<circle class=\"{}\" cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"5\"/>", point.marked ? "dot" : "dot behind", x, y));
    frame.add(plot_text(place.left, place.top + 12, "name", label));
  }
  return frame.svg();
}

std::string curve_plot(const PlotWords& words, const std::vector<PlotCurve>& curves) {
  const std::vector<double> ticks = {0, .2, .4, .6, .8, 1};
  PlotFrame frame(words, ticks, ticks);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    std::string line;
    for (const auto& [x, y] : curves[i].points) line += (line.empty() ? "M" : " L") + plot_number(frame.x(x)) + " " + plot_number(frame.y(y));
    const std::string number = std::to_string(i % 6);
    if (!line.empty()) frame.add("<path class=\"curve curve" + number + "\" d=\"" + line + "\"/>");
    const double y = PlotFrame::kTop + 14 + 18 * static_cast<double>(i);
    frame.add(fmt::format("<line class=\"curve curve{}\" x1=\"{:g}\" x2=\"{:g}\" y1=\"{:g}\" y2=\"{:g}\"/>", number, PlotFrame::kLeft + 14, PlotFrame::kLeft + 42, y - 4, y - 4));
    frame.add(plot_text(PlotFrame::kLeft + 50, y, "name", shortened(curves[i].label, 60)));
  }
  return frame.svg();
}

}  // namespace rag
