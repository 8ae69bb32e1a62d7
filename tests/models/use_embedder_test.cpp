#include "models/use_embedder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "models/sentencepiece_model.h"
#include "models/use_import.h"
#include "models/use_network.h"
#include "tests/models/npz_bytes.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using test::bytes_of;
using test::PlainUse;

struct Quiet : Progress {
  void update(std::string_view, std::size_t, std::size_t) override {}
};

class UseEmbedder : public ModelFolder {
 protected:
  std::filesystem::path import(const PlainUse& plain, const std::string& pieces = PlainUse::pieces()) {
    put("weights.npz", test::npz_of(plain.arrays));
    put("sp.model", pieces);
    Quiet quiet;
    return import_use(folder_ / "weights.npz", folder_ / "model", quiet);
  }
  std::string refusal_of(const PlainUse& plain) {
    return refusal([&] { import(plain); });
  }
  std::vector<float> numbers_of(const PlainUse& plain, const std::string& name) {
    std::vector<float> values(plain.arrays.at(name).data.size() / sizeof(float));
    std::memcpy(values.data(), plain.arrays.at(name).data.data(), plain.arrays.at(name).data.size());
    return values;
  }
  static double difference(const std::vector<double>& expected, const float* found) {
    double worst = 0;
    for (std::size_t i = 0; i < expected.size(); ++i) worst = std::max(worst, std::fabs(expected[i] - static_cast<double>(found[i])));
    return worst;
  }

  PlainUse plain_;
};

TEST_F(UseEmbedder, ComputesWhatThePapersSay) {
  const UseWeights weights(import(plain_) / "model.safetensors");
  const UseNetwork network(weights, 1e-12F);
  PackedTexts texts;
  std::mt19937 random(3);
  std::vector<std::vector<std::int32_t>> all;
  for (const std::size_t length : {1U, 2U, 3U, 5U, 9U, 40U, 1U, 300U}) {
    std::vector<std::int32_t> ids(length);
    for (auto& id : ids) id = static_cast<std::int32_t>(random() % (PlainUse::kGroups * PlainUse::kRows));
    texts.add(ids);
    all.push_back(ids);
  }
  std::vector<float> vectors(all.size() * PlainUse::kOutput);
  network.encode(texts, vectors.data());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_LT(difference(plain_.embed(all[i]), vectors.data() + i * PlainUse::kOutput), 1e-5) << i;
}

TEST_F(UseEmbedder, EmbedsTextsByTheirPieces) {
  const auto embedder = open_embedder(import(plain_));
  EXPECT_EQ(embedder->dimension(), PlainUse::kOutput);
  EXPECT_EQ(embedder->max_tokens(), 2048U);
  EXPECT_EQ(embedder->prefix(TextKind::Query), "");
  EXPECT_THAT(embedder->tokenizer().encode("ab 강", 0).ids, ElementsAre(1, 4, 8, 4, 10, 2));
  EXPECT_THAT(embedder->tokenizer().encode("", 0).ids, ElementsAre(1, 2));
  const Embeddings found = embedder->embed(std::vector<std::string>{"ab 강", ""}, TextKind::Passage);
  EXPECT_LT(difference(plain_.embed({1, 4, 8, 4, 10, 2}), found.values.data()), 1e-5);
  EXPECT_LT(difference(plain_.embed({1, 2}), found.values.data() + PlainUse::kOutput), 1e-5);
}

TEST_F(UseEmbedder, NeverFindsItsOwnSymbolsInAText) {
  const auto ids = open_embedder(import(plain_))->tokenizer().encode("extra", 0).ids;
  EXPECT_EQ(std::count(ids.begin(), ids.end(), 3), 0);
}

TEST_F(UseEmbedder, GivesATextTheSameVectorInAnyCompany) {
  const auto model = import(plain_);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < 500; ++i) texts.push_back(std::string(i * 7 % 40, 'a') + " b" + std::string(i % 3, 'e'));
  const Embeddings one = open_embedder(model, {.threads = 1})->embed(texts, TextKind::Passage);
  const Embeddings many = open_embedder(model, {.threads = 5})->embed(texts, TextKind::Passage);
  const auto alone = open_embedder(model);
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const std::vector<float> vector = alone->embed(std::vector{texts[row]}, TextKind::Query).values;
    for (std::size_t i = 0; i < PlainUse::kOutput; ++i) {
      ASSERT_NEAR(one.values[row * PlainUse::kOutput + i], vector[i], 1e-6);
      ASSERT_NEAR(many.values[row * PlainUse::kOutput + i], vector[i], 1e-6);
    }
  }
  EXPECT_TRUE(alone->embed({}, TextKind::Query).values.empty());
}

TEST_F(UseEmbedder, CutsAtTheLimitAndCountsWhatItLost) {
  const auto model = import(plain_);
  const auto embedder = open_embedder(model, {.max_tokens = 4});
  const Embeddings found = embedder->embed(std::vector<std::string>{"aaaaa"}, TextKind::Passage);
  EXPECT_THAT(found.cut_tokens, ElementsAre(3U));
  EXPECT_LT(difference(plain_.embed({1, 5, 6, 2}), found.values.data()), 1e-5);
  EXPECT_NE(embedder->name(), open_embedder(model)->name());
  EXPECT_THROW(open_embedder(model, {.max_tokens = 2049}), Error);
}

TEST_F(UseEmbedder, AddsUpScoresInFloat) {
  // Which "a" of many stands alone is a tie; in double the first would.
  SentencePieceModel pieces;
  pieces.pieces = {{"<unk>", 0, PieceType::Unknown}, {"<s>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control},
                   {"▁", -3.3395002F},               {"▁a", -4.8477397F},            {"a", -5.9436F},
                   {"aa", -9.504736F}};
  const auto ids = open_embedder(import(plain_, write_sentencepiece_model(pieces)))->tokenizer().encode(std::string(52, 'a'), 0).ids;
  EXPECT_EQ(std::find(ids.begin(), ids.end(), 5) - ids.begin(), 5);
}

TEST_F(UseEmbedder, RefusesAnImportThatLacksOrBendsAnArray) {
  for (const auto& [name, array] : PlainUse().arrays) {
    if (name == "bits") continue;
    PlainUse lacking = plain_;
    lacking.arrays.erase(name);
    EXPECT_NE(refusal_of(lacking), "") << name;
    PlainUse bent = plain_;
    bent.arrays[name].shape = "(" + std::to_string(array.data.size() / (array.descr == "<f4" ? 4 : array.descr == "<f8" ? 8 : 1)) + ", 1, 1)";
    if (name != "eps") {
      EXPECT_NE(refusal_of(bent), "") << name;
    }
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "model"));
  std::size_t left = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++left;
  EXPECT_EQ(left, 2U) << "weights.npz and sp.model";
}

TEST_F(UseEmbedder, RefusesNumbersThatAreNone) {
  for (const char* name : {"scale", "lo", "proj3", "b2_5", "ln_g", "cnn_W", "d1"}) {
    PlainUse damaged = plain_;
    std::vector<float> values = numbers_of(plain_, name);
    values.back() = std::numeric_limits<float>::quiet_NaN();
    damaged.arrays[name].data = bytes_of(values);
    EXPECT_THAT(refusal_of(damaged), HasSubstr("no numbers")) << name;
  }
  PlainUse damaged = plain_;
  damaged.arrays["eps"].data = bytes_of<double>({-1});
  EXPECT_THAT(refusal_of(damaged), HasSubstr("eps"));
}

TEST_F(UseEmbedder, RefusesAnImportWithoutItsPieces) {
  put("weights.npz", test::npz_of(plain_.arrays));
  Quiet quiet;
  EXPECT_THAT(refusal([&] { import_use(folder_ / "weights.npz", folder_ / "model", quiet); }), HasSubstr("no sp.model beside it"));
  const std::string pieces = PlainUse::pieces();
  EXPECT_NE(refusal([&] { import(plain_, pieces.substr(0, pieces.size() - 3)); }), "");
  SentencePieceModel many;
  many.pieces = {{"<unk>", 0, PieceType::Unknown}, {"<s>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control}};
  for (const char* text : {"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"}) many.pieces.push_back({text, -1});
  EXPECT_THAT(refusal([&] { import(plain_, write_sentencepiece_model(many)); }), HasSubstr("the tokenizer has 13 tokens, the weights 12"));
}

TEST_F(UseEmbedder, RefusesAFolderThatIsCut) {
  const auto model = import(plain_);
  for (const char* name : {"config.json", "sentencepiece.model", "model.safetensors"}) {
    const std::string whole = read_file(model / name);
    // Behind its pieces that one has settings that may be absent: a cut between them leaves a sound model.
    const std::size_t end = std::min(whole.size() - 1, whole.find("강"));
    for (std::size_t size = 0; size < end; size += std::max<std::size_t>(1, whole.size() / 60)) {
      put(std::string("model/") + name, whole.substr(0, size));
      EXPECT_NE(refusal([&] { open_embedder(model)->embed(std::vector<std::string>{"a"}, TextKind::Query); }), "") << name << ' ' << size;
    }
    put(std::string("model/") + name, whole);
  }
  put("model/config.json", R"({"model_type":"use","max_tokens":99999999999})");
  EXPECT_THAT(refusal([&] { open_embedder(model); }), HasSubstr("\"max_tokens\" is 99999999999"));
}

}  // namespace
}  // namespace rag
