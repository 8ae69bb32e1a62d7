// What every chunking promises, checked on random documents: valid UTF-8 of several scripts with random headings, tables and pages.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include "core/text.h"
#include "ingest/chunker.h"

namespace rag {
namespace {

// One token per three characters that are no white space: no border adds or loses more than one.
std::size_t count_tokens(std::string_view text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size();)
    if (!is_space(next_code_point(text, i))) ++characters;
  return (characters + 2) / 3;
}

class RandomDocument {
 public:
  explicit RandomDocument(unsigned seed) : random_(seed) {}

  Document make() {
    const int parts = pick(30);
    for (int i = 0; i < parts; ++i) add_part();
    document_.id = "random";
    return document_;
  }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::string word() {
    static const char* const kWords[] = {"river",
                                         "강은",
                                         "흐른다.",
                                         "runs.",
                                         "e.g.",
                                         "3.5",
                                         "🙂",
                                         "👩‍👩‍👧",
                                         "。",
                                         "雨です。",
                                         "https://a.b/c?d=e.",
                                         "\xC2\xA0",
                                         "…",
                                         "\"Why?\"",
                                         "필요",
                                         "합니다",
                                         "-",
                                         "1.",
                                         "a | b",
                                         "Ünïcödé",
                                         "\t",
                                         "\x01",
                                         "\xEF\xBB\xBF",
                                         "(2)",
                                         "요."};
    if (pick(40) == 0) return std::string(static_cast<std::size_t>(pick(400)), 'x');
    return kWords[pick(static_cast<int>(std::size(kWords)))];
  }

  std::string line(int words) {
    std::string out;
    for (int i = pick(words + 1); i >= 0; --i) out += word() + (pick(12) ? " " : "");
    return out;
  }

  void add_part() {
    std::string& text = document_.text;
    if (pick(6) == 0 && (document_.pages.empty() || document_.pages.back().begin < text.size()))
      document_.pages.push_back({text.size(), static_cast<int>(document_.pages.size()) + 1});
    switch (pick(5)) {
      case 0:
        document_.headings.push_back({text.size(), 1 + pick(4), "H"});
        text += "H" + line(4) + "\n";
        break;
      case 1: {
        Table table;
        table.span.begin = text.size();
        const std::string header = "Name | Days";
        if (pick(2)) table.header = {text.size(), text.size() + header.size()};
        text += header + "\n";
        for (int row = pick(12); row >= 0; --row) text += "Kim | " + std::to_string(row) + (pick(9) ? "" : line(80)) + "\n";
        table.span.end = text.size();
        document_.tables.push_back(table);
        break;
      }
      default: text += line(120) + (pick(2) ? "\n\n" : "\n");
    }
  }

  std::mt19937 random_;
  Document document_;
};

class ChunkerProperties : public testing::TestWithParam<unsigned> {};

TEST_P(ChunkerProperties, HoldOnRandomDocuments) {
  const Document document = RandomDocument(GetParam()).make();
  ASSERT_EQ(find_invalid_utf8(document.text), std::nullopt);
  const std::size_t max_tokens = 1 + GetParam() % 97;
  const ChunkOptions options{max_tokens, GetParam() % 3 == 0 ? 0 : max_tokens / 4};
  std::size_t covered = 0, last_begin = 0;
  bool first = true;
  for (const Chunk& chunk : make_structure_chunker(options, count_tokens)->split(document)) {
    ASSERT_LT(chunk.span.begin, chunk.span.end);
    ASSERT_LE(chunk.span.end, document.text.size());
    EXPECT_EQ(document.text.substr(chunk.span.begin, chunk.span.size()), chunk.text);
    EXPECT_EQ(find_invalid_utf8(chunk.text), std::nullopt) << "cut inside a character";
    EXPECT_EQ(trim(chunk.text).size(), chunk.text.size()) << "white space at an end";
    EXPECT_LE(static_cast<std::size_t>(chunk.token_count), max_tokens);
    EXPECT_LE(count_tokens(chunk.text), max_tokens);
    EXPECT_TRUE(first || chunk.span.begin > last_begin) << "out of order";
    EXPECT_GT(chunk.span.end, covered) << "nothing new";
    if (chunk.span.begin > covered) {
      EXPECT_EQ(trim(document.text.substr(covered, chunk.span.begin - covered)), "") << "a hole";
    } else if (chunk.span.begin < covered) {
      EXPECT_LE(count_tokens(document.text.substr(chunk.span.begin, covered - chunk.span.begin)), options.overlap_tokens);
      EXPECT_EQ(page_at(document, chunk.span.begin), page_at(document, covered - 1)) << "overlap over a page";
    }
    EXPECT_EQ(chunk.page, page_at(document, chunk.span.begin));
    EXPECT_EQ(chunk.heading_path, heading_path_at(document, chunk.span.begin));
    covered = chunk.span.end;
    last_begin = chunk.span.begin;
    first = false;
  }
  EXPECT_EQ(trim(document.text.substr(covered)), "") << "the end is missing";
}

TEST_P(ChunkerProperties, KeepRowsThatFitWhole) {
  const Document document = RandomDocument(GetParam()).make();
  const std::size_t max_tokens = 20 + GetParam() % 97;
  const std::vector<Chunk> chunks = make_structure_chunker({max_tokens, max_tokens / 5}, count_tokens)->split(document);
  for (const Table& table : document.tables) {
    for (std::size_t at = table.span.begin; at < table.span.end;) {
      const std::size_t end = document.text.find('\n', at);
      const std::string_view row = trim(std::string_view(document.text).substr(at, end - at));
      const bool whole = std::any_of(chunks.begin(), chunks.end(),
                                     [&](const Chunk& chunk) { return chunk.span.begin <= at && chunk.span.end >= at + row.size(); });
      EXPECT_TRUE(whole || count_tokens(row) > max_tokens) << row;
      at = end + 1;
    }
    for (const Chunk& chunk : chunks) {
      if (chunk.span.begin >= table.header.end && chunk.span.begin >= table.span.begin && chunk.span.begin < table.span.end) {
        EXPECT_EQ(chunk.table_header, document.text.substr(table.header.begin, table.header.size()));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChunkerProperties, testing::Range(0U, 150U));

}  // namespace
}  // namespace rag
