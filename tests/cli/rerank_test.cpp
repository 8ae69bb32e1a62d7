#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "clear_line.h"
#include "tests/models/plain_bert.h"
#include "tests/models/tiny_model.h"

namespace rag::test {
namespace {

// A folder with six small documents, indexed without an encoder, and a reranker with random weights.
class Rerank : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::vector<std::string> words{"river", "rain", "boat", "stone", "bridge", "fish"};
    std::string vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n";
    for (const std::string& word : words) {
      vocabulary += word + "\n";
      program_.write("docs/" + word + ".txt", "The river, the " + word + " and the " + word + " again.\n");
    }
    EncoderConfig config = tiny_config();
    config.vocabulary_size = 10;
    PlainBert plain(config, 3);
    plain.add_head();
    program_.write("reranker/vocab.txt", vocabulary);
    program_.write("reranker/config.json", nlohmann::json{{"architectures", {"BertForSequenceClassification"}},
                                                          {"model_type", "bert"},
                                                          {"hidden_size", config.hidden_size},
                                                          {"num_hidden_layers", config.layers},
                                                          {"num_attention_heads", config.heads},
                                                          {"intermediate_size", config.intermediate_size},
                                                          {"vocab_size", config.vocabulary_size},
                                                          {"type_vocab_size", config.token_types},
                                                          {"max_position_embeddings", config.positions},
                                                          {"num_labels", 1}}
                                               .dump());
    plain.save(program_.folder() / "reranker/model.safetensors");
    ASSERT_EQ(program_.run({"index", "docs", "--model", "hash"}).code, 0);
  }

  Result run(std::vector<std::string> arguments, const std::vector<std::string>& more = {}) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program_.run(arguments);
  }
  nlohmann::json search(const std::vector<std::string>& more) {
    const Result result = run({"search", "river", "--json", "-k", "6", "--precision", "int8"}, more);
    EXPECT_EQ(result.code, 0) << result.err;
    return nlohmann::json::parse(result.out, nullptr, false);
  }
  static std::vector<std::string> uris(const nlohmann::json& found) {
    std::vector<std::string> out;
    for (const auto& passage : found.at("passages")) out.push_back(passage.at("uri"));
    return out;
  }

  Program program_;
};

TEST_F(Rerank, DecidesWhetherAQuotationSupportsASentence) {
  program_.write("q.jsonl", "{\"_id\":\"q\",\"text\":\"Where?\",\"answers\":[\"river\"]}\n");
  program_.write("a.jsonl", "{\"_id\":\"q\",\"answer\":\"The river has rain.\",\"citations\":[{\"document\":\"d\",\"quote\":\"boat stone\"}]}\n");
  const auto recall = [&](const std::vector<std::string>& more) {
    const Result result = run({"eval", "answers", "--queries", "q.jsonl", "--answers-in", "a.jsonl", "--json", "--per-query"}, more);
    EXPECT_EQ(result.code, 0) << result.err;
    return nlohmann::json::parse(result.out, nullptr, false).at("questions").at(0).at("values").at("citation_recall").get<double>();
  };
  EXPECT_EQ(recall({}), 0) << "by words";
  EXPECT_EQ(recall({"--entailment", "./reranker", "--entailment-threshold", "-1000"}), 1);
  EXPECT_EQ(recall({"--entailment", "./reranker", "--entailment-threshold", "1000"}), 0);
  expect_one_clear_line(run({"eval", "answers", "--queries", "q.jsonl", "--answers-in", "a.jsonl", "--entailment", "./nothing"}), 2, "nothing");
}

TEST_F(Rerank, SortsByWhatTheRerankerSays) {
  const auto before = search({}), after = search({"--reranker", "./reranker"});
  std::vector<double> scores;
  for (const auto& passage : after.at("passages")) scores.push_back(passage.at("scores").at("rerank"));
  ASSERT_EQ(scores.size(), 6U);
  EXPECT_TRUE(std::ranges::is_sorted(scores, std::greater{}));
  EXPECT_GT(scores.front() - scores.back(), 0.01);
  EXPECT_NE(uris(before), uris(after));
  EXPECT_TRUE(std::ranges::is_permutation(uris(before), uris(after)));
  EXPECT_FALSE(before.at("passages").at(0).at("scores").contains("rerank"));
}

TEST_F(Rerank, ReadsOnlyTheBest) {
  const auto before = uris(search({})), after = uris(search({"--reranker", "./reranker", "--rerank-depth", "2"}));
  EXPECT_TRUE(std::ranges::is_permutation(std::vector(before.begin(), before.begin() + 2), std::vector(after.begin(), after.begin() + 2)));
  EXPECT_EQ(std::vector(before.begin() + 2, before.end()), std::vector(after.begin() + 2, after.end()));
}

TEST_F(Rerank, WorksWithoutAnEncoderAndUnderTheOtherCommands) {
  EXPECT_TRUE(search({"--reranker", "./reranker", "--mode", "lexical"}).at("passages").at(0).at("scores").contains("rerank"));
  const Result ask = run({"ask", "Which river has a boat?", "--json", "--reranker", "./reranker"});
  EXPECT_TRUE(nlohmann::json::parse(ask.out, nullptr, false).at("timings_ms").contains("rerank")) << ask.out << ask.err;
  program_.write("queries.tsv", "q1\triver\n");
  program_.write("qrels.tsv", "q1\tboat.txt\t1\n");
  const Result eval = run({"eval", "retrieval", "--queries", "queries.tsv", "--qrels", "qrels.tsv", "--json", "--reranker", "./reranker"});
  EXPECT_GT(nlohmann::json::parse(eval.out, nullptr, false).at("timings_ms").at("rerank"), 0) << eval.out << eval.err;
  EXPECT_EQ(run({"chat", "--json", "--reranker", "./reranker"}).code, 0);
}

TEST_F(Rerank, IsExplained) {
  const Result result = run({"search", "river", "--explain", "--reranker", "./reranker"});
  EXPECT_NE(result.out.find("rerank "), std::string::npos) << result.out;
  EXPECT_NE(result.err.find(", rerank "), std::string::npos) << result.err;
  EXPECT_EQ(run({"search", "river", "--explain"}).out.find("rerank"), std::string::npos);
}

TEST_F(Rerank, IsSetInTheConfigurationAndTakenBackOnTheCommandLine) {
  program_.write("rag.toml", "[search]\nreranker = \"./reranker\"\nrerank_depth = 3\n");
  EXPECT_TRUE(search({}).at("passages").at(2).at("scores").contains("rerank"));
  EXPECT_FALSE(search({}).at("passages").at(3).at("scores").contains("rerank"));
  EXPECT_FALSE(search({"--reranker", "none"}).at("passages").at(0).at("scores").contains("rerank"));
}

TEST_F(Rerank, MakesARunWhoseScoresFall) {
  const Result result = run({"search", "river", "--format", "trec", "-k", "6", "--reranker", "./reranker", "--rerank-depth", "3"});
  std::istringstream lines(result.out);
  std::vector<double> scores;
  for (std::string id, q0, document, rank, tag, score; lines >> id >> q0 >> document >> rank >> score >> tag;)
    scores.push_back(std::stod(score));
  EXPECT_EQ(scores.size(), 6U) << result.out << result.err;
  EXPECT_TRUE(std::ranges::is_sorted(scores, std::greater{})) << result.out;
}

TEST_F(Rerank, RefusesWhatIsNoReranker) {
  for (const auto& [path, bytes] : tiny_model()) program_.write("encoder/" + path, bytes);
  expect_one_clear_line(run({"search", "river", "--reranker", "./encoder"}), 6,
                        "./encoder: an encoder, which makes vectors and scores no pairs; use it with --model");
  expect_one_clear_line(run({"index", "docs", "--index", "other", "--model", "./reranker"}), 6,
                        "./reranker: a cross-encoder, which scores pairs of texts and makes no vectors; use it with --reranker");
  expect_one_clear_line(run({"search", "river", "--reranker", "no-such-model"}), 2, "no-such-model: no such model");
  expect_one_clear_line(run({"search", "river", "--reranker", "./reranker", "--rerank-depth", "0"}), 2,
                        "--rerank-depth 0: must be from 1 to 10000");
}

TEST_F(Rerank, IsListedAmongTheModels) {
  const std::vector<std::string> models{"RAG_MODELS=" + (program_.folder() / "models").string()};
  const Result added = program_.run({"model", "add", "reranker", "--name", "tiny-reranker"}, "", models);
  EXPECT_EQ(added.code, 0) << added.err;
  const std::string list = program_.run({"model", "list", "--json"}, "", models).out;
  const std::size_t at = list.find("\"name\":\"tiny-reranker\"");
  ASSERT_NE(at, std::string::npos) << list;
  EXPECT_LT(list.find("\"kind\":\"reranker\"", at), list.find('}', at)) << list;
  const Result found = program_.run({"search", "river", "--explain", "--reranker", "tiny-reranker"}, "", models);
  EXPECT_NE(found.out.find("rerank "), std::string::npos) << found.out << found.err;
}

}  // namespace
}  // namespace rag::test
