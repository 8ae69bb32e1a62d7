#include "models/static_embedder.h"

#include <gmock/gmock.h>

#include <limits>

#include "models/architecture.h"
#include "tests/models/tiny_static.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using test::bytes_of;
using test::NamedTensor;
using test::safetensors_of;
using Files = std::map<std::string, std::string>;

class StaticEmbedder : public ModelFolder {
 protected:
  std::unique_ptr<Embedder> open(const Files& files, const EmbedderOptions& options = {}) {
    std::filesystem::remove_all(folder_);
    for (const auto& [path, bytes] : files) {
      std::filesystem::create_directories((folder_ / path).parent_path());
      put(path, bytes);
    }
    return open_embedder(folder_, options);
  }
  std::vector<float> vector_of(const Files& files, const std::string& text) {
    return open(files)->embed(std::vector{text}, TextKind::Passage).values;
  }
  static Files with_tensors(const std::vector<NamedTensor>& tensors) {
    Files files = test::tiny_model2vec();
    files["model.safetensors"] = safetensors_of(tensors);
    return files;
  }
  std::string refusal_of(const Files& files) {
    return refusal([&] { open(files); });
  }
};

TEST_F(StaticEmbedder, TakesTheMeanOfTheTokensRows) {
  EXPECT_THAT(vector_of(test::tiny_model2vec(false), "Rivers bank"), ElementsAre(4.0F / 3, 5.0F / 3));
  EXPECT_THAT(vector_of(test::tiny_model2vec(false), "river river bank bank"), ElementsAre(2.0F, 0.5F));
}

TEST_F(StaticEmbedder, GivesVectorsOfLengthOneWhereTheFolderSaysSo) {
  EXPECT_THAT(vector_of(test::tiny_model2vec(), "rivers"), ElementsAre(0.6F, 0.8F));
  Files silent = test::tiny_model2vec();
  silent["config.json"] = R"({"model_type":"model2vec"})";
  EXPECT_THAT(vector_of(silent, "rivers"), ElementsAre(0.6F, 0.8F));
}

TEST_F(StaticEmbedder, PassesOverWhatTheVocabularyDoesNotKnow) {
  EXPECT_EQ(vector_of(test::tiny_model2vec(), "rivers zebra"), vector_of(test::tiny_model2vec(), "rivers"));
  // sentence-transformers counts it.
  EXPECT_NE(vector_of(test::tiny_static_embedding(), "rivers zebra"), vector_of(test::tiny_static_embedding(), "rivers"));
}

TEST_F(StaticEmbedder, GivesTheZeroVectorWhereNothingIsLeft) {
  EXPECT_THAT(vector_of(test::tiny_model2vec(), ""), ElementsAre(0.0F, 0.0F));
  EXPECT_THAT(vector_of(test::tiny_model2vec(), "zebra"), ElementsAre(0.0F, 0.0F));
  const Embeddings none = open(test::tiny_model2vec())->embed({}, TextKind::Query);
  EXPECT_EQ(none.rows, 0U);
  EXPECT_TRUE(none.values.empty());
}

TEST_F(StaticEmbedder, WeighsAndSharesRowsButCountsEveryTokenOnce) {
  // "river" and "bank" have row 1, "##s" row 0; the mean divides by three tokens, not by their weights.
  Files files = with_tensors({{"embeddings", "F32", {2, 2}, bytes_of<float>({0, 4, 3, 0})},
                              {"mapping", "I64", {5}, bytes_of<std::int64_t>({0, 0, 1, 0, 1})},
                              {"weights", "F64", {5}, bytes_of<double>({1, 1, 2, 0.5, 1})}});
  files["config.json"] = R"({"model_type":"model2vec","normalize":false})";
  EXPECT_THAT(vector_of(files, "rivers bank"), ElementsAre(3.0F, 2.0F / 3));
}

TEST_F(StaticEmbedder, ReadsHalvesAndBytes) {
  const auto rivers = [&](const char* type, const std::string& rows) {
    return vector_of(with_tensors({{"embeddings", type, {5, 2}, rows}}), "rivers");
  };
  EXPECT_THAT(rivers("F16", bytes_of<std::uint16_t>({0, 0, 0, 0, 0x4200, 0, 0, 0x4400, 0, 0})), ElementsAre(0.6F, 0.8F));
  EXPECT_THAT(rivers("BF16", bytes_of<std::uint16_t>({0, 0, 0, 0, 0x4040, 0, 0, 0x4080, 0, 0})), ElementsAre(0.6F, 0.8F));
  EXPECT_THAT(rivers("I8", bytes_of<std::int8_t>({0, 0, 0, 0, -3, 0, 0, -4, 0, 0})), ElementsAre(-0.6F, -0.8F));
}

TEST_F(StaticEmbedder, KnowsEveryKindOfHalfPrecisionNumber) {
  const auto first = [&](std::uint16_t half) {
    Files files = with_tensors({{"embeddings", "F16", {5, 2}, bytes_of<std::uint16_t>({0, 0, 0, 0, half, 0, 0, 0, 0, 0})}});
    files["config.json"] = R"({"model_type":"model2vec","normalize":false})";
    return vector_of(files, "river")[0];
  };
  for (const auto& [half, value] : std::vector<std::pair<std::uint16_t, float>>{
           {0x3C00, 1.0F}, {0xC000, -2.0F}, {0x0001, 5.9604645e-8F}, {0x03FF, 6.0975552e-5F}, {0x0400, 6.1035156e-5F}, {0x7BFF, 65504.0F}, {0, 0.0F}})
    EXPECT_EQ(first(half), value) << half;
  for (const std::uint16_t half : {0x7C00, 0xFC00, 0x7E00}) EXPECT_THROW(first(half), Error);
}

TEST_F(StaticEmbedder, OpensASentenceTransformersFolder) {
  const auto embedder = open(test::tiny_static_embedding());
  EXPECT_EQ(architecture_of(folder_), kStaticEmbedding);
  EXPECT_EQ(embedder->max_tokens(), 8192U);
  EXPECT_THAT(embedder->embed(std::vector<std::string>{"rivers"}, TextKind::Query).values, ElementsAre(0.6F, 0.8F));
  Files dot = test::tiny_static_embedding();
  dot["config_sentence_transformers.json"] = R"({"similarity_fn_name":"dot"})";
  EXPECT_THAT(vector_of(dot, "rivers"), ElementsAre(1.5F, 2.0F));
  Files prompted = test::tiny_static_embedding();
  prompted["config_sentence_transformers.json"] = R"({"prompts":{"query":"bank ","document":""}})";
  EXPECT_EQ(open(prompted)->prefix(TextKind::Query), "bank ");
  EXPECT_EQ(open(prompted)->embed(std::vector<std::string>{"river"}, TextKind::Query).values,
            open(test::tiny_static_embedding())->embed(std::vector<std::string>{"bank river"}, TextKind::Query).values);
}

TEST_F(StaticEmbedder, CutsAtTheLimitAndCountsWhatItLost) {
  EXPECT_EQ(open(test::tiny_model2vec())->max_tokens(), 512U);
  const auto embedder = open(test::tiny_model2vec(), {.max_tokens = 3});
  const Embeddings cut = embedder->embed(std::vector<std::string>{"river river river bank bank", "bank"}, TextKind::Passage);
  EXPECT_THAT(cut.cut_tokens, ElementsAre(2U, 0U));
  EXPECT_FLOAT_EQ(cut.values[0], 1.0F);
  Files limited = test::tiny_model2vec();
  limited["config.json"] = R"({"model_type":"model2vec","max_length":4})";
  EXPECT_EQ(open(limited)->max_tokens(), 4U);
  limited["config.json"] = R"({"model_type":"model2vec","max_length":null})";
  EXPECT_EQ(open(limited)->max_tokens(), 8192U);
  EXPECT_THROW(open(test::tiny_model2vec(), {.max_tokens = 513}), Error);
}

TEST_F(StaticEmbedder, GivesTheSameVectorsOnAnyNumberOfThreads) {
  std::vector<std::string> texts;
  for (int i = 0; i < 1000; ++i) texts.push_back(std::string(i % 3 ? "river" : "bank") + (i % 5 ? " bank rivers" : ""));
  const Embeddings one = open(test::tiny_model2vec(), {.threads = 1})->embed(texts, TextKind::Passage);
  const Embeddings many = open(test::tiny_model2vec(), {.threads = 7})->embed(texts, TextKind::Passage);
  EXPECT_EQ(one.values, many.values);
  EXPECT_EQ(one.cut_tokens.size(), texts.size());
}

TEST_F(StaticEmbedder, ChangesItsNameWithWhateverChangesAVector) {
  const std::string name = open(test::tiny_model2vec())->name();
  EXPECT_THAT(name, HasSubstr(folder_.filename().string() + "/"));
  EXPECT_EQ(open(test::tiny_model2vec())->name(), name);
  EXPECT_NE(open(test::tiny_model2vec(false))->name(), name);
  EXPECT_NE(open(test::tiny_model2vec(), {.max_tokens = 100})->name(), name);
  EXPECT_NE(open(with_tensors({{"embeddings", "F32", {5, 2}, bytes_of<float>({9, 9, 100, 100, 3, 0, 0, 4, 1, 2})}}))->name(), name);
}

TEST_F(StaticEmbedder, RefusesWhatIsNoTable) {
  const auto has = [&](const Files& files, const std::string& words) { EXPECT_THAT(refusal_of(files), HasSubstr(words)); };
  const std::string rows = bytes_of(test::tiny_rows());
  has(with_tensors({{"other", "F32", {5, 2}, rows}}), "no tensor \"embeddings\"");
  has(with_tensors({{"embeddings", "F32", {10}, rows}}), "expected tokens x dimensions");
  has(with_tensors({{"embeddings", "F32", {5, 2, 1}, rows}}), "expected tokens x dimensions");
  has(with_tensors({{"embeddings", "F32", {0, 2}, ""}}), "expected tokens x dimensions");
  has(with_tensors({{"embeddings", "F32", {5, 1LL << 40}, rows}}), "not what its shape needs");
  has(with_tensors({{"embeddings", "I32", {5, 2}, rows}}), "of type I32");
  has(with_tensors({{"embeddings", "F32", {4, 2}, rows.substr(8)}}), "files belong to different models");
  const auto with = [&](const NamedTensor& more) { return with_tensors({{"embeddings", "F32", {5, 2}, rows}, more}); };
  has(with({"mapping", "I64", {5}, bytes_of<std::int64_t>({0, 1, 2, 3, 5})}), "row 5 of 5");
  has(with({"mapping", "I64", {5}, bytes_of<std::int64_t>({0, 1, 2, 3, -1})}), "row -1 of 5");
  has(with({"mapping", "I64", {4}, bytes_of<std::int64_t>({0, 1, 2, 3})}), "files belong to different models");
  has(with({"mapping", "F32", {5}, bytes_of<float>({0, 1, 2, 3, 4})}), "\"mapping\" is of type F32");
  has(with({"weights", "F32", {4}, bytes_of<float>({1, 1, 1, 1})}), "expected one number for each of 5 tokens");
  has(with({"weights", "F32", {5}, bytes_of<float>({1, 1, 1, 1, std::numeric_limits<float>::infinity()})}), "no numbers");
  has(with({"weights", "I64", {5}, bytes_of<std::int64_t>({1, 1, 1, 1, 1})}), "\"weights\" is of type I64");
}

TEST_F(StaticEmbedder, NoticesRowsThatAreNoNumbers) {
  std::vector<float> rows = test::tiny_rows();
  rows[4] = std::numeric_limits<float>::quiet_NaN();
  const auto embedder = open(with_tensors({{"embeddings", "F32", {5, 2}, bytes_of(rows)}}), {.threads = 2});
  EXPECT_EQ(refusal([&] { embedder->embed(std::vector<std::string>{"bank"}, TextKind::Query); }), "");
  EXPECT_THAT(refusal([&] { embedder->embed(std::vector<std::string>(300, "bank river"), TextKind::Query); }), HasSubstr("no numbers"));
}

TEST_F(StaticEmbedder, RefusesAFolderThatIsCutOrLies) {
  for (const Files& whole : {test::tiny_model2vec(), test::tiny_static_embedding()})
    for (const auto& [path, bytes] : whole) {
      if (path == "config_sentence_transformers.json") continue;
      Files missing = whole;
      missing.erase(path);
      EXPECT_NE(refusal_of(missing), "") << path;
      for (std::size_t size = 0; size < bytes.size(); size += 7) {
        Files cut = whole;
        cut[path] = bytes.substr(0, size);
        EXPECT_NE(refusal_of(cut), "") << path << ' ' << size;
      }
    }
  Files leading_out = test::tiny_static_embedding();
  leading_out["modules.json"] = R"([{"path":"../elsewhere","type":"sentence_transformers.models.StaticEmbedding"}])";
  EXPECT_THAT(refusal_of(leading_out), HasSubstr("leads out"));
  Files more = test::tiny_static_embedding();
  more["modules.json"] = R"([{"path":"0_StaticEmbedding","type":"sentence_transformers.models.StaticEmbedding"},
                             {"path":"1_Dense","type":"sentence_transformers.models.Dense"}])";
  EXPECT_THAT(refusal_of(more), HasSubstr("module \"Dense\""));
  Files absurd = test::tiny_model2vec();
  absurd["config.json"] = R"({"model_type":"model2vec","max_length":-1})";
  EXPECT_THAT(refusal_of(absurd), HasSubstr("\"max_length\" is -1"));
}

}  // namespace
}  // namespace rag
