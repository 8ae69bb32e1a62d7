#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "clear_line.h"
#include "tests/models/tiny_model.h"

namespace rag::test {
namespace {

using nlohmann::json;

class ModelCheck : public ::testing::Test {
 protected:
  // The tiny model with weights of chance instead of zeros, so that int8 differs from fp32.
  void SetUp() override {
    auto files = tiny_model();
    std::string& weights = files["model.safetensors"];
    std::uint64_t header = 0;
    std::memcpy(&header, weights.data(), sizeof header);
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    for (std::size_t at = 8 + header; at + sizeof(float) <= weights.size(); at += sizeof(float)) {
      const float value = normal(random);
      std::memcpy(weights.data() + at, &value, sizeof value);
    }
    for (const auto& [path, bytes] : files) program_.write("model/" + path, bytes);
    program_.write("texts", "river\nrivers\nriver rivers river\n\n\"rivers\\nriver river\"\n");
  }
  void write_collection() {
    program_.write("set/corpus.jsonl", R"({"_id":"a","title":"","text":"river"})" "\n" R"({"_id":"b","title":"","text":"rivers river rivers"})" "\n");
    program_.write("set/queries.jsonl", R"({"_id":"q","text":"river"})" "\n");
    program_.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nq\ta\t1\n");
  }
  Result check(std::vector<std::string> more) {
    more.insert(more.begin(), {"model", "check", "./model", "--texts", "texts"});
    return program_.run(more);
  }

  Program program_;
};

TEST_F(ModelCheck, MeasuresEveryPrecisionBesideFp32) {
  const Result result = check({"--min-cosine", "0", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const json report = json::parse(result.out);
  EXPECT_EQ(report["texts"], 4) << "blank lines are no texts";
  ASSERT_EQ(report["precisions"].size(), 3U);
  EXPECT_EQ(report["precisions"][0]["precision"], "fp32");
  EXPECT_NEAR(report["precisions"][0]["cosine_min"].get<double>(), 1, 1e-6);
  const double int8 = report["precisions"][2]["cosine_mean"];
  EXPECT_LT(int8, 1);
  EXPECT_GT(int8, 0.5);
  EXPECT_TRUE(report["dataset"].is_null());
  EXPECT_EQ(report["int8_is_safe"], true);
}

TEST_F(ModelCheck, FailsWhereInt8TurnsVectorsTooFar) {
  const Result result = check({"--min-cosine", "1"});
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_NE(result.out.find("int8 is not safe"), std::string::npos) << result.out;
}

TEST_F(ModelCheck, SpeaksKorean) {
  const Result result = program_.run({"model", "check", "./model", "--texts", "texts", "--min-cosine", "0"}, "", {"LC_ALL=ko_KR.UTF-8"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("이 모델은 int8로 써도 됩니다"), std::string::npos) << result.out;
}

TEST_F(ModelCheck, HasTextsOfItsOwn) {
  const Result result = program_.run({"model", "check", "hash", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_GE(json::parse(result.out)["texts"], 36);
}

TEST_F(ModelCheck, MeasuresWhatIsFound) {
  write_collection();
  const Result result = check({"--min-cosine", "0", "--max-ndcg-loss", "1", "--dataset", "set", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const json dataset = json::parse(result.out)["dataset"];
  EXPECT_EQ(dataset["name"], "set");
  EXPECT_EQ(dataset["queries"], 1);
  EXPECT_GT(dataset["ndcg_10_fp32"], 0.6) << "the document is first or second of two";
  EXPECT_TRUE(std::filesystem::exists(program_.folder() / ".cache/rag/eval"));
}

TEST_F(ModelCheck, RefusesACollectionWithNothingToFind) {
  expect_one_clear_line(check({"--dataset", "set"}), 2, "set");
  write_collection();
  program_.write("set/corpus.jsonl", "");
  expect_one_clear_line(check({"--dataset", "set"}), 2, "corpus.jsonl");
  write_collection();
  program_.write("set/qrels/test.tsv", "query-id\tcorpus-id\tscore\nother\ta\t1\n");
  expect_one_clear_line(check({"--dataset", "set"}), 2, "judges none of the queries");
}

TEST_F(ModelCheck, RefusesWhatItCannotMeasure) {
  program_.write("empty", "\n");
  expect_one_clear_line(program_.run({"model", "check", "hash", "--texts", "empty"}), 2, "empty: no text in it");
  expect_one_clear_line(program_.run({"model", "check", "hash", "--texts", "none"}), 2, "none");
  expect_one_clear_line(program_.run({"model", "check", "no-such-model"}), 2, "no-such-model: no such model");
  expect_one_clear_line(program_.run({"model", "check"}), 2, "wants exactly one name or path");
}

}  // namespace
}  // namespace rag::test
