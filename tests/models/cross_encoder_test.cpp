#include "models/cross_encoder.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/interrupt.h"
#include "models/embedder.h"
#include "tests/models/plain_bert.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

using Texts = std::vector<std::string>;

// A reranker's directory with weights of two small layers and a vocabulary of 50 words.
class CrossEncoders : public ModelFolder {
 protected:
  void SetUp() override {
    ModelFolder::SetUp();
    if (const char* value = std::getenv("XDG_CACHE_HOME")) cache_ = value;
    ::setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1);  // layers that are kept go with the folder
    use(tiny_config());
  }
  void TearDown() override {
    cache_ ? ::setenv("XDG_CACHE_HOME", cache_->c_str(), 1) : ::unsetenv("XDG_CACHE_HOME");
    ModelFolder::TearDown();
  }

  void use(EncoderConfig config) {
    config_ = std::move(config);
    plain_ = std::make_unique<PlainBert>(config_, 5);
    plain_->add_head();
    json_ = {{"architectures", {config_.architecture == "bert" ? "BertForSequenceClassification" : "XLMRobertaForSequenceClassification"}},
             {"model_type", config_.architecture},
             {"hidden_size", config_.hidden_size},
             {"num_hidden_layers", config_.layers},
             {"num_attention_heads", config_.heads},
             {"intermediate_size", config_.intermediate_size},
             {"vocab_size", config_.vocabulary_size},
             {"type_vocab_size", config_.token_types},
             {"max_position_embeddings", config_.positions},
             {"id2label", {{"0", "LABEL_0"}}}};
    if (config_.first_position > 0) json_["pad_token_id"] = config_.first_position - 1;
    std::string words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n";
    for (std::size_t i = 4; i < config_.vocabulary_size; ++i) words += word(i) + "\n";
    put("vocab.txt", words);
  }
  static std::string word(std::size_t id) { return "w" + std::to_string(id); }

  std::unique_ptr<CrossEncoder> open(CrossEncoderOptions options = {.precision = Precision::Fp32}) {
    put("config.json", json_.dump());
    plain_->save(folder_ / "model.safetensors");
    options.threads = 2;
    return open_cross_encoder(folder_, options);
  }
  std::string refusal_to_open_it() {
    return refusal([&] { open(); });
  }

  std::optional<std::string> cache_;
  EncoderConfig config_;
  std::unique_ptr<PlainBert> plain_;
  nlohmann::json json_;
};

const Texts kPassages{"w7 w8 w9", "", "w20", "w11 w12 w13 w14", "w7 w8 w9"};

TEST_F(CrossEncoders, ScoreWhatThePaperSays) {
  const PairScores found = open()->score("w5 w6", kPassages);
  const std::vector<Ids> ids{{2, 5, 6, 3, 7, 8, 9, 3}, {2, 5, 6, 3, 3}, {2, 5, 6, 3, 20, 3}, {2, 5, 6, 3, 11, 12, 13, 14, 3}};
  for (std::size_t i = 0; i < ids.size(); ++i) {
    std::vector<std::uint8_t> types(ids[i].size(), 1);
    std::fill_n(types.begin(), 4, 0);
    EXPECT_NEAR(found.scores[i], plain_->score(ids[i], types), 1e-5) << "passage " << i;
  }
  EXPECT_EQ(found.scores[0], found.scores[4]);
  EXPECT_GT(std::fabs(found.scores[0] - found.scores[2]), 0.01) << "weights that tell nothing apart test nothing";
}

TEST_F(CrossEncoders, ScoreNearlyTheSameInBytes) {
  const PairScores exact = open()->score("w5 w6", kPassages), bytes = open({.precision = Precision::Int8})->score("w5 w6", kPassages);
  for (std::size_t i = 0; i < kPassages.size(); ++i) EXPECT_NEAR(exact.scores[i], bytes.scores[i], 0.15) << "passage " << i;
}

TEST_F(CrossEncoders, OfRobertasFamilyHaveTheirHeadElsewhereAndNoSegments) {
  EncoderConfig config = tiny_config();
  config.architecture = "xlm-roberta";
  config.first_position = 2;
  config.token_types = 1;
  use(config);
  for (const Precision precision : {Precision::Fp32, Precision::Int8}) {
    const PairScores found = open({.precision = precision})->score("w5", Texts{"w7 w8"});
    // vocab.txt is framed as BERT does; its second segment is not the model's.
    EXPECT_NEAR(found.scores[0], plain_->score({2, 5, 3, 7, 8, 3}, {}), precision == Precision::Fp32 ? 1e-5 : 0.15);
  }
}

TEST_F(CrossEncoders, SayWhatTheyCutOffAPassage) {
  const auto encoder = open();
  ASSERT_EQ(encoder->max_tokens(), 16U);
  std::string longest;
  for (std::size_t i = 4; i < 30; ++i) longest += word(i) + " ";
  const PairScores found = encoder->score("w5 w6", Texts{longest, "w7"});
  EXPECT_EQ(found.cut_tokens, (std::vector<std::size_t>{15, 0}));
  EXPECT_EQ(found.scores[0], encoder->score("w5 w6", Texts{longest.substr(0, longest.find("w15"))}).scores[0]);
}

TEST_F(CrossEncoders, ReadAPassageAlsoBehindAQueryThatIsTooLong) {
  const auto encoder = open();
  std::string query;
  for (std::size_t i = 4; i < 50; ++i) query += word(i) + " ";
  const PairScores found = encoder->score(query, Texts{"w7 w8 w9 w10 w11 w12", "w20 w21 w22 w23 w24 w25"});
  EXPECT_EQ(found.cut_tokens, (std::vector<std::size_t>{0, 0}));
  EXPECT_NE(found.scores[0], found.scores[1]);
}

TEST_F(CrossEncoders, GiveNothingForNoPassages) {
  const PairScores found = open()->score("w5", {});
  EXPECT_TRUE(found.scores.empty());
  EXPECT_TRUE(found.cut_tokens.empty());
}

TEST_F(CrossEncoders, ScoreAPairTheSameAloneAndAmongThousands) {
  const auto encoder = open();
  Texts many(1500, "w7 w8 w9");
  many.insert(many.begin() + 700, "w11 w12 w13 w14 w15");
  const PairScores found = encoder->score("w5", many);
  EXPECT_NEAR(found.scores[700], encoder->score("w5", Texts{many[700]}).scores[0], 1e-5);
  for (std::size_t i = 0; i < many.size(); ++i) ASSERT_NEAR(found.scores[i], found.scores[i == 700 ? 700 : 0], 1e-5) << i;
}

TEST_F(CrossEncoders, AnswerSeveralThreadsAtOnce) {
  const auto encoder = open({.precision = Precision::Int8});
  const PairScores wanted = open({.precision = Precision::Int8})->score("w5", kPassages);
  std::vector<PairScores> found(4);
  {
    std::vector<std::jthread> threads;
    for (PairScores& scores : found) threads.emplace_back([&] { scores = encoder->score("w5", kPassages); });
  }
  for (const PairScores& scores : found) EXPECT_EQ(scores.scores, wanted.scores);
}

TEST_F(CrossEncoders, StopWhereTheUserAsks) {
  const auto encoder = open({.precision = Precision::Int8});
  const auto interrupted_score = [&] {
    request_interrupt();
    try {
      encoder->score("w5", kPassages);
    } catch (const Error& error) {
      ::_exit(exit_code(error.kind()));
    }
    ::_exit(0);
  };
  EXPECT_EXIT(interrupted_score(), testing::ExitedWithCode(130), "");  // an interrupt cannot be taken back: a process of its own
}

TEST_F(CrossEncoders, AreNamedAfterTheirDirectoryWeightsAndLimit) {
  const std::string name = open()->name();
  EXPECT_TRUE(name.starts_with(folder_.filename().string() + "/")) << name;
  EXPECT_TRUE(name.ends_with("/16")) << name;
  plain_->at("classifier.weight")[0] += 1;
  EXPECT_NE(open()->name(), name);
  EXPECT_TRUE(open({.max_tokens = 10})->name().ends_with("/10"));
  EXPECT_THROW(open({.max_tokens = 17}), Error);
}

TEST_F(CrossEncoders, AreNoEncodersAndEncodersAreNone) {
  open();
  EXPECT_NE(refusal([&] { open_embedder(folder_); }).find("use it with --reranker"), std::string::npos);
  json_["architectures"] = {"BertModel"};
  EXPECT_NE(refusal_to_open_it().find("use it with --model"), std::string::npos);
  EXPECT_NO_THROW(open_embedder(folder_));
  json_.erase("architectures");
  EXPECT_NE(refusal_to_open_it().find("use it with --model"), std::string::npos);
}

TEST_F(CrossEncoders, AreEncodersWhereAPoolingIsListed) {
  put("modules.json",
      R"([{"type":"sentence_transformers.models.Transformer"},{"type":"sentence_transformers.models.Pooling","path":"1_Pooling"}])");
  std::filesystem::create_directories(folder_ / "1_Pooling");
  put("1_Pooling/config.json", R"({"pooling_mode_mean_tokens":true})");
  EXPECT_NE(refusal_to_open_it().find("use it with --model"), std::string::npos);
  EXPECT_NO_THROW(open_embedder(folder_));
  put("modules.json", R"([{"type":"sentence_transformers.base.modules.transformer.Transformer"}])");
  EXPECT_EQ(refusal_to_open_it(), "");
}

TEST_F(CrossEncoders, HaveOneLabel) {
  for (const auto& [labels, count] : std::map<std::string, nlohmann::json>{{"3", 3}, {"2", nullptr}}) {
    json_.erase("id2label");
    json_["num_labels"] = count;
    EXPECT_NE(refusal_to_open_it().find("a classifier of " + labels + " labels, a reranker has one"), std::string::npos) << labels;
    EXPECT_NE(refusal([&] { open_embedder(folder_); }).find("a classifier of " + labels + " labels, expected an encoder"),
              std::string::npos);
  }
  json_["num_labels"] = 1;
  EXPECT_EQ(refusal_to_open_it(), "");
  plain_ = std::make_unique<PlainBert>(config_, 5);
  plain_->add_head(3);
  EXPECT_NE(refusal_to_open_it().find("\"classifier.weight\" is 3 x 32, config.json makes it 1 x 32"), std::string::npos);
}

TEST_F(CrossEncoders, NeedEveryTensorOfTheirHead) {
  for (const char* tensor : {"pooler.dense.weight", "pooler.dense.bias", "classifier.weight", "classifier.bias"}) {
    plain_ = std::make_unique<PlainBert>(config_, 5);
    plain_->add_head();
    plain_->remove(tensor);
    EXPECT_NE(refusal_to_open_it().find(std::string("no tensor \"") + tensor), std::string::npos);
  }
}

TEST_F(CrossEncoders, RefuseWeightsThatAreNoNumbers) {
  plain_->at("classifier.bias")[0] = std::nanf("");
  EXPECT_NE(refusal_to_open_it().find("\"classifier.bias\" holds values that are no numbers"), std::string::npos);
  plain_->at("classifier.bias")[0] = 0;
  for (float& x : plain_->at("encoder.layer.1.output.LayerNorm.weight")) x = INFINITY;
  for (const Precision precision : {Precision::Fp32, Precision::Int8})
    EXPECT_NE(refusal([&] { open({.precision = precision})->score("w5", kPassages); }), "");
}

TEST_F(CrossEncoders, RefuseEveryFileThatIsCut) {
  open();
  for (const char* name : {"config.json", "model.safetensors"}) {
    const std::string whole = read_file(folder_ / name);
    for (std::size_t kept = 0; kept < whole.size(); kept += 1 + whole.size() / 61) {
      put(name, whole.substr(0, kept));
      EXPECT_NE(refusal([&] { open_cross_encoder(folder_); }), "") << name << " cut to " << kept;
    }
    put(name, whole);
  }
  std::filesystem::remove(folder_ / "vocab.txt");
  EXPECT_NE(refusal([&] { open_cross_encoder(folder_); }).find("no tokenizer there"), std::string::npos);
}

TEST_F(CrossEncoders, RefuseATokenizerWithSegmentsTheWeightsDoNotHave) {
  EncoderConfig config = tiny_config();
  config.token_types = 1;
  use(config);
  EXPECT_NE(refusal_to_open_it().find("segments up to 1, the weights have 1"), std::string::npos);
}

TEST_F(CrossEncoders, NeedRoomForTwoTexts) {
  put("tokenizer_config.json", R"({"model_max_length": 4})");
  EXPECT_NE(refusal_to_open_it().find("leaves no room for two texts"), std::string::npos);
}

}  // namespace
}  // namespace rag
