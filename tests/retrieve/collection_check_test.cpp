#include "retrieve/eval/collection_check.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rag {
namespace {

const std::string kLeave = "Every employee has twenty-seven days of paid leave a year, and five of them may be carried over into the next one when "
                           "the manager agrees in writing before the last day of November, as the handbook of the company says in full.";
const std::string kHoliday = "직원은 해마다 유급 휴가 열다섯 일을 받으며, 다음 해로 다섯 일까지 넘길 수 있다. 관리자는 십일월 말까지 서면으로 동의하여야 한다.";

struct Collection {
  std::vector<CheckedDocument> documents;
  std::vector<EvalQuery> queries = {{"q1", "how much leave is there?"}};
  Qrels qrels = {{"q1", {{"leave", 1}}}};
  std::vector<ExpectedAnswer> answers;

  std::vector<Finding> findings() const {
    CollectionCheck check(queries, qrels, answers);
    check.add(documents);
    return check.findings();
  }
  // Its first example, or "none" where there is no finding of that kind.
  std::string example(const std::string& kind) const {
    const auto all = findings();
    const auto found = std::ranges::find(all, kind, &Finding::kind);
    return found == all.end() ? "none" : found->examples.empty() ? "" : found->examples.front().english;
  }
};

CheckedDocument document(const std::string& id, const std::string& text, const std::string& title = "") { return {.id = id, .title = title, .text = text}; }

TEST(CollectionCheck, FindsNothingInACollectionThatIsAsItShouldBe) {
  EXPECT_TRUE((Collection{.documents = {document("leave", kLeave), document("holiday", kHoliday)}}).findings().empty());
}

TEST(CollectionCheck, NamesWhatIsNotThere) {
  const Collection empty{.queries = {{"q2", "asked but not judged"}}, .qrels = {{"q1", {{"gone", 1}, {"unknown", 0}}}, {"q3", {{"leave", 0}}}}};
  EXPECT_EQ(empty.example("empty-collection"), "");
  EXPECT_EQ(empty.example("missing-gold"), "gone for query q1");
  EXPECT_EQ(empty.example("judged-without-text"), "q1");
  EXPECT_EQ(empty.example("without-relevant"), "q3");
  EXPECT_EQ(empty.example("unjudged-queries"), "q2");
  const auto all = empty.findings();
  EXPECT_TRUE(std::ranges::find(all, "unjudged-queries", &Finding::kind)->only_a_note);
  EXPECT_EQ(std::ranges::count_if(all, [](const Finding& finding) { return finding.only_a_note; }), 1);
}

TEST(CollectionCheck, NamesDocumentsThatComeTwiceOrSayNothing) {
  const Collection odd{.documents = {document("leave", kLeave), document("leave", kHoliday), document("blank", " --- ")}};
  EXPECT_EQ(odd.example("repeated-ids"), "leave");
  EXPECT_EQ(odd.example("empty-documents"), "blank");
}

TEST(CollectionCheck, TellsCopiesFromNearCopiesAndWhatTheyBlur) {
  std::string edited = kLeave;
  edited.replace(edited.find("in full"), 7, "at length");
  const Collection copied{.documents = {document("leave", kLeave), document("copy", kLeave), document("edited", edited), document("other", kHoliday)}};
  EXPECT_EQ(copied.example("exact-copies"), "copy has the text of leave");
  EXPECT_EQ(copied.example("near-copies"), "edited is nearly leave");
  EXPECT_EQ(copied.example("copies-of-gold"), "query q1: leave is relevant, its copy copy is not");
  const Collection judged{.documents = {document("leave", kLeave), document("copy", kLeave)}, .qrels = {{"q1", {{"leave", 1}, {"copy", 1}}}}};
  EXPECT_EQ(judged.example("copies-of-gold"), "none") << "both are right";
  EXPECT_EQ(judged.example("exact-copies"), "copy has the text of leave");
}

TEST(CollectionCheck, FindsQuestionsThatStandWordForWordInADocument) {
  const Collection quoted{.documents = {document("faq", "Q: How MUCH leave,\nis there? A: " + kLeave), document("leave", kLeave), document("휴가", kHoliday + " 휴가는 며칠인가요? 열다섯 일이다.")},
                          .queries = {{"q1", "how much leave is there?"}, {"q2", "휴가는 며칠인가요?"}, {"q3", "leave?"}, {"q4", "how much pay is there?"}}};
  const auto all = quoted.findings();
  const auto found = std::ranges::find(all, "questions-in-documents", &Finding::kind);
  ASSERT_NE(found, all.end());
  EXPECT_EQ(english_of(found->examples), (std::vector<std::string>{"query q1 in faq", "query q2 in 휴가"})) << "a single word stands there by chance";
  EXPECT_EQ((Collection{.documents = {document("leave", kLeave, "FAQ: how much leave is there")}}).example("questions-in-documents"), "query q1 in leave");
}

TEST(CollectionCheck, FindsQuestionsAskedTwice) {
  Collection twice{.documents = {document("leave", kLeave)}, .queries = {{"q1", "How much leave?"}, {"q2", "how much LEAVE"}, {"q3", "how little leave"}}};
  EXPECT_EQ(twice.example("repeated-questions"), "q2 asks what q1 asks, and their judgements differ");
  twice.qrels["q2"] = twice.qrels["q1"];
  EXPECT_EQ(twice.example("repeated-questions"), "q2 asks what q1 asks");
}

TEST(CollectionCheck, FindsAnswersInTheNamesOfTheirDocuments) {
  Collection leaking{.documents = {document("leave", kLeave, "Twenty-seven days for everybody")}, .answers = {{"q1", {"no", "twenty-seven days"}}}};
  EXPECT_EQ(leaking.example("answers-in-names"), "query q1: \"twenty-seven days\" in \"Twenty-seven days for everybody\"");
  leaking.queries = {{"q1", "What does everybody get: twenty-seven days?"}};
  EXPECT_EQ(leaking.example("answers-in-names"), "none") << "the question says it itself";
  Collection korean{.documents = {{.id = "leave", .name = "휴가/열다섯일.md", .title = "", .text = kHoliday}}, .answers = {{"q1", {"열다섯 일"}}}};
  EXPECT_EQ(korean.example("answers-in-names"), "query q1: \"열다섯 일\" in \"휴가/열다섯일.md\"");
}

TEST(CollectionCheck, SaysTheSameHoweverTheDocumentsCome) {
  const Collection copied{.documents = {document("a", kLeave), document("b", kLeave), document("c", "how much leave is there, a question"), document("leave", kHoliday)}};
  CollectionCheck piecewise(copied.queries, copied.qrels, copied.answers);
  for (const CheckedDocument& each : copied.documents) piecewise.add({&each, 1});
  const auto at_once = copied.findings(), in_pieces = piecewise.findings();
  ASSERT_EQ(at_once.size(), in_pieces.size());
  for (std::size_t i = 0; i < at_once.size(); ++i) EXPECT_EQ(at_once[i].examples, in_pieces[i].examples) << at_once[i].kind;
}

TEST(CollectionCheck, CountsAllAndKeepsAFewExamples) {
  Collection missing{.documents = {document("leave", kLeave)}};
  for (int i = 0; i < 100; ++i) missing.qrels["q1"]["gone" + std::to_string(i)] = 1;
  const auto all = missing.findings();
  const auto found = std::ranges::find(all, "missing-gold", &Finding::kind);
  ASSERT_NE(found, all.end());
  EXPECT_EQ(found->count, 100U);
  EXPECT_EQ(found->examples.size(), kExamplesKept);
}

}  // namespace
}  // namespace rag
