#include "pipelines/eval/import/import.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/error.h"
#include "core/file.h"
#include "ingest/json_lines.h"
#include "pipelines/eval/import/foreign_run.h"
#include "retrieve/eval/beir_dataset.h"
#include "tests/silent_progress.h"

namespace rag {
namespace {

using test::Silent;

namespace fs = std::filesystem;

class Import : public testing::Test {
 protected:
  Import() { fs::create_directories(folder_); }
  ~Import() override { fs::remove_all(folder_); }

  fs::path file(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::string written(const std::string& name) { return read_file(out() / name); }
  fs::path out() const { return folder_ / "out"; }

  ImportReport squad(const std::string& json) {
    CollectionWriter writer(out(), "test");
    import_squad(file("squad.json", json), writer);
    return writer.finish("squad", "");
  }
  ImportReport table(const std::string& csv, const std::string& name = "faq.csv") {
    CollectionWriter writer(out(), "test");
    import_table(file(name, csv), writer);
    return writer.finish("faq", "");
  }
  ImportReport topics(TopicFiles files) {
    CollectionWriter writer(out(), "dev");
    Silent silent;
    import_topics(files, writer, silent);
    return writer.finish("topics", "");
  }
  ForeignRun run(const std::string& json, ForeignRunOptions options = {}) { return read_foreign_run(file("run.json", json), options); }

  const fs::path folder_ = fs::path(testing::TempDir()) / ("rag_import_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
};

template <typename Action>
std::string problem_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind() == ErrorKind::Usage ? error.what() : std::string("another kind: ") + error.what();
  }
  return "";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool noted(const std::vector<Wording>& notes, const std::string& part) {
  return std::ranges::any_of(notes, [&](const Wording& note) { return holds(note.english, part) || holds(note.korean, part); });
}

TEST_F(Import, MakesACollectionOfKorquadWithSpansInBytes) {
  const ImportReport report = squad(
      R"({"version":"KorQuAD_v1.0_dev","data":[{"title":"휴가","paragraphs":[{"context":"연차 휴가는 15일이다. 병가도 15일이다.","qas":[
        {"id":"q1","question":"연차는 며칠?","answers":[{"text":"15일","answer_start":7},{"text":"15일","answer_start":7}]},
        {"id":"q2","question":"병가는 며칠?","answers":[{"text":"15일","answer_start":17}]},
        {"id":"q3","question":"반차는?","is_impossible":true,"answers":[],"plausible_answers":[{"text":"15일","answer_start":7}]}]}]}]})");
  EXPECT_EQ(report.documents, 1U);
  EXPECT_EQ(report.queries, 3U);
  EXPECT_EQ(report.judgements, 2U);
  EXPECT_EQ(report.unanswerable, 1U);
  EXPECT_EQ(report.spans, 2U) << "two people who mark the same place are one span";
  EXPECT_TRUE(report.notes.empty());
  EXPECT_EQ(written("qrels/test.tsv"), "query-id\tcorpus-id\tscore\nq1\tp00001\t1\nq2\tp00001\t1\n");
  EXPECT_TRUE(holds(written("answers.jsonl"), "{\"_id\":\"q1\",\"answers\":[\"15일\"]}\n"));
  EXPECT_TRUE(holds(written("answers.jsonl"), "{\"_id\":\"q3\",\"answers\":[],\"is_impossible\":true}\n"));
  const std::string text = JsonLinesReader(out() / "corpus.jsonl", "corpus.jsonl").next()->text;
  const std::size_t first = text.find("15일"), second = text.find("15일", first + 1);
  EXPECT_TRUE(holds(written("gold.jsonl"), "\"q1\",\"document\":\"p00001\",\"span\":{\"begin\":" + std::to_string(first) + ",")) << written("gold.jsonl");
  EXPECT_TRUE(holds(written("gold.jsonl"), "\"q2\",\"document\":\"p00001\",\"span\":{\"begin\":" + std::to_string(second) + ",")) << written("gold.jsonl");
  const BeirDataset dataset = open_beir_dataset(out());
  EXPECT_EQ(dataset.name, "squad");
  EXPECT_EQ(read_qrels(dataset.qrels).size(), 2U);
  EXPECT_EQ(read_queries(dataset.queries).size(), 3U);
}

TEST_F(Import, SaysWhatOfASquadItCannotUse) {
  const ImportReport report = squad(
      R"({"data":[{"title":"a","paragraphs":[{"context":"one two","qas":[{"id":"q1","question":"?? what","answers":[{"text":"three","answer_start":0}]},
        {"id":"q1","question":"again","answers":[]},{"id":"q2","question":" ","answers":[]},{"id":"q3","question":"none","answers":[]}]},
        {"context":"one two","qas":[]},{"context":"...","qas":[{"id":"q4","question":"lost","answers":[]}]}]},
        {"title":"v2","context":"KorQuAD two","qas":[{"id":7,"question":"which?","answer":{"text":"two","answer_start":8}}]}]})");
  EXPECT_EQ(report.documents, 2U);
  EXPECT_EQ(report.queries, 3U);
  EXPECT_EQ(report.spans, 1U);
  for (const char* note : {"answers that do not stand in their paragraph: no span: q1 \"three\"", "id was there before: q1", "without a text left out: q2", "kept, without judgement: q3",
                           "paragraphs that come again", "단어가 하나도 없는 문서를 뺌", "문장이 없는 질문을 뺌: q2", "documents without a word left out"})
    EXPECT_TRUE(noted(report.notes, note)) << note;
}

TEST_F(Import, RefusesWhatIsNoSquad) {
  for (const char* json : {"{", "[]", "{\"data\":{}}", "{\"data\":\"\xFF\"}"}) EXPECT_TRUE(holds(problem_of([&] { squad(json); }), "squad.json: ")) << json;
  EXPECT_TRUE(holds(problem_of([&] { squad("{\"data\":[]}"); }), "no question could be read"));
  EXPECT_TRUE(holds(problem_of([&] { squad("{\"_id\":\"q1\"}\n{\"_id\":\"q2\"}\n"); }), "JSON Lines, which need no import"));
  EXPECT_FALSE(fs::exists(out() / "queries.jsonl"));
}

TEST_F(Import, WritesNothingOverACollectionThatIsThere) {
  file("out/queries.jsonl", "{}");
  EXPECT_TRUE(holds(problem_of([&] { squad("{\"data\":[]}"); }), "queries.jsonl: already there"));
}

TEST_F(Import, FindsTheColumnsOfAKoreanTable) {
  const ImportReport report = table("번호,출처,질문,답변\n1,휴가.md;규정.pdf,\"연차는, 며칠?\",15일\n2,,\"반차는\n며칠?\",\n3,휴가.md,,\n1b,병가.md,\"연차는, 며칠?\",열다섯 일\n");
  EXPECT_EQ(report.queries, 2U);
  EXPECT_EQ(report.documents, 0U);
  EXPECT_EQ(written("qrels/test.tsv"), "query-id\tcorpus-id\tscore\n1\t규정.pdf\t1\n1\t병가.md\t1\n1\t휴가.md\t1\n");
  EXPECT_TRUE(holds(written("answers.jsonl"), "{\"_id\":\"1\",\"answers\":[\"15일\",\"열다섯 일\"]}"));
  EXPECT_TRUE(holds(written("answers.jsonl"), "{\"_id\":\"2\",\"answers\":[],\"is_impossible\":true}"));
  for (const char* note : {"joined with the first: row 5", "처음 것에 합침: 5번째 행", "taken for unanswerable: row 3", "without a text left out: 3"}) EXPECT_TRUE(noted(report.notes, note)) << note;
  EXPECT_FALSE(fs::exists(out() / "corpus.jsonl"));
}

TEST_F(Import, NamesTheColumnsOfATableItCannotUse) {
  EXPECT_TRUE(holds(problem_of([&] { table("frage,antwort\na,b\n"); }), "found frage, antwort; expected a header with question, answer, source"));
  EXPECT_TRUE(holds(problem_of([&] { table(""); }), "faq.csv: "));
}

TEST_F(Import, ReadsTrecTopicsThatCloseNoTag) {
  const fs::path topics_file = file("topics", "<top>\n<num> Number: 301\n<title> Crime &amp; Law\n\n<desc> Description:\nWhich groups?\n\n<narr> Narrative: x\n</top>\n<TOP><num>Number: 302<title>Polio</TOP>\n");
  const fs::path qrels = file("qrels", "301 0 d1 2\n302 0 d2 0\n303 0 d1 1\n");
  const fs::path corpus = file("corpus/a.jsonl", "{\"docid\":\"d1\",\"title\":\"t\",\"text\":\"organised crime\"}\n{\"docid\":\"d2\",\"contents\":\"polio\"}\n");
  const ImportReport report = topics({.topics = topics_file, .qrels = qrels, .corpus = {folder_ / "corpus"}, .field = "title+desc"});
  EXPECT_TRUE(holds(written("queries.jsonl"), "{\"_id\":\"301\",\"text\":\"Crime & Law Which groups?\"}\n{\"_id\":\"302\",\"text\":\"Polio\"}\n")) << written("queries.jsonl");
  EXPECT_EQ(written("qrels/dev.tsv"), "query-id\tcorpus-id\tscore\n301\td1\t2\n302\td2\t0\n");
  EXPECT_TRUE(noted(report.notes, "topics without desc: 302"));
  EXPECT_TRUE(noted(report.notes, "without a text: their judgements left out: 303"));
  EXPECT_EQ(report.documents, 2U);
}

TEST_F(Import, ReadsTopicsInXmlAndCorporaInTabs) {
  const fs::path qrels = file("qrels", "1\td1\t1\n");
  const fs::path corpus = file("corpus.tsv", "d1\t휴가는 15일\nd1\tagain\nd2\ttitle\ttext\n");
  const fs::path xml = file("topics.xml", "<topics><topic number=\"1\"><query>휴가 &lt;일수&gt;</query><question>며칠인가?</question></topic><topic number=\"2\">patient of 15</topic></topics>");
  const ImportReport report = topics({.topics = xml, .qrels = qrels, .corpus = {corpus}});
  EXPECT_TRUE(holds(written("queries.jsonl"), "{\"_id\":\"1\",\"text\":\"휴가 <일수>\"}\n{\"_id\":\"2\",\"text\":\"patient of 15\"}\n")) << written("queries.jsonl");
  EXPECT_TRUE(noted(report.notes, "documents left out whose id was there before: d1"));
  fs::remove_all(out());
  EXPECT_TRUE(holds(problem_of([&] { topics({.topics = file("bomb.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><topics/>"), .qrels = qrels, .corpus = {}}); }), "bomb.xml: "));
  EXPECT_TRUE(holds(problem_of([&] { topics({.topics = xml, .qrels = qrels, .corpus = {}, .field = "all"}); }), "--field all"));
}

const std::vector<EvalQuery> kQueries = {{"q1", "휴가는 며칠?"}, {"q2", "who?"}};

TEST_F(Import, ReadsElasticsearchsAnswersInTheOrderOfTheQueries) {
  const ForeignRun read = run(R"({"took":3,"responses":[{"hits":{"total":{"value":2},"hits":[{"_index":"i","_id":"d2","_score":7.5,"_source":{}},{"_id":"d1","_score":1}]}},{"error":{"type":"x"},"status":400}]})",
                              {.queries = kQueries, .query_id = "", .document_field = ""});
  ASSERT_EQ(read.run.size(), 1U);
  EXPECT_EQ(read.run.at("q1")[0].document, "d2");
  EXPECT_EQ(read.run.at("q1")[0].score, 7.5);
  EXPECT_TRUE(noted(read.notes, "an error of the engine, left out: q2"));
  EXPECT_EQ(run(R"({"hits":{"hits":[{"_id":"a","_score":null},{"_id":"b","_score":null}]}})", {.queries = {}, .query_id = "q9", .document_field = ""}).run.at("q9")[0].score, 2);
  EXPECT_EQ(run("{\"hits\":{\"hits\":[]}}\n{\"hits\":{\"hits\":[{\"_id\":\"a\",\"_score\":1}]}}\n", {.queries = kQueries, .query_id = "", .document_field = ""}).run.at("q2").size(), 1U);
}

TEST_F(Import, RollsNodesUpToTheirDocuments) {
  const char* nodes = R"([{"query":"휴가는 며칠?","nodes":[{"node":{"id_":"c1","metadata":{"file_name":"휴가.md"}},"score":0.5},{"node":{"id_":"c2","metadata":{"file_name":"휴가.md"}},"score":0.7},
                          {"node":{"id_":"c3","metadata":{"file_name":"b.md"}},"score":0.6}]}])";
  const ForeignRun read = run(nodes, {.queries = kQueries, .query_id = "", .document_field = ""});
  ASSERT_EQ(read.run.at("q1").size(), 2U);
  EXPECT_EQ(trec_order(read.run.at("q1"))[0].document, "휴가.md");
  EXPECT_TRUE(noted(read.notes, "its best counts"));
  EXPECT_TRUE(noted(read.notes, "3 hits named by metadata.file_name"));
  EXPECT_EQ(run(nodes, {.queries = kQueries, .query_id = "", .document_field = "id_"}).run.at("q1").size(), 3U);
}

TEST_F(Import, ReadsLangchainsDocumentsAndPlainLists) {
  const ForeignRun read = run(R"({"q1":[{"page_content":"x","metadata":{"source":"a"}},{"page_content":"y","metadata":{"source":"b"}}],"q2":[[{"page_content":"x","metadata":{"source":"a"}},0.25]],"q3":{"d1":0.5,"d2":1}})");
  EXPECT_EQ(read.run.at("q1")[0].document, "a");
  EXPECT_GT(read.run.at("q1")[0].score, read.run.at("q1")[1].score);
  EXPECT_EQ(read.run.at("q2")[0].score, 0.25);
  EXPECT_EQ(trec_order(read.run.at("q3"))[0].document, "d2");
  EXPECT_TRUE(noted(read.notes, "without scores: their order counts"));
  EXPECT_EQ(run("{\"query_id\":\"q1\",\"results\":[{\"id\":\"d1\",\"score\":1e-3}]}\n{\"query_id\":2,\"results\":[]}\n").run.at("q1")[0].score, 0.001);
}

TEST_F(Import, RefusesAnswersItCannotName) {
  const auto problem = [&](const std::string& json, const ForeignRunOptions& options = {}) { return problem_of([&] { run(json, options); }); };
  EXPECT_TRUE(holds(problem(R"({"hits":{"hits":[]}})"), "--query-id"));
  EXPECT_TRUE(holds(problem(R"([[{"id":"a"}],[{"id":"b"}],[{"id":"c"}]])", {.queries = kQueries, .query_id = "", .document_field = ""}), "3 answers without a question's name and 2 questions"));
  EXPECT_TRUE(holds(problem(R"([{"query":"other?","results":[]}])", {.queries = kQueries, .query_id = "", .document_field = ""}), "none of the questions"));
  EXPECT_TRUE(holds(problem(R"({"q1":[{"text":"no name"}]})"), "without a document's name"));
  for (const char* empty : {R"({"q1":{"":0.5}})", R"({"q1":["d1",""]})", R"({"q1":[["",0.5]]})"}) EXPECT_TRUE(holds(problem(empty), "empty name")) << empty;
  EXPECT_TRUE(holds(problem(R"({"q1":[{"id":"a","score":1},{"id":"b"}]})"), "some hits have a score"));
  EXPECT_TRUE(holds(problem("{\"query_id\":\"q\",\"results\":[]}\n{\"query_id\":\"q\",\"results\":[]}"), "answered twice"));
  for (const char* json : {"{", "{}", "7", "{\"took\":3}", "\xFF"}) EXPECT_TRUE(holds(problem(json), "run.json: ")) << json;
  EXPECT_TRUE(holds(problem(std::string(100000, '[')), "run.json: "));
}

}  // namespace
}  // namespace rag
