// 'rag eval gen', with the hashing encoder and no weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "clear_line.h"
#include "core/file.h"
#include "program.h"
#include "tests/http/local_server.h"

namespace rag::test {
namespace {

using nlohmann::json;
using Arguments = std::vector<std::string>;

class EvalGen : public ::testing::Test {
 protected:
  // Documents in both languages, one of them under a name with a blank, one of them twice.
  void SetUp() override {
    const char* places[] = {"Leeds", "York", "Derby", "Ripon", "Truro", "Wells", "Exeter", "Durham", "Lincoln", "Oxford"};
    const char* cities[] = {"수원", "대전", "광주", "부산", "인천", "울산", "원주", "전주", "춘천", "목포"};
    for (int i = 0; i < 10; ++i) {
      const std::string number = std::to_string(i + 11);
      const std::string english = std::string("# The ") + places[i] + " office\n\nTravel claims of the " + places[i] + " office must be sent in within " + number +
                                  " days of the return.\n\nA replacement pass for the " + places[i] + " garage costs £" + number + ".\n";
      program.write(std::string("docs/") + (i == 0 ? "leeds office.md" : std::string(places[i]) + ".md"), english);
      if (i == 1) program.write("docs/copies/york again.md", english);
      program.write(std::string("docs/") + cities[i] + ".md", std::string("# ") + cities[i] + " 지점 안내\n\n" + cities[i] + " 지점의 휴가 신청은 시작일 " + number +
                                                                  "일 전까지 총무팀에 제출한다.\n\n" + cities[i] + " 지점 주차장 이용료는 한 달에 " + number + "만 원이다.\n");
    }
    ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  }
  Result gen(Arguments more, const Arguments& environment = {}) {
    Arguments arguments = {"eval", "gen", "--max-lexical", "1"};
    if (std::ranges::find(more, "-n") == more.end()) arguments.insert(arguments.end(), {"-n", "24"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments, "", environment);
  }
  std::string bytes(const std::string& name) const { return read_file(program.folder() / name); }
  std::vector<json> lines(const std::string& name) const {
    std::vector<json> all;
    std::istringstream text(bytes(name));
    for (std::string line; std::getline(text, line);) all.push_back(json::parse(line));
    return all;
  }
  static json parsed(const Result& result) {
    EXPECT_EQ(result.code, 0) << result.err;
    return json::parse(result.out, nullptr, false);
  }

  Program program;
};

TEST_F(EvalGen, SaysHowManyDocumentsWereLookedAtAndWhyItEnded) {
  const json few = parsed(gen({"--out", "few", "-n", "3", "--unanswerable", "0", "--json"}));
  EXPECT_EQ(few["questions"], 3);
  EXPECT_LT(few["documents"], 12) << "no more than it takes";
  EXPECT_EQ(few["documents_in_index"], 21);
  const Result all = gen({"--out", "all", "-n", "5000"});
  EXPECT_NE(all.out.find("looked at 20 of 21 documents"), std::string::npos) << all.out;
  EXPECT_NE(all.err.find("5000 were asked for (-n): every document was looked at"), std::string::npos) << all.err;
}

TEST_F(EvalGen, WritesTheSameBytesForTheSameSeed) {
  for (const char* folder : {"one", "two"}) ASSERT_EQ(gen({"--out", folder, "--with-corpus"}).code, 0);
  for (const char* file : {"queries.jsonl", "gold.jsonl", "answers.jsonl", "qrels/test.tsv", "left_out.jsonl", "left_out.filter", "corpus.jsonl", "dataset.json", "manifest.json"})
    EXPECT_EQ(bytes(std::string("one/") + file), bytes(std::string("two/") + file)) << file;
  ASSERT_EQ(gen({"--out", "three", "--seed", "2"}).code, 0);
  EXPECT_NE(bytes("one/queries.jsonl"), bytes("three/queries.jsonl"));
}

TEST_F(EvalGen, SpeaksKoreanToThoseWhoReadIt) {
  const Result english = gen({"--out", "en", "-n", "5000"}), korean = gen({"--out", "ko", "-n", "5000"}, {"LC_ALL=ko_KR.UTF-8"});
  EXPECT_NE(english.out.find(" quantity"), std::string::npos) << english.out;
  EXPECT_NE(english.err.find("rejected: "), std::string::npos) << english.err;
  EXPECT_NE(korean.out.find("살펴보고"), std::string::npos) << korean.out;
  EXPECT_NE(korean.out.find("한국어 수량"), std::string::npos) << korean.out;
  EXPECT_NE(korean.err.find("제외 "), std::string::npos) << korean.err;
  EXPECT_NE(korean.err.find("모든 문서를 살펴보았습니다"), std::string::npos) << korean.err;
  for (const char* word : {"rejected", "question", "looked", "asked for"}) EXPECT_EQ((korean.out + korean.err).find(word), std::string::npos) << korean.out << korean.err;
  EXPECT_EQ(bytes("en/queries.jsonl"), bytes("ko/queries.jsonl")) << "the user's language changes nothing in the files";
  EXPECT_EQ(bytes("en/manifest.json"), bytes("ko/manifest.json"));
  program.write("nothing/a.txt", "Hello there\n");
  ASSERT_EQ(program.run({"index", "nothing", "--model", "hash", "--index", "none.rag"}).code, 0);
  const Result none = gen({"--out", "x", "--index", "none.rag"}, {"LC_ALL=ko_KR.UTF-8"});
  EXPECT_EQ(none.code, 1);
  EXPECT_NE(none.err.find("질문을 만들지 못했습니다"), std::string::npos) << none.err;
}

// The folder is all that another engine needs, and what it found can be scored.
TEST_F(EvalGen, WritesACollectionThatIsWholeByItself) {
  const Result made = gen({"--out", "set", "--with-corpus", "--unanswerable", "0.3"});
  ASSERT_EQ(made.code, 0) << made.err;
  std::map<std::string, std::string> corpus;
  for (const json& line : lines("set/corpus.jsonl")) corpus[line["_id"]] = line["text"];
  EXPECT_NE(made.out.find(std::to_string(corpus.size()) + " documents in corpus.jsonl"), std::string::npos) << made.out;
  std::set<std::string> left_out;
  for (const json& line : lines("set/left_out.jsonl")) left_out.insert(line["document"]);
  ASSERT_FALSE(left_out.empty());
  EXPECT_EQ(corpus.size() + left_out.size(), 21U);
  for (const std::string& name : left_out) EXPECT_FALSE(corpus.contains(name)) << name;
  for (const auto& [name, text] : corpus) EXPECT_EQ(name.find(' '), std::string::npos) << name << " cannot stand in a run";
  std::size_t unanswerable = 0;
  for (const json& answer : lines("set/answers.jsonl"))
    if (answer.contains("is_impossible")) {
      ++unanswerable;
      EXPECT_TRUE(left_out.contains(answer["written_for"].get<std::string>())) << answer;
    }
  EXPECT_GE(unanswerable, 4U);
  for (const json& gold : lines("set/gold.jsonl")) {
    const std::string& text = corpus.at(gold["document"]);
    EXPECT_EQ(text.substr(gold["span"]["begin"], gold["span"]["end"].get<std::size_t>() - gold["span"]["begin"].get<std::size_t>()), gold["quote"]);
  }
  const auto measured = [&](Arguments more) {
    more.insert(more.begin(), {"eval", "retrieval", "--dataset", "set", "--model", "hash", "--json", "-m", "R@10"});
    return parsed(program.run(more));
  };
  const json by_document = measured({"--run-out", "found.run", "--mode", "lexical"});
  const json scored = parsed(program.run({"eval", "score", "--qrels", "set/qrels/test.tsv", "--run", "found.run", "-m", "R@10", "--json"}));
  EXPECT_EQ(by_document.at("metrics"), scored.at("metrics")) << by_document << scored;
  const json by_span = measured({"--gold", "set/gold.jsonl"});
  EXPECT_EQ(by_span.dump().find("found again"), std::string::npos) << "every span stands where it says: " << by_span;
}

TEST_F(EvalGen, LeavesNoAnswerOfAnUnanswerableQuestionInItsCorpus) {
  // The very sentence in a document about something else, too far down for a search to see.
  std::string minutes = "# Minutes\n\n";
  for (int i = 0; i < 60; ++i) minutes += "Item " + std::to_string(i) + " of the minutes was read and noted by the members present that day.\n\n";
  for (const char* place : {"York", "Derby", "Ripon", "Truro", "Wells", "Exeter", "Durham", "Lincoln", "Oxford"}) {
    const std::string text = bytes(std::string("docs/") + place + ".md");
    const std::size_t begin = text.find("Travel");
    minutes += text.substr(begin, text.find("\n", begin) - begin) + "\n\n";
  }
  program.write("docs/minutes.md", minutes);
  ASSERT_EQ(program.run({"index", "docs", "--model", "hash"}).code, 0);
  ASSERT_EQ(gen({"--out", "set", "--with-corpus", "--unanswerable", "0.5", "--language", "en"}).code, 0);
  const std::string corpus = bytes("set/corpus.jsonl");
  std::size_t unanswerable = 0;
  for (const json& answer : lines("set/answers.jsonl"))
    if (answer.contains("is_impossible")) {
      ++unanswerable;
      const std::string written_for = answer["written_for"];
      EXPECT_EQ(corpus.find("\"" + written_for + "\""), std::string::npos);
    }
  EXPECT_GT(unanswerable, 0U);
}

TEST_F(EvalGen, RefusesWhatCannotBeInOneLine) {
  ASSERT_EQ(gen({"--out", "set", "--with-corpus"}).code, 0);
  expect_one_clear_line(gen({"--out", "set"}), 2, "there already");
  expect_one_clear_line(gen({"--out", "set", "--force"}), 2, "corpus.jsonl");
  EXPECT_EQ(gen({"--out", "set", "--force", "--with-corpus"}).code, 0);
  expect_one_clear_line(gen({}), 2, "--out DIR");
  expect_one_clear_line(gen({"--out", "y", "--unanswerable", "2"}), 2, "a share from 0 to 1");
  expect_one_clear_line(gen({"--out", "docs/York.md"}), 2, "a file");
}

}  // namespace
}  // namespace rag::test
