// Our Unigram against the sentencepiece library it replaces, id by id.  A slice by default; RAG_CROSS_CHECK_LINES=N: N made texts and every
// line of ../shared/data.  Models and data that are missing are passed over.
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "models/sentencepiece_model.h"
#include "models/sentencepiece_tokenizer.h"
#include "models/unigram_cutter.h"
#include "tests/models/made_texts.h"
#include "tests/models/tokenizer_fixture.h"

namespace rag {
namespace {

std::size_t lines_wanted() {
  const char* set = std::getenv("RAG_CROSS_CHECK_LINES");
  return set ? std::strtoul(set, nullptr, 10) : 0;
}

// Whole texts and their sentences: a text's length moves the sums, and so the ties.
void add_text(const std::string& text, std::vector<std::string>& texts) {
  texts.push_back(text);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find_first_of(".?!\n", begin), text.size() - 1) + 1;
    texts.push_back(text.substr(begin, end - begin));
    begin = end;
  }
}

std::vector<std::string> stored_texts() {
  std::vector<std::string> texts;
  if (shared_data().empty()) return texts;
  for (const char* set : {"scifact", "korquad1-dev", "squad2-dev-half", "cranfield", "hr-pages"})
    for (const char* file : {"corpus.jsonl", "queries.jsonl"}) {
      std::ifstream in(shared_data() / set / file);
      for (std::string line; std::getline(in, line);) add_text(nlohmann::json::parse(line).at("text"), texts);
    }
  return texts;
}

std::vector<std::string> made_texts(std::size_t count) {
  MadeTexts made(20261124);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(made.next());
  return texts;
}

// FNV-1a of the ids' little-endian bytes, as the script writes it.
std::uint32_t digest_of(const Ids& ids) {
  std::uint32_t digest = 0x811C9DC5;
  for (const std::int32_t id : ids)
    for (int shift = 0; shift < 32; shift += 8) digest = (digest ^ (static_cast<std::uint32_t>(id) >> shift & 0xFF)) * 0x01000193;
  return digest;
}

class TokenizerCrossCheck : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    texts_ = made_texts(lines_wanted() > 0 ? lines_wanted() : 2000);
    const std::vector<std::string> stored = stored_texts();
    const std::size_t step = lines_wanted() > 0 ? 1 : 41;
    for (std::size_t i = 0; i < stored.size(); i += step) texts_.push_back(stored[i]);
  }

  static void compare(const std::filesystem::path& file) {
    const std::string bytes = read_file(file);
    const SentencePieceModel model = read_sentencepiece_model(bytes, file);
    ASSERT_TRUE(UnigramCutter::can_serve(model)) << file << " is left to the library, there is nothing to compare";
    const auto ours = make_sentencepiece_tokenizer(model, {}, "ours", file);
    const auto theirs = make_sentencepiece_tokenizer(model, {.always_use_library = true}, "theirs", file);
    std::size_t different = 0;
    for (const std::string& text : texts_) {
      if (ours->encode(text).ids == theirs->encode(text).ids) continue;
      if (++different <= 10) ADD_FAILURE() << escape_for_terminal(text);
    }
    EXPECT_EQ(different, 0U) << "of " << texts_.size();
    RecordProperty("texts", static_cast<int>(texts_.size()));
  }

  static inline std::vector<std::string> texts_;
};

TEST_F(TokenizerCrossCheck, MultilingualE5CutsAsTheLibraryDoes) {
  const auto model = installed_model("multilingual-e5-small");
  if (model.empty()) GTEST_SKIP() << "needs .deps/models/multilingual-e5-small";
  compare(model / "sentencepiece.model");
}

TEST_F(TokenizerCrossCheck, SmallModelsCutAsTheLibraryDoes) {
  if (shared_data().empty()) GTEST_SKIP() << "needs ../shared/data";
  for (const char* name : {"unigram_1000_en", "unigram_26_tiny", "unigram_8000_ja"})
    compare(shared_data() / "spm-models" / (std::string(name) + ".model"));
}

// Ids written down by tests/nightly/compare_tokenizers.py --write-fixture, as one number a text.
TEST_F(TokenizerCrossCheck, MiniLmCutsAsHuggingFaceDoes) {
  const auto model = installed_model("all-MiniLM-L6-v2");
  if (model.empty()) GTEST_SKIP() << "needs .deps/models/all-MiniLM-L6-v2";
  const auto tokenizer = open_tokenizer(model);
  std::ifstream in(std::string(RAG_SOURCE_DIR) + "/tests/models/data/minilm_expected.txt");
  std::vector<std::string> texts = made_texts(2000);
  std::size_t row = 0;
  for (std::string line; std::getline(in, line); ++row) {
    ASSERT_LT(row, texts.size());
    EXPECT_EQ(std::to_string(digest_of(tokenizer->encode(texts[row]).ids)), line) << row << ": " << escape_for_terminal(texts[row]);
  }
  EXPECT_EQ(row, texts.size());
}

}  // namespace
}  // namespace rag
