#include "pipelines/eval/measure_gold.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "core/error.h"
#include "pipelines/eval/run_queries.h"

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
  std::size_t read_tokens = 0, read_bytes = 0;  // of the first kContextChunks of each question

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
      if (i >= kContextChunks) continue;
      read_tokens += chunks[i].tokens;
      read_bytes += chunks[i].span.size();
    }
    per_query[query] = values_of(gold.items.at(query), chunks, options);
    separate_scores(ranked);
    if (!ranked.empty()) run.emplace(query, std::move(ranked));
  }
};

std::string counted(std::size_t number, const char* one, const char* several) {
  return std::to_string(number) + (number == 1 ? one : several);
}

std::vector<std::string> notes_on(const PlacedGold& gold, const std::string& name) {
  std::vector<std::string> notes;
  for (const std::string& problem : gold.problems) notes.push_back(name + ": " + problem + "; counts as not found");
  if (gold.moved > 0)
    notes.push_back(counted(gold.moved, " span was found again by its quote: its document",
                            " spans were found again by their quotes: their documents") +
                    " or the reading of it has changed");
  if (gold.approximate > 0)
    notes.push_back(counted(gold.approximate, " quote stands", " quotes stand") + " only nearly so in the documents, the least alike " +
                    std::to_string(static_cast<int>(100 * gold.least_similarity)) + " % (line " + std::to_string(gold.least_line) + ")");
  if (gold.ambiguous > 0)
    notes.push_back(counted(gold.ambiguous, " quote stands", " quotes stand") + " at several places of its document; each of them counts");
  if (gold.unchecked > 0)
    notes.push_back(counted(gold.unchecked, " span has", " spans have") +
                    " neither content_hash nor quote, so nothing tells whether it still fits");
  return notes;
}

Qrels labels_of(const PlacedGold& gold) {
  Qrels labels;
  for (const auto& [query, items] : gold.items)
    for (const PlacedItem& item : items) labels[query].emplace(item.label, item.grade);
  return labels;
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

AskedQuestions with_gold(const GoldQuestions& questions, const PlacedGold& gold, std::vector<std::string>& notes) {
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
    if (!with_text.contains(query)) notes.push_back("query " + query + ": judged, but its text is missing; counts 0");
  return asked;
}

// Only the first so many queries that have gold, for a quick look.
void keep_first(std::size_t first, std::vector<EvalQuery>& queries, PlacedGold& gold, std::vector<std::string>& notes) {
  if (first == 0 || queries.size() <= first) return;
  queries.resize(first);
  std::set<std::string> kept;
  for (const EvalQuery& query : queries) kept.insert(query.id);
  std::erase_if(gold.items, [&](const auto& entry) { return !kept.contains(entry.first); });
  notes.push_back("only the first " + std::to_string(first) + " judged queries were asked (--limit)");
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
  if (gold.problems.size() >= questions.gold.size())
    throw Error(ErrorKind::Usage, questions.gold_name + ": nothing of it is in this collection, for instance " + gold.problems.front());
  std::vector<std::string> notes = notes_on(gold, questions.gold_name);
  AskedQuestions asked = with_gold(questions, gold, notes);
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
  MeasuredRetrieval measured{.evaluation = evaluation_of(report, all_metrics(options), asked.queries, labels, scores.run),
                             .cost = {},
                             .run = std::move(scores.run)};
  measured.evaluation.notes = std::move(notes);
  measured.evaluation.configuration = configuration_of(options.measure, retrieve);
  measured.evaluation.configuration["overlap"] = fmt::format("{}", options.overlap);
  measured.evaluation.fingerprints = fingerprints_of(session.index(), options.measure, asked.queries, fingerprint_of(questions.gold));
  measured.cost = cost_of(times, asked.queries.size(), seconds, session.index(), retrieve);
  measured.cost.context_tokens = static_cast<double>(scores.read_tokens) / static_cast<double>(asked.queries.size());
  measured.cost.context_bytes = static_cast<double>(scores.read_bytes) / static_cast<double>(asked.queries.size());
  return measured;
}

}  // namespace rag
