#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/answer.h"

namespace rag {

// A citation as it is measured.
struct GivenCitation {
  std::optional<Span> answer_span;  // bytes of the answer it stands for; none: see statements.h
  int number = 0;                   // of its marker in the answer, [1]; 0 where it has none
  std::string document;             // id, or whatever the system names it by
  std::string uri;
  std::string quote;                // the text that is to support the answer
  std::string context;              // what stands above it in its document: title, headings, the header of its table
};

// An answer as it is measured: ours, or another system's.
struct GivenAnswer {
  std::string id;      // of the question
  std::string text;    // "" when abstained
  bool abstained = false;
  std::string reason;  // why it abstained
  std::vector<GivenCitation> citations;
  std::optional<double> confidence;   // larger: surer.  Any scale, one for all answers
  std::vector<std::string> contexts;  // the passages it was made from, best first; empty where nobody kept them
};

// JSON Lines:
//     {"_id", "answer", "abstained", "reason", "confidence", "contexts": [text, ...],
//      "citations": [{"n", "answer_span": {"begin", "end"}, "document", "uri", "quote", "context"}]}
// `_id` must be there, everything else may be missing.  An answer that is missing, null or blank is an abstention; so is one with "abstained":true,
// whose text is then left out.  Throws Error(Usage) with file and line: another type, a span outside its answer or inside a character, an id twice.
std::map<std::string, GivenAnswer> read_given_answers(const std::filesystem::path& file);

// The same lines, in the order of the ids' map.
std::string given_answers_jsonl(const std::map<std::string, GivenAnswer>& answers);

// Whether a citation was taken from this passage.
bool holds(const Passage& passage, const Citation& citation);

// Without confidence.
GivenAnswer given_answer_of(const std::string& id, const Answer& answer);

}  // namespace rag
