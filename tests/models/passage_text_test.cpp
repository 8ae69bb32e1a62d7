#include "models/passage_text.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rag {
namespace {

// Words are tokens; 20 of them are the limit, a fourth of which the context may have.
class WordTokenizer final : public Tokenizer {
 public:
  std::string name() const override { return "words"; }
  Tokens encode(std::string_view, std::size_t) const override { return {}; }
  std::size_t count(std::string_view text) const override {
    std::size_t words = 0;
    for (std::size_t i = 0; i < text.size(); ++i) words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    return words;
  }
  std::size_t vocabulary_size() const override { return 1; }
};

class WordEmbedder final : public Embedder {
 public:
  std::string name() const override { return "words"; }
  std::size_t dimension() const override { return 1; }
  std::size_t max_tokens() const override { return 40; }
  const Tokenizer& tokenizer() const override { return tokenizer_; }
  std::string prefix(TextKind) const override { return ""; }
  Embeddings embed(std::span<const std::string>, TextKind) const override { return {}; }

 private:
  WordTokenizer tokenizer_;
};

Chunk chunk(const std::string& text, int tokens, std::vector<std::string> headings, std::string header = "") {
  return {.text = text, .heading_path = std::move(headings), .table_header = std::move(header), .token_count = tokens};
}

TEST(PassageText, HoldsTitleAndHeadingsWhereThereIsRoom) {
  const Chunk it = chunk("Fifteen days a year.", 4, {"Time off", "Annual leave"});
  EXPECT_EQ(passage_text("Handbook", it, WordEmbedder()), text_with_context("Handbook", it));
}

TEST(PassageText, LeavesOutTheOuterHeadingsFirst) {
  const Chunk it = chunk("Fifteen days.", 2, {"one two three four five", "inner most heading"});
  EXPECT_EQ(passage_text("The handbook", it, WordEmbedder()), "The handbook > inner most heading\nFifteen days.");
}

TEST(PassageText, KeepsTheTableHeaderBeforeTheTitle) {
  const Chunk it = chunk("Kim | 3", 3, {}, "name | days of leave taken");
  EXPECT_EQ(passage_text("a title of five words", it, WordEmbedder()), "name | days of leave taken\nKim | 3");
}

TEST(PassageText, KeepsTheNamesRightAboveTheRowsOfAHeaderThatIsTooLong) {
  const Chunk it = chunk("Kim | 3", 3, {}, "a header of so many words in its upper level\nname | days");
  EXPECT_EQ(passage_text("a title of six words here", it, WordEmbedder()), "name | days\nKim | 3");
  EXPECT_EQ(passage_text("", chunk("Kim | 3", 3, {}, "x\none two three four five six seven eight nine ten"), WordEmbedder()), "Kim | 3");
}

TEST(PassageText, GivesContextItsQuarterBesideALongChunkToo) {
  const Chunk it = chunk("a long text", 33, {"three words here"});
  EXPECT_EQ(passage_text("Title", it, WordEmbedder()), "Title > three words here\na long text");
}

TEST(PassageText, KeepsTheTitleOfATextThatIsTooLongByItself) {
  const Chunk it = chunk("a very long text", 400, {"one two three four five six seven eight nine"});
  EXPECT_EQ(passage_text("Title", it, WordEmbedder()), "Title\na very long text");
}

}  // namespace
}  // namespace rag
