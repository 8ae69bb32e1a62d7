#include "generate/eval/given_answer.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/json_nesting.h"
#include "core/text.h"
#include "generate/eval/text_limit.h"
#include "retrieve/eval/lines.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

using nlohmann::json;

constexpr std::size_t kMostCitations = 1000;

// Reads one line's fields; what is of another type is an error that names file and line.
class LineReader {
 public:
  LineReader(const std::filesystem::path& file, std::size_t line) : file_(file), line_(line) {}

  [[noreturn]] void fail(const std::string& problem) const { fail_at_line(file_, line_, problem); }

  std::string text(const json& object, const char* name) const {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return "";
    if (!found->is_string()) fail(std::string("\"") + name + "\" is not a text");
    return limited_text(found->get<std::string>(), name, file_, line_);
  }

  std::size_t offset(const json& span, const json& of) const {
    if (!of.is_number_unsigned()) fail("answer_span " + excerpt(span.dump(-1, ' ', false, json::error_handler_t::replace)) + ", expected {\"begin\": bytes, \"end\": bytes}");
    return of.get<std::size_t>();
  }

  std::optional<Span> span(const json& object, const std::string& answer) const {
    const auto found = object.find("answer_span");
    if (found == object.end() || found->is_null()) return std::nullopt;
    const bool pair = found->is_array() && found->size() == 2;
    if (!pair && !(found->is_object() && found->contains("begin") && found->contains("end"))) offset(*found, json());
    const Span span = pair ? Span{offset(*found, (*found)[0]), offset(*found, (*found)[1])} : Span{offset(*found, (*found)["begin"]), offset(*found, (*found)["end"])};
    const bool inside = span.begin <= span.end && span.end <= answer.size() && floor_to_character(answer, span.begin) == span.begin &&
                        floor_to_character(answer, span.end) == span.end;
    if (!inside)
      fail("answer_span from byte " + std::to_string(span.begin) + " to " + std::to_string(span.end) + ": not a piece of the answer of " +
           std::to_string(answer.size()) + " bytes; spans count bytes of UTF-8");
    return span;
  }

  GivenCitation citation(const json& object, const std::string& answer) const {
    if (!object.is_object()) fail("a citation is not an object");
    GivenCitation citation{.answer_span = span(object, answer), .document = text(object, "document"), .uri = text(object, "uri"), .quote = text(object, "quote"),
                           .context = text(object, "context")};
    if (const auto n = object.find("n"); n != object.end() && !n->is_null()) {
      if (!n->is_number_unsigned() || n->get<std::uint64_t>() > 9999) fail("\"n\" is not a number from 1");
      citation.number = n->get<int>();
    }
    return citation;
  }

 private:
  const std::filesystem::path& file_;
  std::size_t line_;
};

GivenAnswer answer_from(const json& object, const LineReader& in) {
  const auto id = object.find("_id");
  if (id == object.end() || !(id->is_string() || id->is_number_integer())) in.fail("no \"_id\" that is a string, expected {\"_id\": \"...\", \"answer\": \"...\"}");
  GivenAnswer answer{.id = id->is_string() ? id->get<std::string>() : id->dump(), .text = in.text(object, "answer"), .reason = in.text(object, "reason")};
  const auto list = [&](const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return json::array();
    if (!found->is_array()) in.fail(std::string("\"") + name + "\" is not a list");
    return json(*found);
  };
  for (const json& one : list("citations")) answer.citations.push_back(in.citation(one, answer.text));
  if (answer.citations.size() > kMostCitations) in.fail(std::to_string(answer.citations.size()) + " citations of one answer, at most " + std::to_string(kMostCitations));
  for (const json& one : list("contexts")) answer.contexts.push_back(in.text(json{{"contexts", one}}, "contexts"));
  if (const auto confidence = object.find("confidence"); confidence != object.end() && !confidence->is_null()) {
    if (!confidence->is_number()) in.fail("\"confidence\" is not a number");
    answer.confidence = confidence->get<double>();
    if (!std::isfinite(*answer.confidence)) in.fail("\"confidence\" is not a finite number");
  }
  if (const auto abstained = object.find("abstained"); abstained != object.end() && !abstained->is_null()) {
    if (!abstained->is_boolean()) in.fail("\"abstained\" is neither true nor false");
    answer.abstained = abstained->get<bool>();
  }
  if (trim(answer.text).empty()) answer.abstained = true;
  if (answer.abstained) answer.text.clear(), answer.citations.clear();
  return answer;
}

std::string context_of(const Citation& citation, const Answer& answer) {
  const auto from = std::ranges::find_if(answer.passages, [&](const Passage& passage) { return holds(passage, citation); });
  if (from == answer.passages.end()) return "";
  return text_with_context(from->title, Chunk{.heading_path = from->chunk.heading_path, .table_header = from->chunk.table_header});
}

}  // namespace

bool holds(const Passage& passage, const Citation& citation) {
  const Span span = passage.chunk.span;
  return citation.document_id == passage.chunk.document_id && span.begin <= citation.source_span.begin && citation.source_span.end <= span.end;
}

std::map<std::string, GivenAnswer> read_given_answers(const std::filesystem::path& file) {
  std::map<std::string, GivenAnswer> answers;
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    const LineReader in(file, number);
    if (nests_too_deep(line)) in.fail("nested deeper than 256 levels");
    const json object = json::parse(line, nullptr, false);
    if (!object.is_object()) in.fail("not a JSON object, expected {\"_id\": \"...\", \"answer\": \"...\"}");
    GivenAnswer answer = answer_from(object, in);
    const std::string id = answer.id;
    if (!answers.emplace(id, std::move(answer)).second) in.fail("question \"" + excerpt(id) + "\" is answered twice; keep one of them");
  });
  return answers;
}

std::string given_answers_jsonl(const std::map<std::string, GivenAnswer>& answers) {
  std::string lines;
  for (const auto& [id, answer] : answers) {
    nlohmann::ordered_json citations = nlohmann::ordered_json::array();
    for (const GivenCitation& citation : answer.citations) {
      nlohmann::ordered_json one = {{"n", citation.number}, {"document", citation.document}, {"uri", citation.uri}, {"quote", citation.quote}, {"context", citation.context}};
      if (citation.answer_span) one["answer_span"] = {{"begin", citation.answer_span->begin}, {"end", citation.answer_span->end}};
      citations.push_back(std::move(one));
    }
    nlohmann::ordered_json line = {{"_id", id}, {"answer", answer.text}, {"abstained", answer.abstained}, {"reason", answer.reason}, {"citations", citations},
                                   {"contexts", answer.contexts}};
    if (answer.confidence) line["confidence"] = *answer.confidence;
    lines += line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
  }
  return lines;
}

GivenAnswer given_answer_of(const std::string& id, const Answer& answer) {
  GivenAnswer given{.id = id, .text = answer.text, .abstained = answer.abstained, .reason = answer.reason};
  for (const Citation& citation : answer.citations)
    given.citations.push_back({.answer_span = citation.answer_span, .number = citation.number, .document = citation.document_id, .uri = citation.uri,
                               .quote = citation.quote, .context = context_of(citation, answer)});
  for (const Passage& passage : answer.passages) given.contexts.push_back(passage.chunk.text);
  return given;
}

}  // namespace rag
