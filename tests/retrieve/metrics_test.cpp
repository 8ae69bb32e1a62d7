#include "retrieve/eval/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/file.h"
#include "retrieve/eval/roll_up.h"
#include "retrieve/eval/self_hits.h"
#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

double score(const std::string& metric, const std::map<std::string, int>& grades, const std::vector<ScoredDocument>& documents) {
  return score_query(parse_metric(metric), grades, documents);
}
const std::vector<ScoredDocument> kAbcd = {{"a", 4}, {"b", 3}, {"c", 2}, {"d", 1}};

TEST(Metric, IsKnownByItsNamesHereAndInTrecEval) {
  const std::pair<const char*, const char*> names[] = {{"nDCG@10", "nDCG@10"},
                                                       {"ndcg_cut_10", "nDCG@10"},
                                                       {"NDCG", "nDCG"},
                                                       {"ndcg_cut.5", "nDCG@5"},
                                                       {"MAP", "AP"},
                                                       {"map_cut_100", "AP@100"},
                                                       {"MRR@10", "RR@10"},
                                                       {"recip_rank", "RR"},
                                                       {"P_5", "P@5"},
                                                       {"precision@3", "P@3"},
                                                       {"recall_100", "R@100"},
                                                       {"Recall@20", "R@20"},
                                                       {"success_1", "Success@1"},
                                                       {"Rprec", "Rprec"},
                                                       {"judged@10", "Judged@10"},
                                                       {"AP(rel=2)@100", "AP(rel=2)@100"},
                                                       {"P(rel=1)@5", "P@5"},
                                                       {"bpref", "Bpref"},
                                                       {"infAP(rel=2)", "infAP(rel=2)"},
                                                       {"rbp", "RBP(p=0.8)"},
                                                       {"RBP( rel=2, p=0.50 )@20", "RBP(p=0.5,rel=2)@20"},
                                                       {"R_cap_10", "R_cap@10"},
                                                       {"hole@5", "Hole@5"},
                                                       {"nDCG(dcg='exp-log2')@10", "nDCG(dcg='exp-log2')@10"},
                                                       {"ndcg(dcg=exp-log2)", "nDCG(dcg='exp-log2')"},
                                                       {"nDCG(dcg=\"log2\")@10", "nDCG@10"}};
  for (const auto& [given, canonical] : names) EXPECT_EQ(parse_metric(given).name, canonical) << given;
  EXPECT_EQ(parse_metric("AP(rel=2)@100").relevance, 2);
  EXPECT_EQ(parse_metric("AP(rel=2)@100").cutoff, 100);
}

TEST(Metric, RefusesWhatItDoesNotKnowAndListsWhatThereIs) {
  for (const char* name : {"", "nDGC@10", "nDCG@", "nDCG@0", "nDCG@-1", "nDCG@ten", "nDCG@99999999999", "P", "R", "Success", "Rprec@5",
                           "AP(rel=0)", "AP(rel=x)", "nDCG(rel=2)@10", "@10", "_5", "AP@5@5", "AP(rel=2", "AP()", "AP(rel)", "AP(rel=1,rel=2)", "AP(p=0.5)", "RBP(p=0)",
                           "RBP(p=1)", "RBP(p=nan)", "RBP(p=)", "nDCG(dcg='log10')@10", "Bpref@10", "R_cap", "Hole", "AP(휴가=2)", "\xFF"}) {
    EXPECT_THAT(message_of([&] { parse_metric(name); }), HasSubstr("nDCG@")) << name;
  }
}

TEST(Metric, CountsByHand) {
  const std::map<std::string, int> grades = {{"a", 0}, {"b", 2}, {"d", 1}, {"unfound", 1}};
  EXPECT_NEAR(score("nDCG@3", grades, kAbcd), (2 / std::log2(3)) / (2 + 1 / std::log2(3) + 1 / std::log2(4)), 1e-12);
  EXPECT_NEAR(score("AP", grades, kAbcd), (1.0 / 2 + 2.0 / 4) / 3, 1e-12);
  EXPECT_NEAR(score("AP@3", grades, kAbcd), (1.0 / 2) / 3, 1e-12);
  EXPECT_EQ(score("RR", grades, kAbcd), 0.5);
  EXPECT_EQ(score("RR@1", grades, kAbcd), 0);
  EXPECT_EQ(score("RR(rel=3)", grades, kAbcd), 0);
  EXPECT_EQ(score("P@10", grades, kAbcd), 0.2) << "by k, though only four were found";
  EXPECT_NEAR(score("R@10", grades, kAbcd), 2.0 / 3, 1e-12);
  EXPECT_EQ(score("Success@1", grades, kAbcd), 0);
  EXPECT_EQ(score("Success@2", grades, kAbcd), 1);
  EXPECT_NEAR(score("Rprec", grades, kAbcd), 1.0 / 3, 1e-12);
  EXPECT_EQ(score("Judged@2", grades, kAbcd), 1);
  EXPECT_EQ(score("Judged@10", grades, kAbcd), 0.75) << "of the four that were found";
}

TEST(Metric, CountsByHandWhatTrecEvalLacksOrFewKnow) {
  const std::map<std::string, int> grades = {{"a", 0}, {"b", 2}, {"d", 1}, {"unfound", 1}, {"pooled", -1}};
  const std::vector<ScoredDocument> documents = {{"a", 6}, {"b", 5}, {"c", 4}, {"pooled", 3}, {"d", 2}};
  EXPECT_NEAR(score("RBP(p=0.5)", grades, documents), 0.5 * (0.5 + 0.0625), 1e-12);
  EXPECT_NEAR(score("RBP(p=0.5,rel=2)", grades, documents), 0.25, 1e-12);
  EXPECT_NEAR(score("RBP(p=0.5)@4", grades, documents), 0.25, 1e-12);
  EXPECT_EQ(score("Bpref", grades, documents), 0) << "the only rejected document stands above both";
  EXPECT_NEAR(score("Bpref", {{"a", 1}, {"b", 0}, {"c", 1}, {"x", 0}}, kAbcd), (1 + 0.5) / 2, 1e-12);
  EXPECT_NEAR(score("infAP", {{"a", 1}, {"b", -1}, {"d", 1}}, kAbcd), (1 + (0.25 + 0.75 * (2.0 / 3) * (1.00001 / 1.00002))) / 2, 1e-12);
  EXPECT_NEAR(score("R_cap@2", grades, documents), 1.0 / 2, 1e-12) << "two places, so two of the three would be all";
  EXPECT_NEAR(score("R_cap@5", grades, documents), 2.0 / 3, 1e-12);
  EXPECT_EQ(score("Hole@4", grades, documents), 0.25) << "c; a grade below 0 is a judgement";
  EXPECT_EQ(score("Hole@10", grades, documents), 0.2) << "of the five that were found";
}

TEST(Metric, GivesTwoToTheGradeLessOneWhereGainsAreExponential) {
  const std::map<std::string, int> grades = {{"a", 1}, {"b", 3}};
  EXPECT_NEAR(score("nDCG(dcg='exp-log2')@10", grades, kAbcd), (1 + 7 / std::log2(3)) / (7 + 1 / std::log2(3)), 1e-12);
  EXPECT_NEAR(score("nDCG(dcg='exp-log2')", {{"a", 5000}, {"b", 5001}}, kAbcd), (1 + 2 / std::log2(3)) / (2 + 1 / std::log2(3)), 1e-12) << "beyond what a double holds";
  EXPECT_EQ(with_exponential_gain(parse_metric("nDCG@5")).name, parse_metric("nDCG(dcg='exp-log2')@5").name);
  EXPECT_EQ(with_exponential_gain(parse_metric("AP@5")).name, "AP@5");
}

TEST(Metric, IsZeroWhereNothingIsRelevantOrNothingWasFound) {
  for (const char* metric : {"nDCG@10", "nDCG", "nDCG(dcg='exp-log2')@10", "AP", "RR", "P@5", "R@5", "R_cap@5", "Success@5", "Rprec", "Bpref", "infAP", "RBP(p=0.8)"}) {
    EXPECT_EQ(score(metric, {{"a", 0}, {"b", -1}}, kAbcd), 0) << metric;
    EXPECT_EQ(score(metric, {{"a", 1}}, {}), 0) << metric;
  }
  EXPECT_EQ(score("Judged@5", {{"a", 1}}, {}), 0);
}

TEST(Evaluation, CountsMissingQueriesAsZeroAndReportsThem) {
  const Qrels qrels = {{"answered", {{"a", 1}}}, {"empty", {{"a", 1}}}, {"hopeless", {{"a", 0}}}, {"missing", {{"a", 1}}}};
  const rag::Run run = {{"answered", kAbcd}, {"empty", {}}, {"hopeless", kAbcd}, {"stray", kAbcd}};
  const EvalReport report = evaluate(qrels, run, {parse_metric("RR"), parse_metric("P@1")});
  EXPECT_EQ(report.queries, 4U);
  EXPECT_EQ(report.means.at("RR"), 0.25);
  EXPECT_EQ(report.per_query.at("missing").at("RR"), 0);
  EXPECT_FALSE(report.per_query.contains("stray"));
  EXPECT_THAT(report.missing, ElementsAre("empty", "missing"));
  EXPECT_THAT(report.unjudged, ElementsAre("stray"));
  EXPECT_THAT(report.without_relevant, ElementsAre("hopeless"));
}

TEST(Evaluation, IsTheSameHoweverManyQueriesThereAre) {
  Qrels qrels;
  rag::Run run;
  for (int i = 0; i < 1000; ++i) {
    const std::string query = "q" + std::to_string(i);
    qrels[query] = {{"b", i % 3}, {"d", 1}};
    run[query] = kAbcd;
  }
  const EvalReport report = evaluate(qrels, run, {parse_metric("nDCG@10"), parse_metric("AP")});
  for (const auto& [query, grades] : qrels)
    for (const char* metric : {"nDCG@10", "AP"}) EXPECT_EQ(report.per_query.at(query).at(metric), score(metric, grades, kAbcd)) << query;
}

TEST(SelfHits, AreTakenFromRunAndJudgementsAndTheQueryStays) {
  Qrels qrels = {{"q1", {{"q1", 1}, {"a", 1}}}, {"문서", {{"문서", 1}}}};
  rag::Run run = {{"q1", {{"q1", 9}, {"a", 1}}}, {"q2", {{"q1", 1}}}};
  EXPECT_EQ(drop_self_hits(qrels), 2U);
  EXPECT_EQ(drop_self_hits(run), 1U);
  const EvalReport report = evaluate(qrels, run, {parse_metric("RR")});
  EXPECT_EQ(report.means.at("RR"), 0.5);
  EXPECT_THAT(report.without_relevant, ElementsAre("문서"));
}

TEST(Evaluation, RefusesToAverageNothing) {
  EXPECT_THAT(message_of([] { evaluate({}, {{"q", kAbcd}}, {parse_metric("RR")}); }), HasSubstr("no judgements"));
  EXPECT_THAT(message_of([] { evaluate({{"q", {{"a", 1}}}}, {}, {}); }), HasSubstr("no metric"));
}

// Random collections with every trap (ties, near ties, unjudged and missing things), evaluated by trec_eval's own code.
TEST(Evaluation, EqualsTrecEval) {
  const auto expected = nlohmann::json::parse(read_file(RAG_SOURCE_DIR "/tests/retrieve/data/trec_eval_expected.json"));
  std::size_t compared = 0;
  for (const auto& test : expected.at("cases")) {
    const Qrels qrels = test.at("qrels").get<Qrels>();
    rag::Run run;
    for (const auto& [query, documents] : test.at("run").items())
      for (const auto& document : documents) run[query].push_back({document.at(0), document.at(1)});
    std::vector<Metric> metrics;
    for (const auto& [name, mean] : test.at("means").items()) metrics.push_back(parse_metric(name));
    const EvalReport report = evaluate(qrels, run, metrics);
    for (const auto& [name, mean] : test.at("means").items()) EXPECT_NEAR(report.means.at(name), mean.get<double>(), 1e-9) << name;
    for (const auto& [query, values] : test.at("per_query").items())
      for (const auto& [name, value] : values.items()) {
        EXPECT_NEAR(report.per_query.at(query).at(name), value.get<double>(), 1e-9) << query << " " << name;
        ++compared;
      }
  }
  EXPECT_GT(compared, 2000U);
}

Passage passage(const std::string& document, double fused) { return {.chunk = {.document_id = document}, .scores = {.fused = fused}}; }

TEST(RollUp, GivesEachDocumentTheScoreOfItsBestPassage) {
  const std::vector<Passage> passages = {passage("b", 0.9), passage("a", 0.8), passage("b", 0.7), passage("c", 0.1)};
  const auto documents = roll_up(passages);
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(documents[0].document, "b");
  EXPECT_NEAR(documents[0].score, 0.9, 1e-6);
  EXPECT_EQ(documents[2].document, "c");
  EXPECT_TRUE(roll_up({}).empty());
}

TEST(RollUp, KeepsTheOrderOfPassagesWhereScoresAreEqual) {
  const auto documents =
      trec_order(roll_up(std::vector<Passage>{passage("a", 0.5), passage("c", 0.5), passage("b", 0.5), passage("a", 0.5)}));
  ASSERT_EQ(documents.size(), 3U);
  EXPECT_EQ(documents[0].document + documents[1].document + documents[2].document, "acb") << "trec_eval's own tie rule would say c, b, a";
}

}  // namespace
}  // namespace rag
