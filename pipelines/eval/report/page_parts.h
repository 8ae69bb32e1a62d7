#pragma once

#include <string>

#include "pipelines/eval/report/report.h"

// Private to report/: what the page is put together from.
namespace rag {

extern const char* const kReportStyle;
extern const char* const kReportScript;

// A cell of figures; `sort_by` is what the script sorts the column by.
std::string figure_cell(double value);

// The sections, each a whole element, "" where there is nothing to show.
std::string summary_section(const ReportInput& input);
std::string difference_section(const ReportInput& input);
std::string cost_section(const ReportInput& input);
std::string risk_section(const ReportInput& input);
std::string worst_section(const ReportInput& input);
std::string query_section(const ReportInput& input);

inline const char* say(const ReportInput& input, const char* english, const char* korean) { return input.korean ? korean : english; }

}  // namespace rag
