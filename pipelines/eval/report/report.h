#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipelines/eval/compare/comparison.h"
#include "pipelines/eval/report/points.h"

namespace rag {

struct ReportInput {
  std::string title;                       // "" for "Evaluation" in the page's language
  std::vector<Evaluation> evaluations;     // at least one; all of retrieval or all of answers
  std::optional<Comparison> comparison;    // of them, where there are two or more
  std::vector<CostPoint> points;           // cost beside quality; none: no such plot
  std::string cost = "p95_ms";             // which cost is plotted
  std::vector<RiskCurve> risk_curves;      // beside those of evaluations of answers; none of either: no such plot
  std::size_t worst = 10;                  // queries shown for each evaluation, those with the lowest values of the first metric
  bool korean = false;                     // the page's own words, and its lang attribute
};

// The report as one HTML file that needs nothing else: no network, no further file.  All texts are escaped; a content security policy lets
// nothing run but the page's own script, without which it reads as well.  The same input gives the same bytes.
std::string report_html(const ReportInput& input);

}  // namespace rag
