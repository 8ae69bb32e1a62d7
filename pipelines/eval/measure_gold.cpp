#include "pipelines/eval/measure_gold.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/error.h"
#include "core/listing.h"
#include "pipelines/eval/run_queries.h"
#include "pipelines/eval/shown_documents.h"

namespace rag {
namespace {

using Values = std::map<std::string, double>;

constexpr std::size_t kByteDepths[] = {5, 10};
constexpr std::size_t kContextChunks = 10;

FoundChunk found_chunk(const Passage& passage) {
  const Span span = passage.chunk.span;
  return {.label = passage.uri + "#" + std::to_string(span.begin) + "-" + std::to_string(span.end),
          .document_id = passage.chunk.document_id,
          .span = span,
          .tokens = static_cast<std::size_t>(std::max(0, passage.chunk.token_count))};
}

std::string budget_name(std::size_t tokens) { return "R@" + std::to_string(tokens) + "tokens"; }
std::string precision_name(std::size_t depth) { return "BytePrecision@" + std::to_string(depth); }

// The measures an evaluation lists: what was asked for, and what gold of parts adds.
std::vector<Metric> all_metrics(const GoldMeasureOptions& options) {
  std::vector<Metric> metrics = options.measure.metrics;
  for (const std::size_t tokens : options.budgets) metrics.push_back({.kind = Metric::Kind::R, .name = budget_name(tokens)});
  for (const std::size_t depth : kByteDepths) metrics.push_back({.kind = Metric::Kind::P, .name = precision_name(depth)});
  return metrics;
}

Values values_of(const std::vector<PlacedItem>& items, const std::vector<FoundChunk>& chunks, const GoldMeasureOptions& options) {
  const GoldRanking ranking(items, chunks, options.overlap);
  Values values;
  for (const Metric& metric : options.measure.metrics) values[metric.name] = ranking.score(metric);
  for (const std::size_t tokens : options.budgets) values[budget_name(tokens)] = ranking.recall_within(tokens);
  for (const std::size_t depth : kByteDepths) values[precision_name(depth)] = ranking.byte_precision(depth);
  return values;
}

// The values of each question as its chunks come in; a question that is not asked has those of an empty ranking.
struct GoldScores {
  const PlacedGold& gold;
  const GoldMeasureOptions& options;
  std::map<std::string, Values> per_query = {};
  Run run = {};
  std::map<std::string, GoldPlace> places = {};  // of the chunks that the evaluation keeps
  std::size_t read_tokens = 0, read_bytes = 0;   // of the first kContextChunks of each question

  GoldScores(const PlacedGold& placed, const GoldMeasureOptions& how) : gold(placed), options(how) {
    for (const auto& [query, items] : gold.items) per_query[query] = values_of(items, {}, options);
  }

  void add(const std::string& query, const std::vector<Passage>& passages) {
    std::vector<FoundChunk> chunks;
    std::vector<ScoredDocument> ranked;
    const std::vector<double> scores = ranking_scores(passages);
    for (std::size_t i = 0; i < passages.size(); ++i) {
      chunks.push_back(found_chunk(passages[i]));
      ranked.push_back({chunks[i].label, scores[i]});
      if (i < kFoundKept) places.emplace(chunks[i].label, GoldPlace{chunks[i].document_id, chunks[i].span});
      if (i >= kContextChunks) continue;
      read_tokens += chunks[i].tokens;
      read_bytes += chunks[i].span.size();
    }
    per_query[query] = values_of(gold.items.at(query), chunks, options);
    separate_scores(ranked);
    if (!ranked.empty()) run.emplace(query, std::move(ranked));
  }
};

Wording not_found(const std::string& name, const Wording& problem) {
  return {name + ": " + problem.english + "; counts as not found", name + ": " + problem.korean + "; 찾지 못한 것으로 셈"};
}

std::vector<Wording> notes_on(const PlacedGold& gold, const std::string& name, bool looked_through) {
  std::vector<Wording> notes;
  if (!looked_through)
    for (const Wording& item : gold.not_stored) notes.push_back(not_found(name, item));
  for (const Wording& problem : gold.problems) notes.push_back(not_found(name, problem));
  const auto number = [](std::size_t count) { return std::to_string(count); };
  if (gold.moved > 0)
    notes.push_back({counted(gold.moved, "span was found again by its quote: its document or the reading of it has changed",
                             "spans were found again by their quotes: their documents or the reading of them have changed"),
                     "구간 " + number(gold.moved) + "개를 인용문으로 다시 찾음: 문서나 그것을 읽는 방식이 바뀜"});
  if (gold.approximate > 0) {
    const std::string alike = number(static_cast<std::size_t>(100 * gold.least_similarity)) + " %";
    notes.push_back({counted(gold.approximate, "quote stands", "quotes stand") + " only nearly so in the documents, the least alike " + alike + " (line " +
                         number(gold.least_line) + ")",
                     "인용문 " + number(gold.approximate) + "개가 문서에 비슷하게만 있음, 가장 덜 비슷한 것은 " + alike + " (" + number(gold.least_line) + "번째 줄)"});
  }
  if (gold.ambiguous > 0)
    notes.push_back({counted(gold.ambiguous, "quote stands", "quotes stand") + " at several places of its document; each of them counts",
                     "인용문 " + number(gold.ambiguous) + "개가 문서의 여러 곳에 있음: 어느 곳이든 맞은 것으로 셈"});
  if (gold.unchecked > 0)
    notes.push_back({counted(gold.unchecked, "span has", "spans have") + " neither content_hash nor quote, so nothing tells whether it still fits",
                     "구간 " + number(gold.unchecked) + "개에 content_hash도 인용문도 없어 아직 맞는지 알 수 없음"});
  return notes;
}

Qrels labels_of(const PlacedGold& gold) {
  Qrels labels;
  for (const auto& [query, items] : gold.items)
    for (const PlacedItem& item : items) labels[query].emplace(item.label, item.grade);
  return labels;
}

// Where whatever the evaluation names lies.
std::map<std::string, GoldPlace> all_places(std::map<std::string, GoldPlace> places, const PlacedGold& gold) {
  for (const auto& [query, items] : gold.items)
    for (const PlacedItem& item : items)
      if (!item.places.empty()) places.emplace(item.label, item.places.front());
  return places;
}

EvalReport averaged(std::map<std::string, Values> per_query, const Qrels& labels, const Run& run) {
  EvalReport report;
  report.queries = per_query.size();
  for (const auto& [query, values] : per_query) {
    for (const auto& [metric, value] : values) report.means[metric] += value;
    if (!run.contains(query)) report.missing.push_back(query);
    if (std::ranges::none_of(labels.at(query), [](const auto& item) { return item.second > 0; })) report.without_relevant.push_back(query);
  }
  for (auto& [metric, mean] : report.means) mean /= static_cast<double>(report.queries);
  report.per_query = std::move(per_query);
  return report;
}

struct AskedQuestions {
  std::vector<EvalQuery> queries;  // those that have gold
  std::vector<std::string> without_gold;
};

AskedQuestions with_gold(const GoldQuestions& questions, const PlacedGold& gold, bool looked_through, std::vector<Wording>& notes) {
  AskedQuestions asked;
  std::set<std::string> with_text;
  for (const EvalQuery& query : questions.queries) {
    with_text.insert(query.id);
    if (gold.items.contains(query.id))
      asked.queries.push_back(query);
    else
      asked.without_gold.push_back(query.id);
  }
  if (asked.queries.empty())
    throw Error(ErrorKind::Usage, questions.gold_name + ": has gold for none of the queries of " + questions.queries_name);
  for (const auto& [query, items] : gold.items)
    if (!looked_through && !with_text.contains(query)) notes.push_back(note_on_missing_text(query));
  return asked;
}

// Only the first so many queries that have gold, for a quick look.
void keep_first(std::size_t first, std::vector<EvalQuery>& queries, PlacedGold& gold, std::vector<Wording>& notes) {
  if (first == 0 || queries.size() <= first) return;
  queries.resize(first);
  std::set<std::string> kept;
  for (const EvalQuery& query : queries) kept.insert(query.id);
  std::erase_if(gold.items, [&](const auto& entry) { return !kept.contains(entry.first); });
  notes.push_back(note_on_limit(first));
}

}  // namespace

bool judges_documents_only(const std::vector<GoldItem>& gold) {
  return std::ranges::all_of(gold, [](const GoldItem& item) { return item.page == 0 && !item.span && item.quote.empty(); });
}

Qrels qrels_of(const std::vector<GoldItem>& gold) {
  Qrels qrels;
  for (const GoldItem& item : gold) {
    int& grade = qrels[item.query].emplace(item.document.empty() ? item.content_hash : item.document, item.grade).first->second;
    grade = std::max(grade, item.grade);
  }
  return qrels;
}

MeasuredRetrieval measure_gold(const GoldQuestions& questions, const GoldMeasureOptions& options, Progress& progress) {
  Session session(options.measure.session);
  return measure_gold(session, questions, options, progress);
}

MeasuredRetrieval measure_gold(Session& session, const GoldQuestions& questions, const GoldMeasureOptions& options, Progress& progress) {
  if (session.index().statistics().documents == 0)
    throw Error(ErrorKind::Usage, options.measure.session.index.string() + ": the collection is empty; there is nothing to measure");
  PlacedGold gold = place_gold(questions.gold, session.index());
  if (gold.not_stored.size() + gold.problems.size() >= questions.gold.size())
    throw Error(ErrorKind::Usage, questions.gold_name + ": nothing of it is in this collection, for instance " +
                                      (gold.not_stored.empty() ? gold.problems : gold.not_stored).front().english);
  const bool looked_through = options.measure.looked_through;
  std::vector<Wording> notes = notes_on(gold, questions.gold_name, looked_through);
  AskedQuestions asked = with_gold(questions, gold, looked_through, notes);
  keep_first(options.measure.first, asked.queries, gold, notes);

  RetrieveOptions retrieve = options.measure.retrieve;
  retrieve.k = options.measure.depth;
  retrieve.candidates = std::max(retrieve.candidates, retrieve.k);
  GoldScores scores(gold, options);
  const auto start = std::chrono::steady_clock::now();
  const StageTimes times =
      ask_queries(session, asked.queries, retrieve, progress,
                  [&](const EvalQuery& query, const std::vector<Passage>& passages) { scores.add(query.id, passages); });
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const Qrels labels = labels_of(gold);
  EvalReport report = averaged(scores.per_query, labels, scores.run);
  report.unjudged = std::move(asked.without_gold);
  MeasuredRetrieval measured{.evaluation = evaluation_of(std::move(report), all_metrics(options), asked.queries, labels, scores.run),
                             .cost = {},
                             .run = std::move(scores.run)};
  measured.evaluation.notes = std::move(notes);
  measured.evaluation.configuration = configuration_of(options.measure, retrieve);
  measured.evaluation.configuration["overlap"] = fmt::format("{}", options.overlap);
  measured.evaluation.fingerprints = fingerprints_of(session.index(), options.measure, asked.queries, fingerprint_of(questions.gold));
  measured.evaluation.documents = shown_parts(measured.evaluation, session.index(), all_places(std::move(scores.places), gold));
  measured.cost = cost_of(times, asked.queries.size(), seconds, session.index(), retrieve);
  measured.cost.context_tokens = static_cast<double>(scores.read_tokens) / static_cast<double>(asked.queries.size());
  measured.cost.context_bytes = static_cast<double>(scores.read_bytes) / static_cast<double>(asked.queries.size());
  return measured;
}

}  // namespace rag
