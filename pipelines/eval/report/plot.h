#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rag {

// Plots as SVG elements to stand in an HTML page.  Colours come from the page's style by class, so that they follow light and dark; every
// plot has a title and a description for readers who do not see it.  All texts are escaped here.

struct PlotWords {
  std::string id;  // of the element, unique in the page, letters and digits
  std::string title, description;
  std::string x_label, y_label;
};

// Ticks at 1, 2 or 5 times a power of ten that enclose [low, high], at most about `most` of them; never fewer than two, also for low == high.
std::vector<double> nice_ticks(double low, double high, int most);

// How many differences lie where: bars left of 0, ties, bars right of 0.
std::string histogram_of_differences(const PlotWords& words, const std::vector<double>& differences);
// How many values lie in each tenth of [0, 1], or of what they span where that is more.
std::string histogram_of_values(const PlotWords& words, const std::vector<double>& values);

struct PlotPoint {
  double x = 0, y = 0;
  std::string label;
  bool marked = false;  // on the front: drawn full, and joined by a line
};
std::string scatter_plot(const PlotWords& words, const std::vector<PlotPoint>& points);

struct PlotCurve {
  std::string label;
  std::vector<std::pair<double, double>> points;
};
// Both axes from 0 to 1.
std::string curve_plot(const PlotWords& words, const std::vector<PlotCurve>& curves);

}  // namespace rag
