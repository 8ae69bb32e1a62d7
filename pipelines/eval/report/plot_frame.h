#pragma once

#include <string>
#include <vector>

#include "pipelines/eval/report/plot.h"

// Private to report/: the frame that all plots draw into.
namespace rag {

// A rectangle with axes; coordinates of data become those of the drawing.
class PlotFrame {
 public:
  static constexpr double kWidth = 720, kHeight = 320, kLeft = 64, kRight = 24, kTop = 18, kBottom = 52;

  // Axes span the first to the last tick.  `digits`: behind the point, of tick labels.
  PlotFrame(PlotWords words, std::vector<double> x_ticks, std::vector<double> y_ticks);

  double x(double value) const;
  double y(double value) const;
  void add(const std::string& element) { body_ += element; }
  std::string svg() const;  // the whole element

 private:
  PlotWords words_;
  std::vector<double> x_ticks_, y_ticks_;
  std::string body_;
};

std::string plot_number(double value);     // a coordinate: two digits behind the point
std::string tick_label(double value, double step);  // as many digits as the step needs
std::string plot_text(double x, double y, const std::string& css_class, const std::string& text);

}  // namespace rag
