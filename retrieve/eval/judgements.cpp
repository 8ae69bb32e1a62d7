#include "retrieve/eval/judgements.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/shortest_number.h"
#include "core/file.h"
#include "core/text.h"
#include "retrieve/eval/lines.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

std::string in_quotes(std::string_view field) { return "\"" + excerpt(field) + "\""; }

template <typename Number>
std::optional<Number> as_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Judgement {
  std::string_view query, document, grade;
};

// Both layouts in one reader: a line says by itself which it is.  Ids with blanks are possible only between tabs.
std::optional<Judgement> split_judgement(std::string_view line) {
  std::array<std::string_view, 4> fields;
  if (split_tabs(line, fields) == 3) return Judgement{fields[0], fields[1], fields[2]};
  if (split_white_space(line, fields) == 4) return Judgement{fields[0], fields[2], fields[3]};
  return std::nullopt;
}

bool begins_with_letter(std::string_view text) {
  std::size_t offset = 0;
  return !text.empty() && is_letter(next_code_point(text, offset));
}

EvalQuery query_from_json(std::string_view line, const std::filesystem::path& file, std::size_t number) {
  const nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
  if (!object.is_object()) fail_at_line(file, number, "not a JSON object, expected {\"_id\": \"...\", \"text\": \"...\"}");
  const auto id = object.find("_id"), text = object.find("text");
  const bool usable_id = id != object.end() && (id->is_string() || id->is_number_integer());
  if (!usable_id) fail_at_line(file, number, "no \"_id\" that is a string, expected {\"_id\": \"...\", \"text\": \"...\"}");
  if (text == object.end() || !text->is_string())
    fail_at_line(file, number, "no \"text\" that is a string, expected {\"_id\": \"...\", \"text\": \"...\"}");
  return {id->is_string() ? id->get<std::string>() : id->dump(), text->get<std::string>()};
}

EvalQuery query_from_columns(std::string_view line, const std::filesystem::path& file, std::size_t number) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) fail_at_line(file, number, "no tab, expected: query id, a tab, the text (or JSON Lines)");
  return {std::string(trim(line.substr(0, tab))), std::string(trim(line.substr(tab + 1)))};
}

bool is_header(const EvalQuery& query) {
  static const std::set<std::string> kNames = {"_id", "id", "qid", "query-id", "query_id"};
  return kNames.contains(fold_case(query.id));
}

// Lines of one query mostly stand together, so that the last one's place is the next one's.
template <typename Map>
class LastKey {
 public:
  explicit LastKey(Map& map) : map_(map) {}
  typename Map::mapped_type& at(std::string_view key) {
    if (last_ == nullptr || key != last_->first) last_ = &*map_.try_emplace(std::string(key)).first;
    return last_->second;
  }

 private:
  Map& map_;
  typename Map::value_type* last_ = nullptr;
};

struct RunLines {
  std::vector<ScoredDocument> documents;
  std::vector<std::size_t> numbers;  // of the lines they stand on
};

// The place of the first document that has come before, or nothing.
std::optional<std::size_t> repetition(const std::vector<ScoredDocument>& documents) {
  std::vector<std::pair<std::size_t, std::size_t>> hashes;  // and places
  hashes.reserve(documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) hashes.emplace_back(std::hash<std::string>()(documents[i].document), i);
  std::ranges::sort(hashes, [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = documents[a.second].document.compare(documents[b.second].document);
    return order != 0 ? order < 0 : a.second < b.second;
  });
  std::optional<std::size_t> first;
  for (std::size_t i = 1; i < hashes.size(); ++i) {
    const std::size_t place = hashes[i].second;
    if (hashes[i].first == hashes[i - 1].first && documents[place].document == documents[hashes[i - 1].second].document)
      first = std::min(first.value_or(place), place);
  }
  return first;
}

void refuse_repetitions(const std::filesystem::path& file, const std::map<std::string, RunLines>& read) {
  std::size_t first = std::numeric_limits<std::size_t>::max();
  std::string problem;
  for (const auto& [query, lines] : read) {
    const std::optional<std::size_t> place = repetition(lines.documents);
    if (!place || lines.numbers[*place] > first) continue;
    first = lines.numbers[*place];
    problem = "document " + in_quotes(lines.documents[*place].document) + " a second time under query " + in_quotes(query) + "; each may come once";
  }
  if (!problem.empty()) fail_at_line(file, first, problem);
}

void check_id(const std::filesystem::path& file, const std::string& what, const std::string& id) {
  const bool holdable = !id.empty() && id.find_first_of(" \t\n\v\f\r") == std::string::npos && id.find('\0') == std::string::npos;
  if (!holdable)
    throw Error(ErrorKind::Usage,
                file.string() + ": " + what + " " + in_quotes(id) +
                    " is empty or holds white space, which the columns of a run file cannot; rename it or leave out --run-out");
}

float as_float(double score) {
  constexpr float kLargest = std::numeric_limits<float>::max();
  if (score != score) return -kLargest;
  return static_cast<float>(std::clamp(score, -static_cast<double>(kLargest), static_cast<double>(kLargest)));
}

}  // namespace

Qrels read_qrels(const std::filesystem::path& file) {
  Qrels qrels;
  bool first = true;
  LastKey<Qrels> of_query(qrels);
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    const bool may_be_header = std::exchange(first, false);
    const std::optional<Judgement> judgement = split_judgement(line);
    if (!judgement)
      fail_at_line(file, number,
                   "found " + in_quotes(line) + ", expected query id, document id and grade between tabs, or TREC's four columns");
    const std::optional<int> grade = as_number<int>(judgement->grade);
    // A header is a first line whose grade is a word: "score", "relevance".
    if (!grade && may_be_header && begins_with_letter(judgement->grade)) return;
    if (!grade) fail_at_line(file, number, "grade " + in_quotes(judgement->grade) + ", expected a whole number");
    if (judgement->query.empty() || judgement->document.empty())
      fail_at_line(file, number, "an empty id, expected query id, document id and grade");
    std::map<std::string, int>& grades = of_query.at(judgement->query);
    const auto at = grades.emplace_hint(grades.end(), judgement->document, *grade);
    if (at->second != *grade)
      fail_at_line(file, number,
                   "query " + in_quotes(judgement->query) + ", document " + in_quotes(judgement->document) + ": grade " +
                       std::to_string(*grade) + " here and " + std::to_string(at->second) + " above; keep one of the two lines");
  });
  if (qrels.empty())
    throw Error(ErrorKind::Usage, file.string() + ": no judgements in it, expected lines of query id, document id and grade");
  return qrels;
}

Run read_run(const std::filesystem::path& file) {
  std::map<std::string, RunLines> read;
  LastKey<std::map<std::string, RunLines>> of_query(read);
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    std::array<std::string_view, 6> fields;
    if (const std::size_t columns = split_white_space(line, fields); columns != 6)
      fail_at_line(file, number,
                   std::to_string(columns) + " columns, expected six: query id, Q0, document id, rank, score, name of the run");
    const std::optional<double> score = as_number<double>(fields[4]);
    if (!score || *score != *score) fail_at_line(file, number, "score " + in_quotes(fields[4]) + ", expected a number");
    RunLines& lines = of_query.at(fields[0]);
    lines.documents.push_back({std::string(fields[2]), *score});
    lines.numbers.push_back(number);
  });
  refuse_repetitions(file, read);
  Run run;
  for (auto& [query, lines] : read) run.emplace_hint(run.end(), query, std::move(lines.documents));
  return run;
}

void write_run(const std::filesystem::path& file, const Run& run, const std::string& tag) {
  check_id(file, "the name of the run", tag);
  std::string lines;
  for (const auto& [query, documents] : run) {
    check_id(file, "query id", query);
    std::vector<ScoredDocument> separated = documents;
    separate_scores(separated);
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < separated.size(); ++i) {
      check_id(file, "document id", separated[i].document);
      if (!seen.insert(separated[i].document).second)
        throw Error(ErrorKind::Usage, file.string() + ": document " + in_quotes(separated[i].document) + " twice under query " +
                                          in_quotes(query) + "; roll chunks up to documents first");
      lines += query + " Q0 " + separated[i].document + " " + std::to_string(i + 1) + " " +
               shortest_number(static_cast<float>(separated[i].score)) + " " + tag + "\n";
    }
  }
  write_file_atomically(file, lines);
}

std::vector<EvalQuery> read_queries(const std::filesystem::path& file) {
  std::vector<EvalQuery> queries;
  std::set<std::string> seen;
  bool first = true, json = false;
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    const bool is_first = std::exchange(first, false);
    if (is_first) json = trim(line).starts_with('{');
    EvalQuery query = json ? query_from_json(line, file, number) : query_from_columns(line, file, number);
    if (is_first && !json && is_header(query)) return;
    if (query.id.empty()) fail_at_line(file, number, "an empty query id, expected a name");
    if (trim(query.text).empty()) fail_at_line(file, number, "query " + in_quotes(query.id) + " has no text, expected a question");
    if (!seen.insert(query.id).second) fail_at_line(file, number, "query id " + in_quotes(query.id) + " a second time; each may come once");
    queries.push_back(std::move(query));
  });
  if (queries.empty()) throw Error(ErrorKind::Usage, file.string() + ": no queries in it, expected JSON Lines with \"_id\" and \"text\"");
  return queries;
}

// trec_eval 9 keeps scores in 32-bit floats, so scores that differ only beyond the seventh digit are ties there.
std::vector<std::size_t> trec_places(const std::vector<ScoredDocument>& documents) {
  std::vector<std::pair<float, std::size_t>> scored;
  scored.reserve(documents.size());
  for (std::size_t i = 0; i < documents.size(); ++i) scored.emplace_back(as_float(documents[i].score), i);
  const auto before = [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : documents[a.second].document > documents[b.second].document;
  };
  if (!std::ranges::is_sorted(scored, before)) std::ranges::sort(scored, before);  // most runs are written best first
  std::vector<std::size_t> places;
  places.reserve(scored.size());
  for (const auto& [score, place] : scored) places.push_back(place);
  return places;
}

std::vector<ScoredDocument> trec_order(std::vector<ScoredDocument> documents) {
  std::vector<ScoredDocument> ranked;
  ranked.reserve(documents.size());
  for (const std::size_t place : trec_places(documents)) ranked.push_back(std::move(documents[place]));
  return ranked;
}

void separate_scores(std::vector<ScoredDocument>& documents) {
  float previous = std::numeric_limits<float>::infinity();
  for (ScoredDocument& document : documents) {
    const float below = std::nextafter(previous, -std::numeric_limits<float>::infinity());
    previous = std::min(as_float(document.score), below);
    document.score = previous;
  }
}

}  // namespace rag
