#include <gtest/gtest.h>

#include <string>

#include "clear_line.h"
#include "core/file.h"
#include "program.h"

namespace rag {
namespace {

using test::expect_one_clear_line;
using test::Result;

// Twelve documents, a question each; "worse" is a copy of the collection whose questions ask for the neighbour.
class EvalVerbs : public testing::Test {
 protected:
  void SetUp() override {
    const char* words[] = {"사과", "apples", "기차", "trains", "바다", "oceans", "연필", "pencils", "우산", "umbrellas", "거울", "mirrors"};
    std::string corpus, queries, qrels = "query-id\tcorpus-id\tscore\n";
    for (int i = 0; i < 12; ++i) {
      const std::string number = std::to_string(i);
      corpus += "{\"_id\":\"d" + number + "\",\"title\":\"\",\"text\":\"all about " + words[i] + " and more\"}\n";
      queries += "{\"_id\":\"q" + number + "\",\"text\":\"" + words[i] + "\"}\n";
      qrels += "q" + number + "\td" + number + "\t1\n";
    }
    program_.write("set/corpus.jsonl", corpus);
    program_.write("set/queries.jsonl", queries);
    program_.write("set/qrels/test.tsv", qrels);
  }

  Result eval(std::vector<std::string> arguments, const std::vector<std::string>& environment = {}) const {
    arguments.insert(arguments.begin(), "eval");
    return program_.run(arguments, "", environment);
  }

  Result gate(std::vector<std::string> more, const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> arguments = {"gate", "--dataset", "set", "--model", "hash", "--mode", "lexical", "--baseline", "base.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return eval(arguments, environment);
  }

  void make_baseline() const {
    ASSERT_EQ(eval({"baseline", "--dataset", "set", "--model", "hash", "--mode", "lexical", "--out", "base.json"}).code, 0);
  }

  // The file with every value of the metrics halved: a baseline that was lower, or an evaluation that is.
  void write_halved(const std::string& from, const std::string& to) const {
    std::string text = read_file(program_.folder() / from);
    for (std::size_t at = 0; (at = text.find("\"nDCG@10\":1.0", at)) != std::string::npos; ++at) text.replace(at, 13, "\"nDCG@10\":0.5");
    program_.write(to, text);
  }

  test::Program program_;
};

TEST_F(EvalVerbs, GatePassesWhatDidNotChangeAndFailsWhatFell) {
  make_baseline();
  write_halved("base.json", "now.json");
  const Result same = gate({"--max-drop", "nDCG@10=0", "--max-p95-ms", "100000"});
  EXPECT_EQ(same.code, 0) << same.out << same.err;
  EXPECT_NE(same.out.find("verdict: passed (12 queries)"), std::string::npos) << same.out;
  const Result fell = eval({"gate", "--baseline", "base.json", "--current", "now.json", "--max-drop", "nDCG@10=0.01", "--p", ".05"});
  EXPECT_EQ(fell.code, 3) << fell.out << fell.err;
  EXPECT_NE(fell.out.find("verdict: FAILED"), std::string::npos) << fell.out;
  const Result json = eval({"gate", "--baseline", "base.json", "--current", "now.json", "--max-drop", "nDCG@10=0.01", "--json"});
  EXPECT_EQ(json.code, 3);
  EXPECT_NE(json.out.find("\"passed\":false"), std::string::npos);
  const Result korean = eval({"gate", "--baseline", "base.json", "--current", "now.json", "--max-drop", "nDCG@10=0.01"}, {"LC_ALL=ko_KR.UTF-8"});
  EXPECT_NE(korean.out.find("판정: 실패"), std::string::npos) << korean.out;
  EXPECT_EQ(gate({"--max-drop", "nDCG@10=1", "--max-p95-ms", "0.0000001"}).code, 3) << "no query is as quick";
}

TEST_F(EvalVerbs, GateGivesAnErrorAndNoFigureForAnotherCorpus) {
  make_baseline();
  program_.write("set/corpus.jsonl", read_file(program_.folder() / "set/corpus.jsonl") + "{\"_id\":\"new\",\"title\":\"\",\"text\":\"one more\"}\n");
  expect_one_clear_line(gate({"--max-drop", "nDCG@10=0.01"}), 4, "over the documents");
  expect_one_clear_line(gate({}), 2, "--max-drop");
  expect_one_clear_line(gate({"--max-drop", "nDCG@10"}), 2, "METRIC=DROP");
  expect_one_clear_line(gate({"--max-drop", "nDCG@10=nan"}), 2, "METRIC=DROP");
  expect_one_clear_line(gate({"--max-drop", "P@7=0.1"}), 2, "make the baseline with -m");
  expect_one_clear_line(gate({"--max-p95-ms", "50", "--current", "base.json"}), 2, "holds no times");
  expect_one_clear_line(eval({"baseline", "--dataset", "set", "--model", "hash"}), 2, "--out");
}

TEST_F(EvalVerbs, CompareSaysTheSameOfFilesAndRunsEachTime) {
  make_baseline();
  write_halved("base.json", "other.json");
  const std::vector<std::string> arguments = {"compare", "낮음=other.json", "높음=base.json", "-m", "nDCG@10", "--json"};
  const Result compared = eval(arguments);
  ASSERT_EQ(compared.code, 0) << compared.err;
  EXPECT_EQ(compared.out, eval(arguments).out);
  EXPECT_NE(compared.out.find("높음 is better than 낮음 by 0.5000"), std::string::npos) << compared.out;
  for (const char* format : {"text", "md", "csv"}) {
    const Result printed = eval({"compare", "낮음=other.json", "높음=base.json", "-m", "nDCG@10", "--format", format});
    EXPECT_EQ(printed.code, 0) << printed.err;
    EXPECT_NE(printed.out.find("높음"), std::string::npos) << printed.out;
  }
  program_.write("cut.run", "q1 Q0 d1 1 1.0 x\n");
  expect_one_clear_line(eval({"compare", "base.json", "cut.run"}), 2, "--qrels");
  expect_one_clear_line(eval({"compare", "base.json", "cut.run", "--qrels", "set/qrels/test.tsv"}), 2, "was the run cut short?");
  EXPECT_EQ(eval({"compare", "base.json", "cut.run", "--qrels", "set/qrels/test.tsv", "--missing", "leave-out"}).code, 0);
  expect_one_clear_line(eval({"compare", "base.json"}), 2, "two files or more");
  expect_one_clear_line(eval({"compare", "base.json", "base.json"}), 2, "NAME=FILE");
  expect_one_clear_line(eval({"compare", "base.json", "set"}), 2, "a folder");
}

TEST_F(EvalVerbs, ReportIsWrittenWholeAndTheSameEachTime) {
  make_baseline();
  write_halved("base.json", "other.json");
  for (const char* page : {"one.html", "two.html"}) ASSERT_EQ(eval({"report", "--html", page, "a=base.json", "b=other.json", "--lang", "ko"}).code, 0);
  EXPECT_EQ(read_file(program_.folder() / "one.html"), read_file(program_.folder() / "two.html"));
  EXPECT_TRUE(read_file(program_.folder() / "one.html").ends_with("</html>\n"));
  EXPECT_EQ(eval({"report", "--html", "single.html", "base.json"}).code, 0);
  expect_one_clear_line(eval({"report", "base.json"}), 2, "--html");
  expect_one_clear_line(eval({"report", "--html", "x.html", "base.json", "--points", "set/corpus.jsonl"}), 2, "set/corpus.jsonl");
  expect_one_clear_line(eval({"report", "--html", "gone/x.html", "base.json"}), 6, "gone");
}

}  // namespace
}  // namespace rag
