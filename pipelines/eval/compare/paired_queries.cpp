#include "pipelines/eval/compare/paired_queries.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/error.h"
#include "retrieve/excerpt.h"

namespace rag {
namespace {

std::string some_of(const std::vector<std::string>& ids) {
  std::string list;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, ids.size()); ++i) list += (i == 0 ? "" : " ") + excerpt(ids[i]);
  return ids.size() > 3 ? list + " ..." : list;
}

std::string gold_of(const Evaluation& evaluation) {
  const auto at = evaluation.fingerprints.find("gold");
  return at == evaluation.fingerprints.end() ? "" : at->second;
}

using Places = std::map<std::string, std::size_t>;

Places places_of(const Evaluation& evaluation) {
  Places places;
  for (std::size_t i = 0; i < evaluation.queries.size(); ++i)
    if (!places.emplace(evaluation.queries[i].id, i).second)
      throw Error(ErrorKind::Usage, evaluation.name + ": query " + excerpt(evaluation.queries[i].id) + " a second time; write the file again with 'rag eval'");
  return places;
}

// Ids of `these` that `others` lack.
std::vector<std::string> absent(const Places& these, const Places& others) {
  std::vector<std::string> ids;
  for (const auto& [id, place] : these)
    if (!others.contains(id)) ids.push_back(id);
  return ids;
}

[[noreturn]] void fail_for_gold(const Evaluation& first, const Evaluation& other, const std::string& what) {
  throw Error(ErrorKind::Usage, other.name + ": judged by other gold than " + first.name + what +
                                    (first.of_answers ? "; measure both with the same questions and answers ('rag eval answers' with one --queries and --answers)"
                                                      : "; score both with the same judgements ('rag eval retrieval' or 'rag eval score' with one --qrels)"));
}

bool same_gold(const EvaluatedQuery& one, const EvaluatedQuery& other) {
  if (one.relevant != other.relevant || (one.answered != nullptr) != (other.answered != nullptr)) return false;
  if (!one.answered) return true;
  const GoldQuestion &mine = one.answered->question, &theirs = other.answered->question;
  return mine.references == theirs.references && mine.impossible == theirs.impossible && mine.documents == theirs.documents &&
         std::ranges::equal(mine.nuggets, theirs.nuggets, [](const Nugget& a, const Nugget& b) { return a.text == b.text && a.vital == b.vital; });
}

void require_same_queries(const Evaluation& first, const Places& theirs, const Evaluation& other, const Places& own) {
  for (const auto& [lacking, ids] : {std::pair(&other, absent(theirs, own)), std::pair(&first, absent(own, theirs))})
    if (!ids.empty())
      throw Error(ErrorKind::Usage, lacking->name + ": was not judged on " + std::to_string(ids.size()) + " of the queries of " +
                                        (lacking == &other ? first.name : other.name) + " (" + some_of(ids) +
                                        "), so the means are of different questions; measure both on the same, or compare what they share with --missing leave-out");
}

// `measured`: every query was asked, see the header.
std::set<std::string> unanswered(const Evaluation& evaluation) { return {evaluation.missing.begin(), evaluation.missing.end()}; }
bool measured(const Evaluation& evaluation) { return evaluation.fingerprints.contains("corpus"); }

}  // namespace

void require_one_kind(const std::vector<Evaluation>& evaluations) {
  const Evaluation& first = evaluations.front();
  for (const Evaluation& other : evaluations)
    if (other.of_answers != first.of_answers)
      throw Error(ErrorKind::Usage, other.name + ": an evaluation of " + (other.of_answers ? "answers" : "retrieval") + ", " + first.name + " one of " +
                                        (first.of_answers ? "answers" : "retrieval") + "; compare evaluations of one kind");
}

PairedQueries pair_queries(const std::vector<Evaluation>& evaluations, MissingQueries missing) {
  require_one_kind(evaluations);
  std::vector<Places> places;
  for (const Evaluation& evaluation : evaluations) places.push_back(places_of(evaluation));
  const Evaluation& first = evaluations.front();
  if (missing != MissingQueries::LeaveOut)
    for (std::size_t i = 1; i < evaluations.size(); ++i) {
      require_same_queries(first, places[0], evaluations[i], places[i]);
      const std::string mine = gold_of(evaluations[i]), theirs = gold_of(first);
      if (!mine.empty() && !theirs.empty() && mine != theirs) fail_for_gold(first, evaluations[i], "");
    }

  PairedQueries paired{.ids = {}, .positions = std::vector<std::vector<std::size_t>>(evaluations.size()), .left_out = {}, .counted_zero = std::vector<std::vector<std::string>>(evaluations.size())};
  std::vector<std::set<std::string>> without_answer;
  std::set<std::string> all;
  for (std::size_t i = 0; i < evaluations.size(); ++i) {
    without_answer.push_back(unanswered(evaluations[i]));
    for (const auto& [id, place] : places[i]) all.insert(id);
    if (missing == MissingQueries::Error && !measured(evaluations[i]) && !evaluations[i].missing.empty())
      throw Error(ErrorKind::Usage, evaluations[i].name + ": has no answer to " + std::to_string(evaluations[i].missing.size()) + " of the judged queries (" +
                                        some_of(evaluations[i].missing) +
                                        "); was the run cut short?  " +
                                        (first.of_answers ? "--missing zero takes them for refusals" : "--missing zero counts them 0, as trec_eval -c does") +
                                        ", --missing leave-out leaves them out everywhere");
  }
  for (const std::string& id : all) {
    const bool everywhere = std::ranges::all_of(places, [&](const Places& own) { return own.contains(id); });
    const bool answered = std::ranges::none_of(without_answer, [&](const auto& ids) { return ids.contains(id); });
    if (missing == MissingQueries::LeaveOut && (!everywhere || !answered)) {
      paired.left_out.push_back(id);
      continue;
    }
    paired.ids.push_back(id);
    for (std::size_t i = 0; i < evaluations.size(); ++i) {
      paired.positions[i].push_back(places[i].at(id));
      if (without_answer[i].contains(id)) paired.counted_zero[i].push_back(id);
      if (!same_gold(evaluations[i].queries[places[i].at(id)], first.queries[places[0].at(id)]))
        fail_for_gold(first, evaluations[i], ", query " + excerpt(id));
    }
  }
  if (paired.ids.empty()) throw Error(ErrorKind::Usage, first.name + " and the others have no answered query in common; there is nothing to compare");
  return paired;
}

PairedValues paired_values(const std::vector<Evaluation>& evaluations, const PairedQueries& paired, const std::string& metric) {
  PairedValues made{.queries = {}, .values = std::vector<std::vector<double>>(evaluations.size())};
  std::vector<double> of_query(evaluations.size());
  for (std::size_t place = 0; place < paired.ids.size(); ++place) {
    bool everywhere = true;
    for (std::size_t i = 0; everywhere && i < evaluations.size(); ++i) {
      const EvaluatedQuery& query = evaluations[i].queries[paired.positions[i][place]];
      const auto at = query.values.find(metric);
      everywhere = at != query.values.end();
      if (everywhere)
        of_query[i] = at->second;
      else if (!evaluations[i].of_answers)
        throw Error(ErrorKind::Usage, evaluations[i].name + ": query " + excerpt(query.id) + " has no " + metric + "; measure again with -m '" + metric + "'");
    }
    if (!everywhere) continue;
    made.queries.push_back(place);
    for (std::size_t i = 0; i < evaluations.size(); ++i) made.values[i].push_back(of_query[i]);
  }
  return made;
}

double mean_of(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace rag
