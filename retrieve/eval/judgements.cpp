#include "retrieve/eval/judgements.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/file.h"
#include "core/parallel.h"
#include "core/shortest_number.h"
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
  const auto id = object.find("_id"), text = object.contains("text") ? object.find("text") : object.find("question");
  const bool usable_id = id != object.end() && (id->is_string() || id->is_number_integer());
  if (!usable_id) fail_at_line(file, number, "no \"_id\" that is a string, expected {\"_id\": \"...\", \"text\": \"...\"}");
  if (text == object.end() || !text->is_string())
    fail_at_line(file, number, "neither \"text\" nor \"question\" that is a string, expected {\"_id\": \"...\", \"text\": \"...\"}");
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

// What lines say of a query each, in the order in which queries first come.  Lines of one query mostly stand together, so the last one is looked at
// first; for the others there is a table of open addresses, half full at most, since a map walked for a hundred thousand queries takes as long as
// all other reading.
template <typename Value>
class ByQuery {
 public:
  using Entry = std::pair<std::string, Value>;

  // Stays where it is.
  Entry& at(std::string_view query) {
    if (last_ != nullptr && query == last_->first) return *last_;
    if (2 * (entries_.size() + 1) > slots_.size()) grow();
    const std::size_t hash = std::hash<std::string_view>()(query);
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at] != 0; at = (at + 1) & (slots_.size() - 1))
      if (hashes_[slots_[at] - 1] == hash && entries_[slots_[at] - 1].first == query) return *(last_ = &entries_[slots_[at] - 1]);
    last_ = &entries_.emplace_back(std::string(query), Value());
    hashes_.push_back(hash);
    slots_[at] = entries_.size();
    return *last_;
  }

  const std::deque<Entry>& entries() const { return entries_; }

  std::map<std::string, Value> sorted() && {
    struct Place {
      std::uint64_t beginning;  // of the id: decides nearly always, without a look at the text
      Entry* entry;
    };
    std::vector<Place> order;
    order.reserve(entries_.size());
    for (Entry& entry : entries_) order.push_back({beginning_of(entry.first), &entry});
    const auto before = [](const Place& a, const Place& b) { return a.beginning != b.beginning ? a.beginning < b.beginning : a.entry->first < b.entry->first; };
    if (!std::ranges::is_sorted(order, before)) std::ranges::sort(order, before);
    std::map<std::string, Value> made;
    for (const Place& place : order) made.emplace_hint(made.end(), std::move(place.entry->first), std::move(place.entry->second));
    return made;
  }

 private:
  // The first eight bytes, ordered as texts are; shorter ids are filled up with zeros.
  static std::uint64_t beginning_of(const std::string& id) {
    std::uint64_t beginning = 0;
    for (std::size_t i = 0; i < 8; ++i) beginning = beginning << 8 | (i < id.size() ? static_cast<unsigned char>(id[i]) : 0U);
    return beginning;
  }

  void grow() {
    slots_.assign(std::max<std::size_t>(64, 4 * entries_.size()), 0);
    slots_.resize(std::bit_ceil(slots_.size()), 0);
    for (std::size_t i = 0; i < hashes_.size(); ++i) {
      std::size_t at = hashes_[i] & (slots_.size() - 1);
      while (slots_[at] != 0) at = (at + 1) & (slots_.size() - 1);
      slots_[at] = i + 1;
    }
  }

  std::deque<Entry> entries_;
  std::vector<std::size_t> hashes_;  // of each
  std::vector<std::size_t> slots_;   // places in entries_, from 1; 0: free
  Entry* last_ = nullptr;
};

using RunByQuery = ByQuery<std::vector<ScoredDocument>>;

// The place of the first document that has come before, or nothing.
std::optional<std::size_t> repetition(const std::vector<ScoredDocument>& documents) {
  constexpr std::size_t kFew = 24;  // hashes are not worth their making for fewer
  if (documents.size() <= kFew) {
    for (std::size_t i = 1; i < documents.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (documents[i].document == documents[j].document) return i;
    return std::nullopt;
  }
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

// A line of a run and the query it belongs to, in the order of the file.
struct RunLine {
  const RunByQuery::Entry* query;
  std::size_t number;
};

// The queries share nothing, so all cores look through them.
void refuse_repetitions(const std::filesystem::path& file, const RunByQuery& run, const std::vector<RunLine>& lines) {
  using Repetition = std::pair<const RunByQuery::Entry*, std::size_t>;
  constexpr std::size_t kPiece = 256;
  const std::size_t queries = run.entries().size();
  std::vector<std::vector<Repetition>> found((queries + kPiece - 1) / kPiece);
  in_parallel(0, found.size(), [&](std::size_t piece) {
    for (std::size_t i = piece * kPiece; i < std::min(queries, (piece + 1) * kPiece); ++i)
      if (const auto place = repetition(run.entries()[i].second)) found[piece].emplace_back(&run.entries()[i], *place);
  });
  std::unordered_map<const RunByQuery::Entry*, std::size_t> left;  // documents of the query before its repetition
  for (const auto& piece : found) left.insert(piece.begin(), piece.end());
  if (left.empty()) return;
  for (const RunLine& line : lines)
    if (const auto at = left.find(line.query); at != left.end() && at->second-- == 0) {
      const std::size_t place = *repetition(line.query->second);
      fail_at_line(file, line.number, "document " + in_quotes(line.query->second[place].document) + " a second time under query " + in_quotes(line.query->first) + "; each may come once");
    }
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
  ByQuery<std::map<std::string, int>> qrels;
  bool first = true;
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
    std::map<std::string, int>& grades = qrels.at(judgement->query).second;
    const auto at = grades.emplace_hint(grades.end(), judgement->document, *grade);
    if (at->second != *grade)
      fail_at_line(file, number,
                   "query " + in_quotes(judgement->query) + ", document " + in_quotes(judgement->document) + ": grade " +
                       std::to_string(*grade) + " here and " + std::to_string(at->second) + " above; keep one of the two lines");
  });
  if (qrels.entries().empty())
    throw Error(ErrorKind::Usage, file.string() + ": no judgements in it, expected lines of query id, document id and grade");
  return std::move(qrels).sorted();
}

Run read_run(const std::filesystem::path& file) {
  RunByQuery run;
  std::vector<RunLine> lines;
  for_each_line(file, [&](std::string_view line, std::size_t number) {
    std::array<std::string_view, 6> fields;
    if (const std::size_t columns = split_white_space(line, fields); columns != 6)
      fail_at_line(file, number,
                   std::to_string(columns) + " columns, expected six: query id, Q0, document id, rank, score, name of the run");
    const std::optional<double> score = as_number<double>(fields[4]);
    if (!score || *score != *score) fail_at_line(file, number, "score " + in_quotes(fields[4]) + ", expected a number");
    RunByQuery::Entry& query = run.at(fields[0]);
    if (query.second.empty() && !lines.empty()) query.second.reserve(lines.back().query->second.size());  // rankings are mostly of one length
    query.second.push_back({std::string(fields[2]), *score});
    lines.push_back({&query, number});
  });
  refuse_repetitions(file, run, lines);
  return std::move(run).sorted();
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
