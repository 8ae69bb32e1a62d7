// Vectors of the reference implementations, text by text.  Skipped where ../shared or the models are missing.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/gpu.h"
#include "models/embedder.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

class EncoderGolden : public ModelFolder {
 protected:
  // The smallest cosine between our vectors and the reference's; each text is embedded as the reference did, with its own prefix.
  static double worst_cosine(const std::filesystem::path& model, const std::filesystem::path& golden, Precision precision, int skipped_row = -1,
                             DeviceChoice::Kind device = DeviceChoice::Kind::Cpu) {
    const auto embedder = open_embedder(model, {.precision = precision, .device = {device, std::nullopt}});
    double worst = 1;
    std::ifstream in(golden);
    std::size_t rows = 0;
    for (std::string line; std::getline(in, line); ++rows) {
      const auto row = nlohmann::json::parse(line);
      if (row["i"] == skipped_row) continue;
      const bool query = row.value("prefix", "") == embedder->prefix(TextKind::Query);
      const Embeddings ours = embedder->embed(std::vector{row["text"].get<std::string>()}, query ? TextKind::Query : TextKind::Passage);
      const auto theirs = row["embedding"].get<std::vector<double>>();
      EXPECT_EQ(ours.dimension, theirs.size());
      double cosine = 0;
      for (std::size_t i = 0; i < theirs.size(); ++i) cosine += theirs[i] * static_cast<double>(ours.values[i]);
      worst = std::min(worst, cosine);
    }
    EXPECT_GE(rows, 40U) << golden;
    return worst;
  }
};

TEST_F(EncoderGolden, MiniLm) {
  const auto model = installed_model("all-MiniLM-L6-v2");
  if (shared_data().empty() || model.empty()) GTEST_SKIP() << "needs ../shared/data and .deps/models/all-MiniLM-L6-v2";
  const auto golden = shared_data() / "encoder-golden/all-MiniLM-L6-v2.jsonl";
  // Row 39 has special tokens written in plain text: a document must not be able to make them, so the ids differ on purpose.
  EXPECT_GE(worst_cosine(model, golden, Precision::Fp32, 39), 0.99999);
  EXPECT_GE(worst_cosine(model, golden, Precision::Bf16, 39), 0.999);
  if (has_fast_int8()) {
    EXPECT_GE(worst_cosine(model, golden, Precision::Int8, 39), 0.98);
  }
}

TEST_F(EncoderGolden, MultilingualE5) {
  const auto model = installed_model("multilingual-e5-small");
  if (shared_data().empty() || model.empty()) GTEST_SKIP() << "needs ../shared/data and .deps/models/multilingual-e5-small";
  const auto golden = shared_data() / "encoder-golden/multilingual-e5-small-q4.jsonl";
  EXPECT_GE(worst_cosine(model, golden, Precision::Fp32), 0.99999);
  EXPECT_GE(worst_cosine(model, golden, Precision::Bf16), 0.999);
  if (has_fast_int8()) {
    EXPECT_GE(worst_cosine(model, golden, Precision::Int8), 0.99);
  }
}

TEST_F(EncoderGolden, OnAGpu) {
  const auto minilm = installed_model("all-MiniLM-L6-v2"), e5 = installed_model("multilingual-e5-small");
  if (shared_data().empty() || minilm.empty() || e5.empty()) GTEST_SKIP() << "needs ../shared/data and the models of scripts/fetch_models.sh";
  if (usable_gpus({}).empty()) GTEST_SKIP() << "needs a GPU: " << why_no_gpu({});
  EXPECT_GE(worst_cosine(minilm, shared_data() / "encoder-golden/all-MiniLM-L6-v2.jsonl", Precision::Bf16, 39, DeviceChoice::Kind::Cuda), 0.999);
  EXPECT_GE(worst_cosine(e5, shared_data() / "encoder-golden/multilingual-e5-small-q4.jsonl", Precision::Bf16, -1, DeviceChoice::Kind::Cuda), 0.999);
}

TEST_F(EncoderGolden, UniversalSentenceEncoder) {
  const auto model = installed_model("use-multilingual");
  if (shared_data().empty() || model.empty()) GTEST_SKIP() << "needs ../shared/data and .deps/models/use-multilingual";
  const auto embedder = open_embedder(model);
  std::ifstream in(shared_data() / "encoder-golden/use-multilingual-v3.jsonl");
  std::size_t rows = 0;
  for (std::string line; std::getline(in, line); ++rows) {
    const auto row = nlohmann::json::parse(line);
    const auto text = row["text"].get<std::string>();
    EXPECT_EQ(embedder->tokenizer().encode(text, 0).ids, row["ids"].get<Ids>()) << row["i"];
    const Embeddings ours = embedder->embed(std::vector{text}, TextKind::Passage);
    const auto theirs = row["embedding"].get<std::vector<double>>();
    ASSERT_EQ(ours.dimension, theirs.size());
    for (std::size_t i = 0; i < theirs.size(); ++i) ASSERT_NEAR(static_cast<double>(ours.values[i]), theirs[i], 1e-5) << row["i"];
  }
  EXPECT_EQ(rows, 40U);
}

}  // namespace
}  // namespace rag
