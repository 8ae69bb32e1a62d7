#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/file.h"
#include "program.h"

namespace rag::test {
namespace {

class SweepVerb : public testing::Test {
 protected:
  void SetUp() override {
    program.write("set/corpus.jsonl",
                  "{\"_id\":\"a\",\"title\":\"\",\"text\":\"apples grow on trees\"}\n{\"_id\":\"b\",\"title\":\"\",\"text\":\"연차 휴가는 15일이다\"}\n");
    program.write("set/queries.jsonl", "{\"_id\":\"q1\",\"text\":\"apples\"}\n{\"_id\":\"q2\",\"text\":\"연차 휴가\"}\n");
    program.write("set/qrels/test.tsv", "q1\ta\t1\nq2\tb\t1\n");
  }
  Result sweep(const std::string& toml, std::vector<std::string> more = {}) {
    program.write("sweep.toml", toml);
    std::vector<std::string> arguments = {"eval", "sweep", "sweep.toml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments);
  }

  Program program;
};

TEST_F(SweepVerb, TriesEveryCombinationOnceAndWhatIsSetNow) {
  program.write("rag.toml", "model = \"hash\"\n");
  const Result result = sweep(
      "dataset = \"set\"\nmetrics = [\"RR\", \"P@1\"]\n[search]\nmode = [\"hybrid\", \"lexical\", \"dense\"]\ndense_weight = [0.5, 0.9]\n", {"--json", "--out", "tried"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  std::vector<std::string> names;
  for (const auto& point : json["points"]) names.push_back(point["settings"].dump());
  EXPECT_EQ(names, (std::vector<std::string>{"{}", R"({"search.dense_weight":"0.9","search.mode":"hybrid"})", R"({"search.mode":"lexical"})", R"({"search.mode":"dense"})"}))
      << "hybrid at .5 is what is set now, and a weight says nothing where there is one leg";
  EXPECT_EQ(json["tuned_on"], 1);
  EXPECT_FALSE(json["front"].empty());
  EXPECT_TRUE(std::filesystem::exists(program.folder() / "tried/003.json"));
}

TEST_F(SweepVerb, PrintsItsTableInTheLanguageOfItsReader) {
  program.write("rag.toml", "model = \"hash\"\n");
  program.write("sweep.toml", "dataset = \"set\"\nmetrics = [\"RR\"]\n[search]\nmode = [\"lexical\"]\n");
  const std::vector<std::string> arguments = {"eval", "sweep", "sweep.toml"};
  const Result korean = program.run(arguments, "", {"LC_ALL=ko_KR.UTF-8"}), english = program.run(arguments);
  ASSERT_EQ(korean.code, 0) << korean.err;
  for (const char* words : {"다른 절반", "청크/초", "지금 설정\n", "질문 2개 중 1개로 조정함"}) EXPECT_NE(korean.out.find(words), std::string::npos) << words << "\n" << korean.out;
  for (const char* words : {"other half", "chunks/s", "as it is now\n", "1 of 2 questions were tuned on"}) EXPECT_NE(english.out.find(words), std::string::npos) << words << "\n" << english.out;
  EXPECT_EQ(korean.out.find("other half"), std::string::npos);
}

TEST_F(SweepVerb, WritesTheWinnerAndLeavesTheRestOfTheFileAsItIs) {
  // Where repeated words do not count, the document that stands first in the corpus comes first.
  program.write("set/corpus.jsonl",
                "{\"_id\":\"a\",\"title\":\"\",\"text\":\"apples 휴가 and\"}\n{\"_id\":\"b\",\"title\":\"\",\"text\":\"apples apples apples 휴가 휴가 휴가\"}\n");
  program.write("set/qrels/test.tsv", "q1\tb\t1\nq2\tb\t1\n");
  program.write("set/queries.jsonl", "{\"_id\":\"q1\",\"text\":\"apples\"}\n{\"_id\":\"q2\",\"text\":\"휴가\"}\n");
  program.write("rag.toml", "# ours\nmodel = \"hash\"  # no weights\n\n[search]\nmode = \"lexical\"\nk1 = 0 # tried in May\ncharacters_k1 = 0\nb = 0\n\n[ask]\ntemperature = 0.5\n");
  const Result result = sweep("dataset = \"set\"\nmetrics = \"RR\"\nthreads = 1\n", {"--write", "rag.toml"});
  EXPECT_EQ(result.code, 2) << "threads is nothing to tune";
  const Result tuned = sweep("dataset = \"set\"\nmetrics = \"RR\"\n[chunk]\nmax_tokens = 80\n[search]\nk1 = [0, 50]\ncharacters_k1 = 50\n", {"--write", "rag.toml"});
  ASSERT_EQ(tuned.code, 0) << tuned.err;
  EXPECT_EQ(read_file(program.folder() / "rag.toml"),
            "# ours\nmodel = \"hash\"  # no weights\n\n[search]\nmode = \"lexical\"\nk1 = 50 # tried in May\ncharacters_k1 = 50\nb = 0\n\n[ask]\ntemperature = 0.5\n\n"
            "[chunk]\nmax_tokens = 80\n")
      << tuned.out;
}

TEST_F(SweepVerb, TriesProbesWhereListsAreLookedInto) {
  program.write("rag.toml", "model = \"hash\"\n");
  const Result result = sweep("dataset = \"set\"\nmetrics = \"RR\"\n[search]\nmode = \"dense\"\nvectors = [\"exact\", \"ivf\"]\nprobes = [1, 2]\n", {"--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  std::vector<std::string> names;
  const auto json = nlohmann::json::parse(result.out);
  for (const auto& point : json["points"]) names.push_back(point["settings"].dump());
  EXPECT_EQ(names, (std::vector<std::string>{"{}", R"({"search.mode":"dense","search.vectors":"exact"})", R"({"search.mode":"dense","search.probes":"1","search.vectors":"ivf"})",
                                             R"({"search.mode":"dense","search.probes":"2","search.vectors":"ivf"})"}));
}

TEST_F(SweepVerb, NamesTheLineOfWhatItCannotRead) {
  const std::pair<const char*, const char*> wrong[] = {{"dataset = \"set\"\n[search]\nmode = [\"hybird\"]\n", "--mode hybird"},
                                                       {"dataset = \"set\"\n[search]\nvectors = [\"hnsw\"]\n", "--vectors hnsw: not one of auto, exact, ivf"},
                                                       {"dataset = \"set\"\n[search]\nprobes = [0]\n", "--probes 0"},
                                                       {"dataset = \"set\"\n[search]\nwieght = [1]\n", "sweep.toml:3: unknown key \"search.wieght\""},
                                                       {"dataset = \"set\"\n[chunk]\nmax_tokens = []\n", "sweep.toml:3: chunk.max_tokens: an empty list"},
                                                       {"dataset = \"set\"\nmetrics = [\"nDGC\"]\n", "nDGC"},
                                                       {"[search]\nmode = \"dense\"\n", "name a collection as dataset"},
                                                       {"dataset = [\n", "not TOML"}};
  for (const auto& [toml, message] : wrong) {
    const Result result = sweep(toml);
    EXPECT_EQ(result.code, 2) << toml;
    EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace rag::test
