#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "core/passage.h"

namespace rag::cli {

// Prints passages as text, json, jsonl, csv or md.
void print_passages(std::ostream& out, const std::string& format, const std::string& query, std::uint64_t generation,
                    const std::vector<Passage>& passages, bool explain);

// TREC's six columns, one line a document: its best passage, since trec_eval refuses a document that comes twice.
void print_trec_run(std::ostream& out, const std::string& query_id, const std::vector<Passage>& passages);

// "handbook/leave.pdf, page 3", "meeting.mp3 00:01:23", for people.
std::string place_of(const std::string& uri, int page, const std::string& time);

}  // namespace rag::cli
