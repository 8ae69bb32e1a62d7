#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "clear_line.h"
#include "core/file.h"
#include "program.h"

namespace rag {
namespace {

using test::expect_one_clear_line;
using test::Result;

// Twelve documents, a question each, and a baseline of them, made once.
class EvalVerbs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = std::make_unique<test::Program>();
    const char* words[] = {"사과", "apples", "기차", "trains", "바다", "oceans", "연필", "pencils", "우산", "umbrellas", "거울", "mirrors"};
    std::string corpus, queries, qrels = "query-id\tcorpus-id\tscore\n";
    for (int i = 0; i < 12; ++i) {
      const std::string number = std::to_string(i);
      corpus += "{\"_id\":\"d" + number + "\",\"title\":\"\",\"text\":\"all about " + words[i] + " and more\"}\n";
      queries += "{\"_id\":\"q" + number + "\",\"text\":\"" + words[i] + "\"}\n";
      qrels += "q" + number + "\td" + number + "\t1\n";
    }
    for (const std::string set : {"set", "more"}) {
      shared_->write(set + "/corpus.jsonl", corpus + (set == "set" ? "" : "{\"_id\":\"new\",\"title\":\"\",\"text\":\"one more\"}\n"));
      shared_->write(set + "/queries.jsonl", queries);
      shared_->write(set + "/qrels/test.tsv", qrels);
    }
    ASSERT_EQ(shared_->run({"eval", "baseline", "--dataset", "set", "--model", "hash", "--mode", "lexical", "--out", "base.json"}).code, 0);
    // Every query's nDCG@10 halved: an evaluation that is worse.
    std::string text = read_file(shared_->folder() / "base.json");
    const std::string whole = "\"nDCG@10\": 1.0", half = "\"nDCG@10\": 0.5";
    for (std::size_t at = 0; (at = text.find(whole, at)) != std::string::npos; ++at) text.replace(at, whole.size(), half);
    shared_->write("worse.json", text);
  }
  static void TearDownTestSuite() { shared_.reset(); }

  Result eval(std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) const {
    arguments.insert(arguments.begin(), "eval");
    return shared_->run(arguments, "", environment);
  }

  Result gate(std::vector<std::string> more, const std::string& set = "set") const {
    more.insert(more.begin(), {"gate", "--dataset", set, "--model", "hash", "--mode", "lexical", "--baseline", "base.json"});
    return eval(more);
  }

  static inline std::unique_ptr<test::Program> shared_;
};

TEST_F(EvalVerbs, GatePassesWhatDidNotChangeAndFailsWhatFell) {
  const Result same = gate({"--max-drop", "nDCG@10=0", "--max-p95-ms", "100000"});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_NE(same.out.find("verdict: passed (12 queries)"), std::string::npos) << same.out;
  const Result fell = eval({"gate", "--baseline", "base.json", "--current", "worse.json", "--max-drop", "nDCG@10=0.01", "--p", ".05"});
  EXPECT_EQ(fell.code, 3) << fell.out << fell.err;
  EXPECT_NE(fell.out.find("verdict: FAILED"), std::string::npos) << fell.out;
  const Result json = eval({"gate", "--baseline", "base.json", "--current", "worse.json", "--max-drop", "nDCG@10=0.01", "--json"});
  EXPECT_EQ(json.code, 3);
  EXPECT_NE(json.out.find("\"passed\":false"), std::string::npos);
  const Result korean = eval({"gate", "--baseline", "base.json", "--current", "worse.json", "--max-drop", "nDCG@10=0.01"}, {"LC_ALL=ko_KR.UTF-8"});
  EXPECT_NE(korean.out.find("판정: 실패"), std::string::npos) << korean.out;
  EXPECT_EQ(gate({"--max-drop", "nDCG@10=1", "--max-p95-ms", "0.0000001"}).code, 3) << "no query is as quick";
}

TEST_F(EvalVerbs, GateGivesAnErrorAndNoFigureForAnotherCorpus) {
  const Result other = gate({"--max-drop", "nDCG@10=0.01"}, "more");
  EXPECT_EQ(other.code, 4) << other.out;
  EXPECT_EQ(other.out, "");
  EXPECT_NE(other.err.find("over the documents"), std::string::npos) << other.err;
  expect_one_clear_line(gate({}), 2, "--max-drop");
  expect_one_clear_line(gate({"--max-drop", "nDCG@10"}), 2, "METRIC=DROP");
  expect_one_clear_line(gate({"--max-drop", "nDCG@10=nan"}), 2, "METRIC=DROP");
  expect_one_clear_line(gate({"--max-drop", "P@7=0.1"}), 2, "has no P@7; measure it with -m");
  expect_one_clear_line(gate({"--max-p95-ms", "50", "--current", "base.json"}), 2, "holds no times");
  expect_one_clear_line(eval({"baseline", "--dataset", "set", "--model", "hash"}), 2, "--out");
}

TEST_F(EvalVerbs, CompareSaysTheSameOfFilesAndRunsEachTime) {
  const std::vector<std::string> arguments = {"compare", "낮음=worse.json", "높음=base.json", "-m", "nDCG@10", "--json"};
  const Result compared = eval(arguments);
  ASSERT_EQ(compared.code, 0) << compared.err;
  EXPECT_EQ(compared.out, eval(arguments).out);
  EXPECT_NE(compared.out.find("높음 is better than 낮음 by 0.5000"), std::string::npos) << compared.out;
  for (const char* format : {"text", "md", "csv"}) {
    const Result printed = eval({"compare", "낮음=worse.json", "높음=base.json", "-m", "nDCG@10", "--format", format});
    EXPECT_EQ(printed.code, 0) << printed.err;
    EXPECT_NE(printed.out.find("높음"), std::string::npos) << printed.out;
  }
  shared_->write("cut.run", "q1 Q0 d1 1 1.0 x\n");
  expect_one_clear_line(eval({"compare", "base.json", "cut.run"}), 2, "--qrels");
  expect_one_clear_line(eval({"compare", "base.json", "cut.run", "--qrels", "set/qrels/test.tsv"}), 2, "was the run cut short?");
  EXPECT_EQ(eval({"compare", "base.json", "cut.run", "--qrels", "set/qrels/test.tsv", "--missing", "leave-out"}).code, 0);
  expect_one_clear_line(eval({"compare", "base.json"}), 2, "two files or more");
  expect_one_clear_line(eval({"compare", "base.json", "base.json"}), 2, "NAME=FILE");
  expect_one_clear_line(eval({"compare", "base.json", "set"}), 2, "a folder");
}

TEST_F(EvalVerbs, ReportIsWrittenWholeAndTheSameEachTime) {
  for (const char* page : {"one.html", "two.html"}) ASSERT_EQ(eval({"report", "--html", page, "a=base.json", "b=worse.json", "--lang", "ko"}).code, 0);
  EXPECT_EQ(read_file(shared_->folder() / "one.html"), read_file(shared_->folder() / "two.html"));
  EXPECT_TRUE(read_file(shared_->folder() / "one.html").ends_with("</html>\n"));
  EXPECT_EQ(eval({"report", "--html", "single.html", "base.json"}).code, 0);
  expect_one_clear_line(eval({"report", "base.json"}), 2, "--html");
  expect_one_clear_line(eval({"report", "--html", "x.html", "base.json", "--points", "set/corpus.jsonl"}), 2, "set/corpus.jsonl");
  expect_one_clear_line(eval({"report", "--html", "gone/x.html", "base.json"}), 6, "gone");
}

}  // namespace
}  // namespace rag
