#pragma once

#include <string>

#include "pipelines/eval/compare/comparison.h"

namespace rag {

// A comparison for programs: docs/formats/json.md.
std::string comparison_json(const Comparison& comparison);

// A line for each metric and pair, RFC 4180, with a header line.  What a test does not say is an empty field.
std::string comparison_csv(const Comparison& comparison);

// Tables for a pull request, in GitHub's Markdown.  Names and questions are escaped.
std::string comparison_markdown(const Comparison& comparison, bool korean);

// What may be concluded of one pair, in a sentence: which is better and by how much, or that they are not shown to differ and what so
// many queries would have shown.  Never that two systems are equal, which no test can show.
std::string conclusion_of(const Comparison& comparison, const ComparedPair& pair, bool korean);

// How the figures were come by: queries, comparisons, test, correction, intervals.
std::string method_of(const Comparison& comparison, bool korean);

// "+0.0321"; "0.0040", "<0.0001" for p-values; both alike in every output for people.
std::string signed_figure(double value);
std::string p_figure(double p);

}  // namespace rag
