#include "pipelines/eval/report/plot_frame.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "pipelines/eval/report/html_text.h"

namespace rag {

std::vector<double> nice_ticks(double low, double high, int most) {
  if (!std::isfinite(low) || !std::isfinite(high)) return {0, 1};
  if (high - low < 1e-9 * std::max({1.0, std::abs(low), std::abs(high)})) {
    const double around = std::max(std::abs(low) * 0.1, 0.05);
    low -= around;
    high += around;
  }
  const double rough = (high - low) / std::max(1, most - 1), power = std::pow(10.0, std::floor(std::log10(rough)));
  const double step = rough <= power ? power : rough <= 2 * power ? 2 * power : rough <= 5 * power ? 5 * power : 10 * power;
  std::vector<double> ticks;
  for (double at = std::floor(low / step + 1e-9); (at - 1) * step < high - 1e-9 * step; ++at) ticks.push_back(at * step);
  return ticks;
}

std::string plot_number(double value) { return fmt::format("{:.2f}", value); }

std::string tick_label(double value, double step) {
  const int digits = std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
  const std::string label = fmt::format("{:.{}f}", value, digits);
  return label.find_first_not_of("-0.") == std::string::npos ? "0" : label;
}

std::string plot_text(double x, double y, const std::string& css_class, const std::string& text) {
  return "<text x=\"" + plot_number(x) + "\" y=\"" + plot_number(y) + "\" class=\"" + css_class + "\">" + html_escaped(text) + "</text>";
}

PlotFrame::PlotFrame(PlotWords words, std::vector<double> x_ticks, std::vector<double> y_ticks)
    : words_(std::move(words)), x_ticks_(std::move(x_ticks)), y_ticks_(std::move(y_ticks)) {}

double PlotFrame::x(double value) const {
  return kLeft + (value - x_ticks_.front()) / (x_ticks_.back() - x_ticks_.front()) * (kWidth - kLeft - kRight);
}

double PlotFrame::y(double value) const {
  return kHeight - kBottom - (value - y_ticks_.front()) / (y_ticks_.back() - y_ticks_.front()) * (kHeight - kTop - kBottom);
}

std::string PlotFrame::svg() const {
  const std::string title = words_.id + "-title", description = words_.id + "-description";
  std::string out = fmt::format(
      "<svg class=\"plot\" viewBox=\"0 0 {:g} {:g}\" role=\"img\" aria-labelledby=\"{} {}\"><title id=\"{}\">{}</title><desc id=\"{}\">{}</desc>", kWidth, kHeight, title,
      description, title, html_escaped(words_.title), description, html_escaped(words_.description));
  const double bottom = kHeight - kBottom;
  for (const double tick : y_ticks_) {
    out += fmt::format("<line class=\"grid\" x1=\"{:g}\" x2=\"{:g}\" y1=\"{:.2f}\" y2=\"{:.2f}\"/>", kLeft, kWidth - kRight, y(tick), y(tick));
    out += plot_text(kLeft - 8, y(tick) + 4, "tick end", tick_label(tick, y_ticks_[1] - y_ticks_[0]));
  }
  for (const double tick : x_ticks_) {
    out += fmt::format("<line class=\"axis\" x1=\"{:.2f}\" x2=\"{:.2f}\" y1=\"{:g}\" y2=\"{:g}\"/>", x(tick), x(tick), bottom, bottom + 5);
    out += plot_text(x(tick), bottom + 19, "tick middle", tick_label(tick, x_ticks_[1] - x_ticks_[0]));
  }
  out += fmt::format("<line class=\"axis\" x1=\"{:g}\" x2=\"{:g}\" y1=\"{:g}\" y2=\"{:g}\"/>", kLeft, kWidth - kRight, bottom, bottom);
  out += plot_text((kLeft + kWidth - kRight) / 2, kHeight - 10, "label middle", words_.x_label);
  out += fmt::format("<text class=\"label middle\" transform=\"translate(16 {:g}) rotate(-90)\">{}</text>", (kTop + bottom) / 2, html_escaped(words_.y_label));
  return out + body_ + "</svg>\n";
}

}  // namespace rag
