#include "retrieve/eval/judgements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "core/file.h"
#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Judgements : public testing::Test {
 protected:
  Judgements()
      : folder_(fs::path(testing::TempDir()) / ("rag_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()))) {
    fs::create_directories(folder_);
  }
  ~Judgements() override { fs::remove_all(folder_); }
  fs::path file(const std::string& content) {
    std::ofstream(folder_ / "file", std::ios::binary) << content;
    return folder_ / "file";
  }
  std::string problem_with_qrels(const std::string& content) {
    return message_of([&] { read_qrels(file(content)); });
  }
  std::string problem_with_run(const std::string& content) {
    return message_of([&] { read_run(file(content)); });
  }
  std::string problem_with_queries(const std::string& content) {
    return message_of([&] { read_queries(file(content)); });
  }

  fs::path folder_;
};

TEST_F(Judgements, ReadsQrelsWithAHeaderWithoutAndInTrecsColumns) {
  const Qrels expected = {{"q1", {{"d1", 1}, {"문서", 0}}}, {"q2", {{"d1", 2}}}};
  EXPECT_EQ(read_qrels(file("query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\t문서\t0\nq2\td1\t2\n")), expected);
  EXPECT_EQ(read_qrels(file("\xEF\xBB\xBFq1\td1\t1\r\n\r\nq1\t문서\t0\r\nq2\td1\t2")), expected);
  EXPECT_EQ(read_qrels(file("q1 0 d1 1\nq1 0 문서 0\nq2\tQ0\td1\t2\n")), expected);
  EXPECT_EQ(read_qrels(file("q1\tleave policy.pdf\t-1\n")), (Qrels{{"q1", {{"leave policy.pdf", -1}}}}));
}

TEST_F(Judgements, TakesARepeatedJudgementOnceAndRefusesAContradiction) {
  EXPECT_EQ(read_qrels(file("q 0 d 1\nq 0 d 1\n")), (Qrels{{"q", {{"d", 1}}}}));
  EXPECT_THAT(problem_with_qrels("q 0 d 1\nq 0 e 1\nq 0 d 2\n"),
              HasSubstr("file:3: query \"q\", document \"d\": grade 2 here and 1 above"));
}

TEST_F(Judgements, NamesTheBrokenLineOfQrels) {
  EXPECT_THAT(problem_with_qrels("q1\td1\t1\nq1\td2\n"), HasSubstr("file:2: found "));
  EXPECT_THAT(problem_with_qrels("q1\td1\t1\nq1\td2\thigh\n"), HasSubstr("file:2: grade \"high\", expected a whole number"));
  EXPECT_THAT(problem_with_qrels("q1\td1\t0.5\n"), HasSubstr("file:1: grade \"0.5\""));
  EXPECT_THAT(problem_with_qrels("q1\td1\t99999999999\n"), HasSubstr("file:1: grade "));
  EXPECT_THAT(problem_with_qrels("q1\t\t1\n"), HasSubstr("file:1: an empty id"));
  EXPECT_THAT(problem_with_qrels("query-id\tcorpus-id\tscore\n"), HasSubstr("no judgements in it"));
  EXPECT_THAT(problem_with_qrels(""), HasSubstr("no judgements in it"));
}

TEST_F(Judgements, ReadsARunAndKeepsItsOrder) {
  const rag::Run run = read_run(file("q1 Q0 d2 1 0.5 tag\n\nq1 Q0 d1 2 1e-3 tag\r\nq2\tQ0\td1\t1\t-3\ttag"));
  ASSERT_EQ(run.size(), 2U);
  EXPECT_EQ(run.at("q1")[0].document, "d2");
  EXPECT_EQ(run.at("q1")[1].score, 0.001);
  EXPECT_EQ(run.at("q2")[0].score, -3);
  EXPECT_TRUE(read_run(file("")).empty());
}

TEST_F(Judgements, NamesTheBrokenLineOfARun) {
  EXPECT_THAT(problem_with_run("q1 Q0 d1 1 0.5 t\nq1 Q0 d2 0.5 t\n"), HasSubstr("file:2: 5 columns, expected six"));
  EXPECT_THAT(problem_with_run("q1 Q0 d1 1 high t\n"), HasSubstr("file:1: score \"high\", expected a number"));
  EXPECT_THAT(problem_with_run("q1 Q0 d1 1 nan t\n"), HasSubstr("file:1: score \"nan\""));
  EXPECT_THAT(problem_with_run("q1 Q0 d1 1 2 t\nq2 Q0 d1 1 2 t\nq1 Q0 d1 2 1 t\n"),
              HasSubstr("file:3: document \"d1\" a second time under query \"q1\""));
  EXPECT_THAT(problem_with_run("q1 Q0 d\xFF 1 2 t\n"), HasSubstr("file:1: invalid UTF-8 at byte 8"));
}

TEST_F(Judgements, NamesTheFirstOfSeveralRepeatedDocuments) {
  EXPECT_THAT(problem_with_run("b Q0 d 1 3 t\na Q0 d 1 3 t\na Q0 e 2 2 t\nb Q0 d 2 2 t\na Q0 d 3 1 t\n"),
              HasSubstr("file:4: document \"d\" a second time under query \"b\""));
}

TEST_F(Judgements, ReadsLinesOfAQueryThatLieApart) {
  EXPECT_EQ(read_run(file("a Q0 x 1 2 t\nb Q0 x 1 2 t\na Q0 y 2 1 t\n")).at("a").size(), 2U);
  EXPECT_EQ(read_qrels(file("a\tx\t1\nb\tx\t1\na\tc\t1\n")).at("a").size(), 2U);
}

TEST_F(Judgements, ReadsThousandsOfQueriesWhateverTheirOrder) {
  std::string run, qrels;
  std::map<std::string, std::size_t> expected;
  for (const char* document : {"x", "y", "z"})
    for (int i = 0; i < 2000; ++i) {
      const std::string query = "query-of-many-" + std::to_string(i * 7919 % 2000);  // alike for longer than eight bytes
      run += query + " Q0 " + document + " 1 1 t\n";
      qrels += query + " 0 " + document + " 1\n";
      ++expected[query];
    }
  const rag::Run read = read_run(file(run));
  const Qrels judged = read_qrels(file(qrels));
  ASSERT_EQ(read.size(), 2000U);
  ASSERT_EQ(judged.size(), 2000U);
  for (const auto& [query, count] : expected) {
    EXPECT_EQ(read.at(query).size(), count);
    EXPECT_EQ(judged.at(query).size(), count);
  }
  EXPECT_THAT(problem_with_run(run + "query-of-many-5 Q0 y 4 0 t\nquery-of-many-4 Q0 y 4 0 t\n"), HasSubstr("file:6001: document \"y\" a second time under query \"query-of-many-5\""));
}

TEST_F(Judgements, FindARepeatedDocumentInALongRanking) {
  std::string run;
  for (int i = 0; i < 100; ++i) run += "q Q0 d" + std::to_string(i) + " 1 1 t\n";
  EXPECT_EQ(read_run(file(run)).at("q").size(), 100U);
  EXPECT_THAT(problem_with_run(run + "q Q0 d50 1 1 t\nq Q0 d7 1 1 t\n"), HasSubstr("file:101: document \"d50\" a second time"));
}

TEST_F(Judgements, SaysThatAPackedFileIsPacked) { EXPECT_THAT(problem_with_run("\x1F\x8B\x08"), HasSubstr("packed by gzip")); }

TEST_F(Judgements, WritesRunsThatEveryToolRanksAlike) {
  const double inf = std::numeric_limits<double>::infinity();
  const rag::Run run = {{"q", {{"b", 1.0}, {"c", 1.0}, {"a", 1.0 - 1e-12}, {"z", 0.25}, {"y", 0.5}, {"n", std::nan("")}}},
                        {"big", {{"x", inf}, {"y", 1e300}}}};
  write_run(folder_ / "run", run, "rag");
  const std::string written = read_file(folder_ / "run");
  EXPECT_THAT(written, HasSubstr("q Q0 b 1 1 rag\nq Q0 c 2 0.99999994 rag\n"));
  EXPECT_THAT(written, HasSubstr("q Q0 z 4 0.25 rag\nq Q0 y 5 0.24999999 rag\n"));
  const rag::Run back = read_run(folder_ / "run");
  for (const auto& [query, documents] : run) {
    const auto ranked = trec_order(back.at(query));
    ASSERT_EQ(ranked.size(), documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) EXPECT_EQ(ranked[i].document, documents[i].document) << query << i;
  }
}

TEST_F(Judgements, RefusesToWriteWhatTheColumnsCannotHold) {
  const auto problem = [&](const rag::Run& run, const std::string& tag) {
    return message_of([&] { write_run(folder_ / "run", run, tag); });
  };
  EXPECT_THAT(problem({{"q", {{"leave policy.pdf", 1}}}}, "rag"), HasSubstr("document id \"leave policy.pdf\""));
  EXPECT_THAT(problem({{"", {{"d", 1}}}}, "rag"), HasSubstr("query id \"\""));
  EXPECT_THAT(problem({}, "my run"), HasSubstr("the name of the run"));
  EXPECT_THAT(problem({{"q", {{"d", 2}, {"d", 1}}}}, "rag"), HasSubstr("document \"d\" twice"));
  EXPECT_THAT(problem({{"q", {{"two\nlines \xFF", 1}}}}, "rag"), HasSubstr("document id \"two lines \xEF\xBF\xBD\""));
  EXPECT_FALSE(fs::exists(folder_ / "run"));
}

TEST_F(Judgements, ReadsQueriesAsJsonLinesAndAsColumns) {
  const auto json = read_queries(file("{\"_id\":\"q1\",\"text\":\"휴가?\",\"metadata\":{}}\n\n{\"_id\":2,\"text\":\"b\"}\n{\"_id\":3,\"question\":\"c\"}\n"));
  ASSERT_EQ(json.size(), 3U);
  EXPECT_EQ(json[2].text, "c");
  EXPECT_EQ(json[0].text, "휴가?");
  EXPECT_EQ(json[1].id, "2");
  const auto columns = read_queries(file("query-id\ttext\nq1\tfirst\tand more\nq2\t second \n"));
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[0].text, "first\tand more");
  EXPECT_EQ(columns[1].text, "second");
}

TEST_F(Judgements, NamesTheBrokenLineOfQueries) {
  EXPECT_THAT(problem_with_queries("{\"_id\":\"q\",\"text\":\"t\"}\n{\"_id\":\"r\"\n"), HasSubstr("file:2: not a JSON object"));
  EXPECT_THAT(problem_with_queries("{\"text\":\"t\"}\n"), HasSubstr("file:1: no \"_id\""));
  EXPECT_THAT(problem_with_queries("{\"_id\":\"q\",\"text\":null}\n"), HasSubstr("file:1: neither \"text\" nor \"question\""));
  EXPECT_THAT(problem_with_queries("{\"_id\":\"q\",\"text\":\" \"}\n"), HasSubstr("file:1: query \"q\" has no text"));
  EXPECT_THAT(problem_with_queries("q\tt\nq\tu\n"), HasSubstr("file:2: query id \"q\" a second time"));
  EXPECT_THAT(problem_with_queries("only words\n"), HasSubstr("file:1: no tab"));
  EXPECT_THAT(problem_with_queries("\n"), HasSubstr("no queries in it"));
  EXPECT_THAT(problem_with_queries(std::string(100000, '[')), HasSubstr("file:1: "));
  EXPECT_THAT(problem_with_queries("{\"_id\":" + std::string(100000, '[') + "\n"), HasSubstr("file:1: not a JSON object"));
}

TEST_F(Judgements, NamesAFileThatIsMissing) {
  const std::string problem = message_of([&] { read_run(folder_ / "none.trec"); });
  EXPECT_THAT(problem, HasSubstr("none.trec: no such file"));
  EXPECT_THAT(message_of([&] { read_qrels(folder_); }), HasSubstr("a folder, expected a file"));
}

TEST(TrecOrder, IsByScoreThenDocumentBothDescending) {
  const auto ranked = trec_order({{"a", 1}, {"b", 2}, {"c", 1}, {"ü", 1}});
  EXPECT_EQ(ranked[0].document, "b");
  EXPECT_EQ(ranked[1].document, "ü") << "bytes, not letters";
  EXPECT_EQ(ranked[2].document, "c");
  EXPECT_EQ(ranked[3].document, "a");
}

TEST(TrecOrder, ComparesScoresAsTrecEvalStoresThemIn32Bits) {
  EXPECT_EQ(trec_order({{"a", 0.1 + 1e-11}, {"b", 0.1}})[0].document, "b");
  EXPECT_EQ(trec_order({{"a", 0.1 + 1e-7}, {"b", 0.1}})[0].document, "a");
}

}  // namespace
}  // namespace rag
