#include "pipelines/eval/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/listing.h"
#include "pipelines/eval/shown_documents.h"

namespace rag {
namespace {

std::vector<std::string> metrics_to_compare(const std::vector<Evaluation>& evaluations, const std::vector<std::string>& asked, std::vector<Wording>& notes) {
  const auto lacking = [&](const std::string& metric) {
    return std::ranges::find_if(evaluations, [&](const Evaluation& e) { return std::ranges::find(e.metrics, metric) == e.metrics.end(); });
  };
  std::vector<std::string> metrics;
  for (const std::string& metric : asked) {
    if (const auto at = lacking(metric); at != evaluations.end())
      throw Error(ErrorKind::Usage, at->name + ": has no " + metric + (at->of_answers ? " that could be compared; it has " + joined(at->metrics) : "; measure it again with -m '" + metric + "'"));
    if (std::ranges::find(metrics, metric) == metrics.end()) metrics.push_back(metric);
  }
  if (!asked.empty()) return metrics;
  std::set<std::string> left;
  for (const Evaluation& evaluation : evaluations)
    for (const std::string& metric : evaluation.metrics)
      if (lacking(metric) != evaluations.end())
        left.insert(metric);
      else if (std::ranges::find(metrics, metric) == metrics.end())
        metrics.push_back(metric);
  for (const std::string& metric : left) notes.push_back({metric + " is not in every evaluation and is not compared", metric + ": 모든 평가에 있지는 않아 비교하지 않음"});
  if (metrics.empty()) throw Error(ErrorKind::Usage, evaluations.front().name + " and the others have no metric in common; measure them with the same -m");
  return metrics;
}

void check_names(const std::vector<Evaluation>& evaluations) {
  if (evaluations.size() < 2) throw Error(ErrorKind::Usage, "one evaluation, expected two or more to compare");
  if (evaluations.size() > kMostSystems)
    throw Error(ErrorKind::Usage, std::to_string(evaluations.size()) + " evaluations, at most " + std::to_string(kMostSystems) + " are compared at once");
  std::set<std::string> names;
  for (const Evaluation& evaluation : evaluations)
    if (!names.insert(evaluation.name).second)
      throw Error(ErrorKind::Usage, "two evaluations are called " + evaluation.name + "; give each a name of its own, as NAME=FILE");
}

ComparedPair compared(const std::vector<double>& first, const std::vector<double>& second, const CompareOptions& options) {
  const std::vector<double> differences = paired_differences(first, second);
  ComparedPair pair{.queries = differences.size(),
                    .difference = mean_of(differences),
                    .t = paired_t_test(differences),
                    .randomisation = randomisation_test(differences, options.resampling),
                    .interval = bootstrap_interval(differences, 1 - options.alpha, options.resampling),
                    .effect = effect_size(differences)};
  pair.wins = static_cast<std::size_t>(std::ranges::count_if(differences, [](double d) { return d > 0; }));
  pair.losses = static_cast<std::size_t>(std::ranges::count_if(differences, [](double d) { return d < 0; }));
  pair.ties = differences.size() - pair.wins - pair.losses;
  pair.p = options.test == SignificanceTest::Randomisation ? pair.randomisation.p : pair.t ? pair.t->p : 1;
  return pair;
}

void note_what_differs(const std::vector<Evaluation>& evaluations, std::vector<Wording>& notes) {
  const auto differ = [&](const char* key) {
    std::set<std::string> values;
    for (const Evaluation& evaluation : evaluations)
      if (const auto at = evaluation.fingerprints.find(key); at != evaluation.fingerprints.end()) values.insert(at->second);
    return values.size() > 1;
  };
  if (differ("corpus")) 
    notes.push_back({"the evaluations were measured over different documents: a difference may be theirs and not the systems'",
                     "평가들이 서로 다른 문서에서 측정됨: 차이가 시스템이 아니라 문서 때문일 수 있음"});
  for (const char* judged_by : {"entailment", "judge"}) {
    std::set<std::string> values;
    for (const Evaluation& evaluation : evaluations)
      if (const auto at = evaluation.configuration.find(judged_by); at != evaluation.configuration.end()) values.insert(at->second);
    if (values.size() > 1) 
      notes.push_back({std::string("the evaluations differ in their ") + judged_by + ": a difference in what it decides may be its own and not the systems'",
                       std::string("평가들의 ") + judged_by + "이(가) 서로 다름: 그것이 판단하는 값의 차이는 시스템 때문이 아닐 수 있음"});
  }
  if (differ("queries")) notes.push_back({"the questions of one id read differently from one evaluation to the other", "같은 번호의 질문이 평가마다 다른 문장임"});
}

void note_what_is_missing(const PairedQueries& paired, const std::vector<Evaluation>& evaluations, std::vector<Wording>& notes) {
  for (std::size_t i = 0; i < evaluations.size(); ++i)
    if (const std::size_t zero = paired.counted_zero[i].size(); zero > 0)
      notes.push_back({evaluations[i].name + ": no answer to " + std::to_string(zero) + " of the queries, each counts " + (evaluations[i].of_answers ? "as a refusal" : "0"),
                       evaluations[i].name + ": 질문 " + std::to_string(zero) + "개에 답이 없어 각각 " + (evaluations[i].of_answers ? "거절로 셈" : "0으로 셈")});
  if (!paired.left_out.empty())
    notes.push_back({std::to_string(paired.left_out.size()) + " queries are left out, which not every system was judged on and answers",
                     "질문 " + std::to_string(paired.left_out.size()) + "개를 뺌: 모든 시스템이 판정받고 답한 질문이 아님"});
}

// Which metrics are not over all queries, those of one number together.
void note_what_is_not_defined(const std::vector<std::string>& metrics, const std::vector<ComparedPair>& pairs, std::size_t queries, std::vector<Wording>& notes) {
  std::map<std::size_t, std::vector<std::string>, std::greater<>> by_count;
  for (const std::string& metric : metrics)
    if (const auto pair = std::ranges::find(pairs, metric, &ComparedPair::metric); pair->queries < queries) by_count[pair->queries].push_back(metric);
  for (const auto& [count, names] : by_count)
    notes.push_back({joined(names) + ": over " + std::to_string(count) + " of the " + std::to_string(queries) + " questions; for the others not every system has a value",
                     joined(names) + ": 질문 " + std::to_string(queries) + "개 중 " + std::to_string(count) + "개로 계산; 나머지는 값이 없는 시스템이 있음"});
}

std::vector<ChangedQuery> most_changed(const std::vector<Evaluation>& evaluations, const PairedQueries& paired, const std::string& metric,
                                       std::size_t first, std::size_t second, std::size_t most) {
  const PairedValues values = paired_values(evaluations, paired, metric);
  const std::vector<double>&before = values.values[first], &after = values.values[second];
  const auto differences = paired_differences(before, after);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < differences.size(); ++i)
    if (differences[i] != 0) order.push_back(i);
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t i) { return std::abs(differences[i]); });
  if (order.size() > most) order.resize(most);
  std::vector<ChangedQuery> changed;
  for (const std::size_t i : order) {
    const std::size_t place = values.queries[i];
    const EvaluatedQuery &of_first = evaluations[first].queries[paired.positions[first][place]], &of_second = evaluations[second].queries[paired.positions[second][place]];
    changed.push_back({.id = of_first.id,
                       .text = of_first.text.empty() ? of_second.text : of_first.text,
                       .first = first,
                       .second = second,
                       .first_value = before[i],
                       .second_value = after[i],
                       .relevant = of_first.relevant,
                       .first_found = of_first.found,
                       .second_found = of_second.found,
                       .first_answer = of_first.answered,
                       .second_answer = of_second.answered});
  }
  return changed;
}

// Metrics that no query has in every system: an error where one was asked for, else a note.
void leave_out_undefined(const std::vector<Evaluation>& evaluations, const PairedQueries& paired, const std::vector<std::string>& asked, Comparison& made) {
  std::erase_if(made.metrics, [&](const std::string& metric) {
    if (!paired_values(evaluations, paired, metric).queries.empty()) return false;
    const std::string problem = "no question has " + metric + " in every system";
    if (!asked.empty()) throw Error(ErrorKind::Usage, problem + "; compare another measure");
    made.notes.push_back({problem + ", so it is not compared", metric + ": 모든 시스템에 값이 있는 질문이 없어 비교하지 않음"});
    return true;
  });
  if (made.metrics.empty()) throw Error(ErrorKind::Usage, evaluations.front().name + " and the others have no measure of one question in common");
}

// Holm's correction over every comparison made, and what follows from it.
void judge(Comparison& comparison) {
  std::vector<double> p;
  for (const ComparedPair& pair : comparison.pairs) p.push_back(pair.p);
  const std::vector<double> adjusted = holm_adjusted(p);
  for (std::size_t i = 0; i < comparison.pairs.size(); ++i) {
    ComparedPair& pair = comparison.pairs[i];
    pair.p_holm = adjusted[i];
    pair.significant = pair.p_holm <= comparison.alpha && pair.difference != 0;
    if (!pair.significant) continue;
    const std::size_t better = pair.difference > 0 ? pair.second : pair.first, worse = pair.difference > 0 ? pair.first : pair.second;
    comparison.systems[better].beats[pair.metric] += system_letter(worse);
  }
  for (ComparedSystem& system : comparison.systems)
    for (auto& [metric, letters] : system.beats)
      std::ranges::sort(letters, {}, [](char c) { return std::pair(c < 'a', c); });  // in the order of the systems
}

}  // namespace

std::string system_letter(std::size_t system) {
  return std::string(1, static_cast<char>(system < 26 ? 'a' + system : 'A' + (system - 26)));
}

Comparison compare_evaluations(const std::vector<Evaluation>& evaluations, const CompareOptions& options, Progress& progress) {
  check_names(evaluations);
  require_one_kind(evaluations);
  Comparison made{.test = options.test, .alpha = options.alpha, .resampling = options.resampling};
  made.metrics = metrics_to_compare(evaluations, options.metrics, made.notes);
  const PairedQueries paired = pair_queries(evaluations, options.missing);
  made.queries = paired.ids.size();
  made.left_out = paired.left_out;
  note_what_differs(evaluations, made.notes);
  note_what_is_missing(paired, evaluations, made.notes);

  const std::size_t base = options.against.value_or(0);
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t second = 0; second < evaluations.size(); ++second)
    if (second != base) pairs.emplace_back(base, second);
  if (!options.against)
    for (std::size_t first = 1; first < evaluations.size(); ++first)
      for (std::size_t second = first + 1; second < evaluations.size(); ++second) pairs.emplace_back(first, second);

  for (std::size_t i = 0; i < evaluations.size(); ++i)
    made.systems.push_back({.name = evaluations[i].name, .means = {}, .beats = {}, .counted_zero = paired.counted_zero[i].size()});
  leave_out_undefined(evaluations, paired, options.metrics, made);
  const std::size_t comparisons = made.metrics.size() * pairs.size();
  for (const std::string& metric : made.metrics) {
    const std::vector<std::vector<double>> values = paired_values(evaluations, paired, metric).values;
    for (std::size_t i = 0; i < evaluations.size(); ++i) made.systems[i].means[metric] = mean_of(values[i]);
    for (const auto& [first, second] : pairs) {
      throw_if_interrupted();
      progress.update("comparing", made.pairs.size(), comparisons);
      ComparedPair pair = compared(values[first], values[second], options);
      pair.metric = metric;
      pair.first = first;
      pair.second = second;
      pair.detectable = detectable_difference(paired_differences(values[first], values[second]), options.alpha / static_cast<double>(comparisons), kPower);
      made.pairs.push_back(std::move(pair));
    }
  }
  progress.update("", comparisons, comparisons);
  note_what_is_not_defined(made.metrics, made.pairs, made.queries, made.notes);
  judge(made);
  for (const auto& [first, second] : pairs) {
    if (first != base) continue;
    for (ChangedQuery& changed : most_changed(evaluations, paired, made.metrics.front(), first, second, options.changed)) made.changed.push_back(std::move(changed));
  }
  for (const ChangedQuery& query : made.changed) {
    add_shown(evaluations[query.first].documents, query.relevant, query.first_found, made.documents);
    add_shown(evaluations[query.second].documents, query.relevant, query.second_found, made.documents);
  }
  return made;
}

}  // namespace rag
