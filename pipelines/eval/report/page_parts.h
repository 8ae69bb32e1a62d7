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
std::string figures_section(const ReportInput& input);  // of evaluations of answers: their whole tables

// Expected and given answer beside each other, with what is cited.
std::string answer_lists(const ReportInput& input, const AnsweredQuestion& answered);
// What the worst questions are sorted by: the metric's value; where it is not defined, 0 for an answer to an unanswerable question, else 1.
double worth_of(const EvaluatedQuery& query, const std::string& metric);

inline const char* say(const ReportInput& input, const char* english, const char* korean) { return input.korean ? korean : english; }

}  // namespace rag
