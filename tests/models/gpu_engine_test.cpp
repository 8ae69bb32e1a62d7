// The GPU's encoder, run by the processor: kernels thread by thread (core/cuda/emulated.h), matrix products in plain loops.
#include "models/cuda/gpu_engine.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>
#include <vector>

#include "core/error.h"
#include "core/notice.h"
#include "models/cuda/attention_kernel.h"
#include "models/cuda/product_rows.h"
#include "models/cuda/row_kernels.h"
#include "models/device_engine.h"
#include "models/float_engine.h"
#include "tests/models/host_gpu.h"
#include "tests/models/plain_bert.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

using namespace gpu;
using test::HostGpu;

std::vector<Bf16> random_numbers(std::size_t count, unsigned seed, float spread = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, spread);
  std::vector<Bf16> numbers(count);
  for (Bf16& x : numbers) x = to_bf16(normal(random));
  return numbers;
}

std::vector<float> random_floats(std::size_t count, unsigned seed) {
  std::vector<float> floats;
  for (const Bf16 x : random_numbers(count, seed)) floats.push_back(to_float(x));
  return floats;
}

// Attention of one query of one head in double.
std::vector<double> plain_attention(const std::vector<Bf16>& joined, std::size_t width, std::size_t start, std::size_t length, std::size_t query,
                                    std::size_t head_begin, std::size_t head_size) {
  const auto at = [&](std::size_t token, std::size_t part, std::size_t k) {
    return static_cast<double>(to_float(joined[(start + token) * 3 * width + part * width + head_begin + k]));
  };
  std::vector<double> weights(length), context(head_size);
  double total = 0;
  for (std::size_t key = 0; key < length; ++key) {
    double dot = 0;
    for (std::size_t k = 0; k < head_size; ++k) dot += at(query, 0, k) * at(key, 1, k);
    total += weights[key] = std::exp(dot / std::sqrt(static_cast<double>(head_size)));
  }
  for (std::size_t key = 0; key < length; ++key)
    for (std::size_t k = 0; k < head_size; ++k) context[k] += weights[key] / total * at(key, 2, k);
  return context;
}

template <int kHead>
void expect_attention(const std::vector<std::size_t>& lengths, std::size_t heads, float spread) {
  const std::size_t width = heads * kHead;
  std::vector<QueryTile> tiles;
  std::size_t tokens = 0;
  for (const std::size_t length : lengths) {
    for (std::size_t query = 0; query < length; query += kQueryRows)
      tiles.push_back({static_cast<std::int32_t>(tokens), static_cast<std::int32_t>(length), static_cast<std::int32_t>(query)});
    tokens += length;
  }
  const std::vector<Bf16> joined = random_numbers(tokens * 3 * width, 5, spread);
  std::vector<Bf16> context(tokens * width, Bf16{0xFFFF});
  launch(attend_texts<kHead>, dim3(static_cast<unsigned>(tiles.size()), static_cast<unsigned>(heads)), kAttentionThreads, attention_shared_bytes<kHead>(), nullptr,
         AttentionRows{joined.data(), tiles.data(), static_cast<unsigned>(width), context.data()});
  std::size_t start = 0;
  for (const std::size_t length : lengths) {
    for (std::size_t query = 0; query < length; query += length > 100 ? 13 : 1)
      for (std::size_t head = 0; head < heads; ++head) {
        const std::vector<double> expected = plain_attention(joined, width, start, length, query, head * kHead, kHead);
        for (std::size_t k = 0; k < kHead; ++k)
          ASSERT_NEAR(to_float(context[(start + query) * width + head * kHead + k]), expected[k], 0.01 * spread)
              << "length " << length << ", query " << query << ", head " << head << ", number " << k;
      }
    start += length;
  }
}

TEST(GpuKernels, AttendWithinEachText) {
  expect_attention<32>({1, 15, 16, 17}, 2, 1);
  expect_attention<32>({64, 65, 3, 200}, 1, 1);
  expect_attention<64>({1, 15, 17, 64, 65}, 2, 1);
  expect_attention<64>({200}, 1, 1);
}

TEST(GpuKernels, AttendInTheLongestTexts) {
  expect_attention<32>({512}, 1, 1);
  expect_attention<64>({512}, 1, 1);
}

TEST(GpuKernels, AttendWithScoresFarApart) { expect_attention<32>({70, 40}, 1, 6); }

std::vector<double> plain_norm(const std::vector<double>& x, const std::vector<float>& weight, const std::vector<float>& bias, double epsilon) {
  double mean = 0, variance = 0;
  for (const double v : x) mean += v / static_cast<double>(x.size());
  for (const double v : x) variance += (v - mean) * (v - mean) / static_cast<double>(x.size());
  std::vector<double> out(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    out[i] = (x[i] - mean) / std::sqrt(variance + epsilon) * static_cast<double>(weight[i]) + static_cast<double>(bias[i]);
  return out;
}

void expect_row(const Bf16* row, const std::vector<double>& expected) {
  for (std::size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(to_float(row[i]), expected[i], 0.005 * (1 + std::fabs(expected[i]))) << "number " << i;
}

TEST(GpuKernels, NormaliseRowsOfEveryWidth) {
  for (const std::size_t width : {8, 32, 256, 264, 384, 768, 1024, 1032, 2048}) {
    constexpr std::size_t kTokens = 5;
    const std::vector<float> weight = random_floats(width, 1), bias = random_floats(width, 2), product_bias = random_floats(width, 3);
    const std::vector<Bf16> sums = random_numbers(kTokens * width, 4);
    const std::vector<Bf16> before = random_numbers(kTokens * width, 5);
    std::vector<Bf16> hidden = before;
    const Norm norm{weight.data(), bias.data(), 1e-12F};
    with_chunks(width, [&](auto chunks) {
      launch(add_and_norm_rows<decltype(chunks)::value>, 2, kWarp * kRowsAtOnce, 0, nullptr,
             ResidualRows{sums.data(), product_bias.data(), norm, kTokens, static_cast<unsigned>(width), hidden.data()});
    });
    for (std::size_t token = 0; token < kTokens; ++token) {
      std::vector<double> row(width);
      for (std::size_t i = 0; i < width; ++i)
        row[i] = static_cast<double>(to_float(sums[token * width + i])) + static_cast<double>(to_float(before[token * width + i])) +
                 static_cast<double>(product_bias[i]);
      expect_row(hidden.data() + token * width, plain_norm(row, weight, bias, 1e-12));
    }
  }
}

TEST(GpuKernels, AddUpWordPositionAndSegment) {
  constexpr std::size_t kWidth = 40;
  const std::vector<Bf16> words = random_numbers(9 * kWidth, 1);
  const std::vector<float> positions = random_floats(7 * kWidth, 2), types = random_floats(2 * kWidth, 3), weight = random_floats(kWidth, 4),
                           bias = random_floats(kWidth, 5);
  const std::vector<std::int32_t> ids = {8, 0, 3}, places = {2, 3, 6}, segments = {0, 1, 1};
  for (const bool with_types : {true, false}) {
    std::vector<Bf16> hidden(3 * kWidth);
    launch(embed_rows<1>, 1, kWarp * kRowsAtOnce, 0, nullptr,
           EmbeddingRows{ids.data(), places.data(), segments.data(), words.data(), positions.data(), with_types ? types.data() : nullptr,
                         Norm{weight.data(), bias.data(), 1e-5F}, 3, kWidth, hidden.data()});
    for (std::size_t token = 0; token < 3; ++token) {
      std::vector<double> row(kWidth);
      for (std::size_t i = 0; i < kWidth; ++i)
        row[i] = static_cast<double>(to_float(words[static_cast<std::size_t>(ids[token]) * kWidth + i])) +
                 static_cast<double>(positions[static_cast<std::size_t>(places[token]) * kWidth + i]) +
                 (with_types ? static_cast<double>(types[static_cast<std::size_t>(segments[token]) * kWidth + i]) : 0);
      expect_row(hidden.data() + token * kWidth, plain_norm(row, weight, bias, 1e-5));
    }
  }
}

TEST(GpuKernels, PoolMeanOrFirstToken) {
  for (const std::size_t width : {8, 384, 1024}) {
    const std::vector<std::int32_t> starts = {0, 1, 10, 30};
    const std::vector<Bf16> hidden = random_numbers(30 * width, 1);
    for (const bool first : {false, true})
      for (const bool normalise : {false, true}) {
        std::vector<float> vectors(3 * width);
        with_chunks(width, [&](auto chunks) {
          launch(pool_texts<decltype(chunks)::value>, 3, kWarp * kPoolingWarps, pooling_shared_bytes(width), nullptr,
                 PooledTexts{hidden.data(), starts.data(), first, normalise, static_cast<unsigned>(width), vectors.data()});
        });
        for (std::size_t text = 0; text < 3; ++text) {
          std::vector<double> expected(width);
          const auto begin = static_cast<std::size_t>(starts[text]), end = first ? begin + 1 : static_cast<std::size_t>(starts[text + 1]);
          double squares = 0;
          for (std::size_t i = 0; i < width; ++i) {
            for (std::size_t token = begin; token < end; ++token)
              expected[i] += static_cast<double>(to_float(hidden[token * width + i])) / static_cast<double>(end - begin);
            squares += expected[i] * expected[i];
          }
          for (std::size_t i = 0; i < width; ++i)
            ASSERT_NEAR(vectors[text * width + i], expected[i] / (normalise ? std::sqrt(squares) : 1), 1e-5);
        }
      }
  }
}

PackedTexts random_texts(const EncoderConfig& config, std::initializer_list<std::size_t> lengths) {
  std::mt19937 random(7);
  PackedTexts texts;
  for (const std::size_t length : lengths) {
    std::vector<std::int32_t> ids(length);
    std::vector<std::uint8_t> types(length);
    for (auto& id : ids) id = static_cast<std::int32_t>(random() % config.vocabulary_size);
    if (config.token_types > 1)
      for (auto& type : types) type = random() % 2;
    texts.add(ids, types);
  }
  return texts;
}

EncoderConfig small_config(std::size_t head_size = 32) {
  EncoderConfig config = tiny_config();
  config.hidden_size = 64;
  config.heads = 64 / head_size;
  config.intermediate_size = 96;
  config.positions = 80;
  return config;
}

class GpuEncoder : public testing::Test {
 protected:
  ~GpuEncoder() override { std::filesystem::remove(file_); }

  void use(const EncoderConfig& config) {
    PlainBert(config, 11).save(file_);
    weights_ = std::make_unique<EncoderWeights>(file_, config);
    config_ = config;
  }
  GpuEngine open(const EngineOptions& options = {}, std::size_t slice_tokens = kSliceTokens) {
    return GpuEngine(*weights_, config_, options, [state = state_] { return std::make_unique<HostGpu>(state); }, slice_tokens);
  }
  std::vector<float> exact(const PackedTexts& texts, const EngineOptions& options = {}) {
    return make_float_engine(*weights_, config_, options)->encode(texts);
  }
  double worst_cosine(const std::vector<float>& a, const std::vector<float>& b) const {
    EXPECT_EQ(a.size(), b.size());
    double worst = 1;
    for (std::size_t row = 0; row < a.size(); row += config_.hidden_size) {
      double dot = 0, left = 0, right = 0;
      for (std::size_t i = row; i < row + config_.hidden_size; ++i) {
        dot += static_cast<double>(a[i]) * static_cast<double>(b[i]);
        left += static_cast<double>(a[i]) * static_cast<double>(a[i]);
        right += static_cast<double>(b[i]) * static_cast<double>(b[i]);
      }
      worst = std::min(worst, dot / std::sqrt(left * right));
      if (!(dot == dot)) worst = -1;
    }
    return worst;
  }

  std::filesystem::path file_ = std::filesystem::temp_directory_path() / ("gpu-bert-" + std::to_string(::getpid()) + ".safetensors");
  std::shared_ptr<HostGpu::State> state_ = std::make_shared<HostGpu::State>();
  std::unique_ptr<EncoderWeights> weights_;
  EncoderConfig config_;
};

TEST_F(GpuEncoder, SaysWhatFp32Says) {
  for (const Activation activation : {Activation::Gelu, Activation::GeluTanh, Activation::Relu}) {
    EncoderConfig config = small_config();
    config.activation = activation;
    use(config);
    const PackedTexts texts = random_texts(config, {5, 1, 17});
    EXPECT_GT(worst_cosine(open().encode(texts), exact(texts)), 0.999);
  }
  use(small_config(64));
  const PackedTexts texts = random_texts(config_, {70, 3});
  EXPECT_GT(worst_cosine(open().encode(texts), exact(texts)), 0.999) << "heads of 64";
}

TEST_F(GpuEncoder, KnowsRobertasPositionsAndTheFirstToken) {
  EncoderConfig config = small_config();
  config.first_position = 2;
  config.token_types = 0;
  use(config);
  const PackedTexts texts = random_texts(config, {9, 30, 2});
  const EngineOptions options{.pooling = Pooling::Cls, .normalise = false};
  const std::vector<float> vectors = open(options).encode(texts), expected = exact(texts, options);
  EXPECT_GT(worst_cosine(vectors, expected), 0.999);
  EXPECT_NEAR(vectors[3], expected[3], 0.05);
}

TEST_F(GpuEncoder, GivesEveryTextItsVectorAcrossSlices) {
  use(small_config());
  const PackedTexts texts = random_texts(config_, {5, 1, 12, 12, 3, 40, 7, 7, 2});
  const std::vector<float> whole = open().encode(texts);
  EXPECT_EQ(open({}, 20).encode(texts), whole) << "slices of 20 tokens, and one longer text";
  EXPECT_TRUE(open().encode({}).empty());
}

TEST_F(GpuEncoder, ServesSeveralCallersAtOnce) {
  use(small_config());
  const GpuEngine engine = open({}, 16);
  const PackedTexts texts = random_texts(config_, {5, 12, 3});
  const std::vector<float> alone = engine.encode(texts);
  std::vector<std::vector<float>> found(6);
  {
    std::vector<std::jthread> callers;
    for (auto& vectors : found) callers.emplace_back([&] { vectors = engine.encode(texts); });
  }
  for (const auto& vectors : found) EXPECT_EQ(vectors, alone);
}

TEST_F(GpuEncoder, TakesFewerTextsAtOnceWhereMemoryIsShort) {
  use(small_config());
  const PackedTexts texts = random_texts(config_, {40, 40, 40, 40, 40, 40});
  const std::vector<float> whole = open().encode(texts);
  const GpuEngine engine = open();
  state_->memory = 300 * Workspace::bytes_per_token(config_);  // too little for all of them
  EXPECT_EQ(engine.encode(texts), whole);
  EXPECT_GT(state_->smallest_refused, 0U);
  state_->memory = SIZE_MAX;
  const GpuEngine poor = open();
  state_->memory = 1000;
  EXPECT_THROW(poor.encode(random_texts(config_, {70})), OutOfMemory);
  state_->memory = SIZE_MAX;
  EXPECT_EQ(poor.encode(texts), whole) << "and goes on when there is memory again";
}

TEST_F(GpuEncoder, SaysThatTheGpuIsGone) {
  use(small_config());
  const GpuEngine engine = open({}, 16);
  state_->products = 5;
  EXPECT_THROW(engine.encode(random_texts(config_, {10, 10, 10})), Error);
}

TEST_F(GpuEncoder, StopsBetweenTwoSlicesWhereItIsToldTo) {
  use(small_config());
  static int asked;
  asked = 0;
  const GpuEngine engine = open({.interrupted = []() noexcept { return ++asked == 3; }}, 16);
  PackedTexts texts;
  for (int i = 0; i < 5; ++i) texts.add(std::vector<std::int32_t>(16, 1));
  EXPECT_THROW(engine.encode(texts), Error);
  EXPECT_EQ(asked, 3);
  EXPECT_GE(worst_cosine(engine.encode(texts), exact(texts)), 0.999) << "the next call is none the worse";
}

TEST_F(GpuEncoder, RefusesShapesItsKernelsDoNotHave) {
  EncoderConfig config = small_config();
  config.heads = 4;  // of 16 numbers
  use(config);
  EXPECT_THROW(open(), Error);
  config = small_config();
  config.intermediate_size = 100;
  use(config);
  EXPECT_THROW(open(), Error);
}

TEST_F(GpuEncoder, RefusesIdsTheModelDoesNotHave) {
  use(small_config());
  PackedTexts texts;
  texts.add({1, 50});
  EXPECT_THROW(open().encode(texts), Error);
  PackedTexts empty;
  empty.add({});
  EXPECT_THROW(open().encode(empty), Error);
}

// All its numbers are one, or it fails.
class OneNumber final : public EncoderEngine {
 public:
  OneNumber(float number, std::shared_ptr<ErrorKind> failure) : number_(number), failure_(std::move(failure)) {}
  std::vector<float> encode(const PackedTexts& texts) const override {
    if (failure_) throw Error(*failure_, "GPU 0: computing: unspecified launch failure");
    return std::vector<float>(texts.rows(), number_);
  }

 private:
  float number_;
  std::shared_ptr<ErrorKind> failure_;
};

class Fallback : public testing::Test {
 protected:
  Fallback() {
    on_notice([this](const std::string& line) { told_.push_back(line); });
    texts_.add({1, 2});
  }
  ~Fallback() override { on_notice(nullptr); }

  std::unique_ptr<EncoderEngine> open(std::shared_ptr<ErrorKind> failure) {
    return make_engine_with_fallback([failure] { return std::make_unique<OneNumber>(1.0F, failure); },
                                     [this] {
                                       ++opened_;
                                       return std::make_unique<OneNumber>(2.0F, nullptr);
                                     },
                                     tiny_config());
  }

  PackedTexts texts_;
  std::vector<std::string> told_;
  int opened_ = 0;
};

TEST_F(Fallback, StaysWithTheGpuWhileItWorks) {
  EXPECT_EQ(open(nullptr)->encode(texts_)[0], 1);
  EXPECT_EQ(opened_, 0);
  EXPECT_TRUE(told_.empty());
}

TEST_F(Fallback, GoesOnWithTheProcessorAndSaysSoOnce) {
  const auto engine = open(std::make_shared<ErrorKind>(ErrorKind::Backend));
  EXPECT_EQ(engine->encode(texts_)[0], 2);
  EXPECT_EQ(engine->encode(texts_)[0], 2);
  EXPECT_EQ(opened_, 1);
  EXPECT_EQ(told_, std::vector<std::string>{"GPU 0: computing: unspecified launch failure; computing on the processor"});
}

TEST_F(Fallback, TakesTheProcessorWhereTheGpuCannotBeOpened) {
  const auto engine = make_engine_with_fallback([]() -> std::unique_ptr<EncoderEngine> { throw OutOfMemory("GPU 0: out of memory"); },
                                                [] { return std::make_unique<OneNumber>(2.0F, nullptr); }, tiny_config());
  EXPECT_EQ(engine->encode(texts_)[0], 2);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(Fallback, IsNotForInterruptsNorForTextsTheModelDoesNotHave) {
  EXPECT_THROW(open(std::make_shared<ErrorKind>(ErrorKind::Interrupted))->encode(texts_), Error);
  PackedTexts unknown;
  unknown.add({1000});
  EXPECT_THROW(open(nullptr)->encode(unknown), Error);
  EXPECT_EQ(opened_, 0);
  EXPECT_TRUE(told_.empty());
}

TEST(EncoderSelfTest, BelievesAnEngineThatComputesAsTheProcessorDoes) {
  EXPECT_EQ(encoder_self_test([](const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
              return std::make_unique<GpuEngine>(weights, config, options, [] { return std::make_unique<HostGpu>(std::make_shared<HostGpu::State>()); });
            }),
            "");
}

TEST(EncoderSelfTest, FindsOutWhatComputesWronglyOrNotAtAll) {
  const auto with = [](float number, std::shared_ptr<ErrorKind> failure) {
    return encoder_self_test([number, failure](const EncoderWeights&, const EncoderConfig& config, const EngineOptions&) -> std::unique_ptr<EncoderEngine> {
      struct Wide final : EncoderEngine {
        Wide(float number, std::size_t width, std::shared_ptr<ErrorKind> failure) : one(number, std::move(failure)), width(width) {}
        std::vector<float> encode(const PackedTexts& texts) const override { return std::vector<float>(texts.rows() * width, one.encode(texts)[0]); }
        OneNumber one;
        std::size_t width;
      };
      return std::make_unique<Wide>(number, config.hidden_size, failure);
    });
  };
  EXPECT_NE(with(1, nullptr).find("computes vectors of cosine"), std::string::npos);
  EXPECT_EQ(with(0, nullptr), "computes vectors of cosine 0.000000 to the processor's, expected .999");
  EXPECT_EQ(with(NAN, nullptr), "computes vectors of cosine 0.000000 to the processor's, expected .999");
  EXPECT_EQ(with(1, std::make_shared<ErrorKind>(ErrorKind::Backend)), "GPU 0: computing: unspecified launch failure");
}

class Several : public Fallback {
 protected:
  // The number of the engine that answers; those of `failing` fail.
  std::unique_ptr<EncoderEngine> open(int count, std::vector<int> failing = {}) {
    std::vector<std::function<std::unique_ptr<EncoderEngine>()>> engines;
    for (int i = 0; i < count; ++i)
      engines.emplace_back([this, i, failing]() -> std::unique_ptr<EncoderEngine> {
        opened_at_.push_back(i);
        const bool fails = std::ranges::find(failing, i) != failing.end();
        return std::make_unique<OneNumber>(static_cast<float>(i), fails ? std::make_shared<ErrorKind>(ErrorKind::Backend) : nullptr);
      });
    return make_engine_of_several(std::move(engines));
  }
  std::vector<int> opened_at_;
};

TEST_F(Several, AreOpenedOnlyWhereOneIsNotEnough) {
  const auto engine = open(3);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(engine->encode(texts_)[0], 0);
  EXPECT_EQ(opened_at_, std::vector<int>{0});
}

// Computes when the other one does, too.
class Together final : public EncoderEngine {
 public:
  explicit Together(std::barrier<>& barrier) : barrier_(barrier) {}
  std::vector<float> encode(const PackedTexts& texts) const override {
    barrier_.arrive_and_wait();
    return std::vector<float>(texts.rows() * tiny_config().hidden_size);
  }

 private:
  std::barrier<>& barrier_;
};

TEST_F(Several, ComputeAtTheSameTime) {
  std::barrier<> barrier(2);
  std::atomic<int> opened = 0;
  const std::function<std::unique_ptr<EncoderEngine>()> make = [&] {
    ++opened;
    return std::make_unique<Together>(barrier);
  };
  const auto engine = make_engine_of_several({make, make});
  std::jthread other([&] { engine->encode(texts_); });
  engine->encode(texts_);
  other.join();
  EXPECT_EQ(opened, 2);
}

TEST_F(Several, LeaveTheOneThatFailsAndSaySoOnce) {
  const auto engine = open(3, {0, 1});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(engine->encode(texts_)[0], 2);
  EXPECT_EQ(told_, std::vector<std::string>{"GPU 0: computing: unspecified launch failure; computing on the other GPUs"});
  EXPECT_THROW(open(2, {0, 1})->encode(texts_), Error);
}

TEST(Device, OfAnEncoderKnowsThatAGpuComputesInBf16) {
  const DeviceChoice cuda{DeviceChoice::Kind::Cuda, std::nullopt}, automatic;
  EXPECT_EQ(encoder_device(cuda, std::nullopt).kind, DeviceChoice::Kind::Cuda);
  EXPECT_EQ(encoder_device(cuda, Precision::Bf16).kind, DeviceChoice::Kind::Cuda);
  EXPECT_EQ(encoder_device(automatic, std::nullopt).kind, DeviceChoice::Kind::Auto);
  EXPECT_EQ(encoder_device(automatic, Precision::Int8).kind, DeviceChoice::Kind::Cpu);
  EXPECT_THROW(encoder_device(cuda, Precision::Fp32), Error);
}

TEST(ProductRows, AreFewDifferentNumbers) {
  EXPECT_EQ(product_rows(1), 16U);
  EXPECT_EQ(product_rows(256), 256U);
  EXPECT_EQ(product_rows(257), 272U);
  for (const std::size_t rows : {1U, 17U, 300U, 16384U, 16385U, 65535U}) {
    EXPECT_GE(product_rows(rows), rows);
    EXPECT_LE(product_rows(rows), std::max<std::size_t>(rows + 16, rows + rows / 16));
  }
}

// Vectors of the reference implementation: weights that somebody trained, in bf16 through every kernel.
TEST_F(GpuEncoder, StaysCloseToTheReferencesVectors) {
  const auto directory = installed_model("all-MiniLM-L6-v2");
  if (shared_data().empty() || directory.empty()) GTEST_SKIP() << "needs ../shared/data and .deps/models/all-MiniLM-L6-v2";
  const ModelDirectory model = read_model_directory(directory);
  weights_ = std::make_unique<EncoderWeights>(model.weights, model.config);
  config_ = model.config;
  PackedTexts texts;
  std::vector<float> expected;
  std::ifstream in(shared_data() / "encoder-golden/all-MiniLM-L6-v2.jsonl");
  for (std::string line; texts.rows() < 1 && std::getline(in, line);) {
    const auto row = nlohmann::json::parse(line);
    texts.add(row["ids"].get<std::vector<std::int32_t>>());
    for (const float x : row["embedding"].get<std::vector<float>>()) expected.push_back(x);
  }
  EXPECT_GT(worst_cosine(open({.pooling = model.pooling}).encode(texts), expected), 0.999);
}

}  // namespace
}  // namespace rag
