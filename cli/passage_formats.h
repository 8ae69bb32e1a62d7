#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "core/passage.h"

namespace rag::cli {

// Prints passages as text, json, jsonl, csv, md or trec.
void print_passages(std::ostream& out, const std::string& format, const std::string& query, std::uint64_t generation,
                    const std::vector<Passage>& passages, bool explain);

// "handbook/leave.pdf, page 3", for people.
std::string place_of(const std::string& uri, int page);

}  // namespace rag::cli
