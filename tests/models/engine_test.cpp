#include "models/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <random>
#include <thread>

#include "core/error.h"
#include "models/float_engine.h"
#include "tests/models/plain_bert.h"

namespace rag {
namespace {

PackedTexts random_texts(const EncoderConfig& config, std::initializer_list<std::size_t> lengths) {
  std::mt19937 random(7);
  PackedTexts texts;
  for (const std::size_t length : lengths) {
    std::vector<std::int32_t> ids(length);
    for (auto& id : ids) id = static_cast<std::int32_t>(random() % config.vocabulary_size);
    texts.add(ids);
  }
  return texts;
}

class Engine : public testing::Test {
 protected:
  ~Engine() override { std::filesystem::remove(file_); }

  std::unique_ptr<EncoderEngine> open(const EncoderConfig& config, EngineOptions options = {}) {
    plain_ = std::make_unique<PlainBert>(config, 11);
    plain_->save(file_);
    weights_ = std::make_unique<EncoderWeights>(file_, config);
    options.threads = 2;
    return open_engine(*weights_, config, options);
  }

  // The largest difference of a component from arithmetic written as in the paper, text by text.
  double difference(const EncoderEngine& engine, const PackedTexts& texts, Pooling pooling, bool normalise = true) const {
    const std::vector<float> vectors = engine.encode(texts);
    double worst = 0;
    for (std::size_t row = 0; row < texts.rows(); ++row) {
      const std::vector<std::int32_t> ids(texts.ids.begin() + static_cast<std::ptrdiff_t>(texts.starts[row]),
                                          texts.ids.begin() + static_cast<std::ptrdiff_t>(texts.starts[row + 1]));
      std::vector<std::uint8_t> types;
      for (std::size_t i = texts.starts[row]; i < texts.starts[row + 1]; ++i) types.push_back(texts.type(i));
      const std::vector<double> expected = plain_->embed(ids, pooling, normalise, types);
      for (std::size_t i = 0; i < expected.size(); ++i)
        worst = std::max(worst, std::fabs(expected[i] - static_cast<double>(vectors[row * expected.size() + i])));
    }
    return worst;
  }

  std::filesystem::path file_ = std::filesystem::temp_directory_path() / ("plain-bert-" + std::to_string(::getpid()) + ".safetensors");
  std::unique_ptr<PlainBert> plain_;
  std::unique_ptr<EncoderWeights> weights_;
};

TEST_F(Engine, ComputesWhatThePaperSays) {
  for (const Activation activation : {Activation::Gelu, Activation::GeluTanh, Activation::Relu}) {
    EncoderConfig config = tiny_config();
    config.activation = activation;
    const auto engine = open(config);
    EXPECT_LT(difference(*engine, random_texts(config, {5, 1, 12, 12, 3}), Pooling::Mean), 1e-5);
  }
}

TEST_F(Engine, AttendsWithHeadsOfEveryWidth) {
  for (const std::size_t heads : {1, 2, 4}) {  // 64, 32 and 16 numbers a head: two of our own kernel, one of libtorch's
    EncoderConfig config = tiny_config();
    config.hidden_size = 64;
    config.heads = heads;
    config.positions = 200;
    const auto engine = open(config);
    const PackedTexts texts = random_texts(config, {1, 3, 64, 65, 66, 127, 200});
    EXPECT_LT(difference(*engine, texts, Pooling::Mean), 1e-5);
    EXPECT_LT(difference(*open(config, {.precision = Precision::Int8}), texts, Pooling::Mean), 0.02);
  }
}

TEST_F(Engine, SaysInFp32WhatLibtorchSays) {
  EncoderConfig config = tiny_config();
  config.hidden_size = 128;  // heads of 32 and of 64, in whole panels of outputs; and 96, which fill none
  config.positions = 300;
  for (const std::size_t heads : {2, 4, 3}) {
    config.heads = heads;
    config.hidden_size = heads == 3 ? 96 : 128;
    const PackedTexts texts = random_texts(config, {1, 12, 64, 65, 200, 300});
    const std::vector<float> ours = open(config)->encode(texts);
    ::setenv("RAG_FP32", "libtorch", 1);
    const std::vector<float> libtorch = open(config)->encode(texts);
    ::unsetenv("RAG_FP32");
    for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_NEAR(ours[i], libtorch[i], 2e-6);
  }
  ::setenv("RAG_FP32", "cublas", 1);
  EXPECT_THROW(open(config), Error);
  ::unsetenv("RAG_FP32");
}

TEST_F(Engine, AnswersAQuestionWhileABatchIsEncoded) {
  for (const Precision precision : {Precision::Fp32, Precision::Int8}) {
    EncoderConfig config = tiny_config();
    config.hidden_size = 64;
    config.heads = 2;
    const auto engine = open(config, {.precision = precision});
    const PackedTexts question = random_texts(config, {12});
    PackedTexts batch;
    for (int i = 0; i < 20000; ++i) batch.add(question.ids);  // a fifth of a second and more, whatever the processor
    std::atomic<bool> encoding = true;
    std::size_t answered = 0;
    {
      const std::jthread other([&] {
        engine->encode(batch);
        encoding = false;
      });
      for (; encoding; ++answered) engine->encode(question);
    }
    EXPECT_GT(answered, 5U) << "a question waited for the batch";
  }
}

TEST_F(Engine, PoolsTheFirstTokenWhereTheModelSaysSo) {
  const EncoderConfig config = tiny_config();
  const auto engine = open(config, {.pooling = Pooling::Cls, .normalise = false});
  EXPECT_LT(difference(*engine, random_texts(config, {4, 9}), Pooling::Cls, false), 1e-4);
  const auto int8 = open(config, {.precision = Precision::Int8, .pooling = Pooling::Cls});
  EXPECT_LT(difference(*int8, random_texts(config, {4, 9}), Pooling::Cls), 0.05);
}

TEST_F(Engine, StartsPositionsWhereRobertaDoesAndLivesWithoutTokenTypes) {
  EncoderConfig config = tiny_config();
  config.first_position = 2;
  config.token_types = 0;
  const auto engine = open(config);
  EXPECT_LT(difference(*engine, random_texts(config, {6, 2}), Pooling::Mean), 1e-5);
  EXPECT_LT(difference(*open(config, {.precision = Precision::Int8}), random_texts(config, {6, 2}), Pooling::Mean), 0.02);
}

TEST_F(Engine, ReadsTheSegmentOfEveryToken) {
  const EncoderConfig config = tiny_config();
  PackedTexts texts = random_texts(config, {6, 2});
  texts.add({5, 6, 7, 8}, {0, 0, 1, 1});
  texts.add({9, 10});  // and one that says nothing after one that does
  ASSERT_EQ(texts.types.size(), texts.ids.size());
  EXPECT_LT(difference(*open(config), texts, Pooling::Mean), 1e-5);
  EXPECT_LT(difference(*open(config, {.precision = Precision::Int8}), texts, Pooling::Mean), 0.02);
  PackedTexts first, second;
  first.add({5, 6, 7, 8}, {0, 0, 0, 0});
  second.add({5, 6, 7, 8}, {0, 0, 1, 1});
  EXPECT_NE(open(config)->encode(first), open(config)->encode(second));
}

TEST_F(Engine, GivesATextTheSameVectorAloneAndAmongOthers) {
  const EncoderConfig config = tiny_config();
  for (const Precision precision : {Precision::Fp32, Precision::Int8}) {
    const auto engine = open(config, {.precision = precision});
    PackedTexts many;
    const PackedTexts one = random_texts(config, {9});
    for (int i = 0; i < 300; ++i) many.add(one.ids);  // more than a slice, so several threads have a part
    const std::vector<float> alone = engine->encode(one), among = engine->encode(many);
    for (std::size_t i = 0; i < among.size(); ++i) ASSERT_NEAR(among[i], alone[i % alone.size()], 2e-6);
  }
}

TEST_F(Engine, StaysCloseInSmallerTypes) {
  const EncoderConfig config = tiny_config();
  const PackedTexts texts = random_texts(config, {5, 1, 12, 12, 3});
  const auto bf16 = open(config, {.precision = Precision::Bf16});
  EXPECT_LT(difference(*bf16, texts, Pooling::Mean), 0.02);
  for (const Activation activation : {Activation::Gelu, Activation::GeluTanh, Activation::Relu}) {
    EncoderConfig active = config;
    active.activation = activation;
    const auto int8 = open(active, {.precision = Precision::Int8});
    EXPECT_LT(difference(*int8, texts, Pooling::Mean), 0.02);
  }
}

TEST_F(Engine, OfAWiderModelComputesRightAfterOneOfANarrowOne) {
  const EncoderConfig narrow = tiny_config();
  open(narrow, {.precision = Precision::Int8, .threads = 1})->encode(random_texts(narrow, {narrow.positions}));
  EncoderConfig wide = narrow;
  wide.hidden_size = 8 * narrow.hidden_size;
  wide.intermediate_size = 8 * narrow.intermediate_size;
  const auto engine = open(wide, {.precision = Precision::Int8, .threads = 1});
  EXPECT_LT(difference(*engine, random_texts(wide, {wide.positions, 3}), Pooling::Mean), 0.03);
}

TEST_F(Engine, RefusesIdsAndLengthsTheModelDoesNotHave) {
  const EncoderConfig config = tiny_config();
  const auto engine = open(config);
  PackedTexts unknown;
  unknown.add({1, static_cast<std::int32_t>(config.vocabulary_size)});
  EXPECT_THROW(engine->encode(unknown), Error);
  PackedTexts negative;
  negative.add({-1});
  EXPECT_THROW(engine->encode(negative), Error);
  EXPECT_THROW(engine->encode(random_texts(config, {config.positions + 1})), Error);
  PackedTexts third_segment;
  third_segment.add({1, 2}, {0, static_cast<std::uint8_t>(config.token_types)});
  EXPECT_THROW(engine->encode(third_segment), Error);
  PackedTexts empty;
  empty.add({});
  EXPECT_THROW(engine->encode(empty), Error);
  EXPECT_TRUE(engine->encode({}).empty());
}

TEST_F(Engine, RefusesWeightsThatAreNoNumbers) {
  PlainBert broken(tiny_config(), 11);
  broken.at("encoder.layer.1.output.dense.weight")[3] = std::nanf("");
  broken.save(file_);
  const EncoderWeights weights(file_, tiny_config());
  EXPECT_THROW(open_engine(weights, tiny_config(), {.precision = Precision::Int8, .threads = 1}), Error);
  EXPECT_THROW(make_float_engine(weights, tiny_config(), {.threads = 1}), Error);
}

}  // namespace
}  // namespace rag
