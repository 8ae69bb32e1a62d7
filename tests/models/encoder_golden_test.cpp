// Embeddings of the reference implementations, text by text.  Skipped where ../shared or the models are missing.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/embedder.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

constexpr std::size_t kHostileRow = 39;  // special tokens written in plain text: here they stay text, on purpose

double cosine(std::span<const float> a, const std::vector<float>& b) {
  double product = 0, a_square = 0, b_square = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    product += static_cast<double>(a[i]) * b[i];
    a_square += static_cast<double>(a[i]) * a[i];
    b_square += static_cast<double>(b[i]) * b[i];
  }
  return product / std::sqrt(a_square * b_square);
}

void expect_reference_embeddings(const std::string& name, const std::string& golden) {
  const auto model = installed_model(name);
  if (shared_data().empty() || model.empty()) GTEST_SKIP() << "needs ../shared/data and .deps/models/" << name;
  const auto embedder = open_embedder(model);
  std::ifstream in(shared_data() / "encoder-golden" / golden);
  std::size_t rows = 0;
  for (std::string line; std::getline(in, line);) {
    const auto row = nlohmann::json::parse(line);
    if (row["i"] == kHostileRow) continue;
    ++rows;
    const TextKind kind = row.value("prefix", "").starts_with("passage") ? TextKind::Passage : TextKind::Query;
    const Embeddings embeddings = embedder->embed(std::vector<std::string>{row["text"]}, kind);
    EXPECT_GE(cosine(embeddings.values, row["embedding"].get<std::vector<float>>()), 0.9999) << "row " << row["i"];
  }
  EXPECT_GE(rows, 39U);
}

TEST(EncoderGolden, MiniLm) { expect_reference_embeddings("all-MiniLM-L6-v2", "all-MiniLM-L6-v2.jsonl"); }

TEST(EncoderGolden, MultilingualE5) { expect_reference_embeddings("multilingual-e5-small", "multilingual-e5-small-q4.jsonl"); }

}  // namespace
}  // namespace rag
