#include "ingest/chunker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "tests/patience.h"

namespace rag {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// A token is a run of white space-free characters, in pieces of at most four bytes' worth of characters.
std::size_t count_words(std::string_view text) {
  std::size_t tokens = 0, run = 0;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    if (is_space(next_code_point(text, i))) {
      run = 0;
      continue;
    }
    if (run == 0 || run + (i - begin) > 12) ++tokens, run = 0;
    run += i - begin;
  }
  return tokens;
}

std::vector<Chunk> split(const Document& document, std::size_t max_tokens, std::size_t overlap = 0) {
  return make_structure_chunker({max_tokens, overlap}, count_words)->split(document);
}

std::vector<std::string> texts(const std::vector<Chunk>& chunks) {
  std::vector<std::string> out;
  for (const Chunk& chunk : chunks) out.push_back(chunk.text);
  return out;
}

std::string words(int count, const std::string& word = "Word") {
  std::string out;
  for (int i = 0; i < count; ++i) out += (i ? " " : "") + word;
  return out;
}

// A document whose lines "# A", "## B" are headings, "~~~" lines begin pages and lines with " | " are tables.
Document document_of(const std::string& text) {
  Document document;
  document.id = "d";
  document.text = text;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line[0] == '#') {
      const std::size_t level = line.find_first_not_of('#');
      document.headings.push_back({at, static_cast<int>(level), line.substr(level + 1)});
    }
    if (line.rfind("~~~", 0) == 0) document.pages.push_back({at, static_cast<int>(document.pages.size()) + 1});
    if (line.find(" | ") != std::string::npos) {
      if (document.tables.empty() || document.tables.back().span.end != at) document.tables.push_back({{at, at}, {at, end}});
      document.tables.back().span.end = std::min(end + 1, text.size());
    }
    at = end + 1;
  }
  return document;
}

TEST(StructureChunker, FindsNothingInAnEmptyDocument) {
  EXPECT_THAT(split(document_of(""), 10), IsEmpty());
  EXPECT_THAT(split(document_of(" \n\n\t "), 10), IsEmpty());
}

TEST(StructureChunker, NamesItsSettings) {
  EXPECT_EQ(make_structure_chunker({180, 30}, count_words)->name(), "structure-2/180/30");
  EXPECT_EQ(make_one_chunk_chunker(count_words)->name(), "one-chunk-1");
}

TEST(StructureChunker, RefusesSettingsThatCannotBe) {
  EXPECT_THROW(make_structure_chunker({0, 0}, count_words), Error);
  EXPECT_THROW(make_structure_chunker({30, 30}, count_words), Error);
}

TEST(StructureChunker, KeepsAShortDocumentWhole) {
  const std::vector<Chunk> chunks = split(document_of("  강은 흐른다. The river runs.\n"), 20);
  ASSERT_THAT(texts(chunks), ElementsAre("강은 흐른다. The river runs."));
  EXPECT_EQ(chunks[0].span, (Span{2, 2 + chunks[0].text.size()}));
  EXPECT_EQ(chunks[0].token_count, 5);
  EXPECT_EQ(chunks[0].document_id, "d");
  EXPECT_EQ(chunks[0].page, 0);
}

TEST(StructureChunker, CutsAtParagraphsBeforeSentences) {
  const std::string first = words(9) + ". " + words(9) + ".", second = words(17) + ".";
  EXPECT_THAT(texts(split(document_of(first + "\n\n" + second), 20)), ElementsAre(first, second));
}

TEST(StructureChunker, CutsALongParagraphAtSentences) {
  const std::string text = words(9) + ". " + words(9) + ". " + words(9) + ". " + words(9) + ".";
  EXPECT_THAT(texts(split(document_of(text), 20)), ElementsAre(words(9) + ". " + words(9) + ".", words(9) + ". " + words(9) + "."));
}

TEST(StructureChunker, CutsAnEndlessSentenceAtWords) {
  for (const Chunk& chunk : split(document_of(words(100, "가나다")), 16)) {
    EXPECT_LE(chunk.token_count, 16);
    EXPECT_GE(chunk.token_count, 8);
    EXPECT_THAT(chunk.text, StartsWith("가나다"));
  }
}

TEST(StructureChunker, BalancesInsteadOfLeavingALeftover) {
  std::string text;
  for (int i = 0; i < 21; ++i) text += "Word. ";
  for (const Chunk& chunk : split(document_of(text), 20)) EXPECT_GE(chunk.token_count, 8);
}

TEST(StructureChunker, NeverLetsAChunkSpanTwoFullSections) {
  const std::string a = "# A\n" + words(15) + ".", b = "# B\n" + words(15) + ".";
  const std::vector<Chunk> chunks = split(document_of(a + "\n" + b), 24);
  EXPECT_THAT(texts(chunks), ElementsAre(a, b));
  EXPECT_THAT(chunks[1].heading_path, ElementsAre("B"));
}

TEST(StructureChunker, MergesSmallSectionsUnderTheirParent) {
  const std::string text = "# Top\n## A\n" + words(5) + ".\n## B\n" + words(5) + ".";
  const std::vector<Chunk> chunks = split(document_of(text), 40);
  EXPECT_THAT(texts(chunks), ElementsAre(text));
  EXPECT_THAT(chunks[0].heading_path, ElementsAre("Top"));
}

TEST(StructureChunker, MergesNoSmallSectionsOfDifferentParents) {
  const std::string a = "# One\n## A\n" + words(20) + ".", b = "# Two\n" + words(9) + ".";
  EXPECT_THAT(texts(split(document_of(a + "\n" + b), 40)), ElementsAre(a, b));
  const std::string deep = "## A\n" + words(8) + ".\n### A1\n" + words(8) + ".";
  EXPECT_THAT(texts(split(document_of("# One\n" + words(35) + ".\n" + deep + "\n# Two\n" + words(8) + "."), 40)),
              ElementsAre("# One\n" + words(35) + ".", deep, "# Two\n" + words(8) + "."));
}

TEST(StructureChunker, LeavesNoHeadingAlone) {
  const std::vector<Chunk> chunks = split(document_of("# Top\n\n## A\n\n" + words(12) + ". " + words(12) + ". " + words(12) + "."), 20);
  ASSERT_THAT(chunks, SizeIs(3));
  EXPECT_THAT(chunks[0].text, StartsWith("# Top\n\n## A\n\nWord"));
  EXPECT_THAT(chunks[1].heading_path, ElementsAre("Top", "A"));
}

TEST(StructureChunker, RepeatsTheLastSentencesOfTheChunkBefore) {
  std::string text;
  for (char c = 'a'; c < 'i'; ++c) text += std::string("Tell ") + c + " now here. ";
  const std::vector<Chunk> chunks = split(document_of(text), 16, 4);
  ASSERT_GE(chunks.size(), 2U);
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    EXPECT_LT(chunks[i].span.begin, chunks[i - 1].span.end);
    EXPECT_LE(count_words(text.substr(chunks[i].span.begin, chunks[i - 1].span.end - chunks[i].span.begin)), 4U);
    EXPECT_LE(chunks[i].token_count, 16);
  }
}

TEST(StructureChunker, RepeatsNothingOverASectionOrPage) {
  const std::string text = "# A\n" + words(4) + ". " + words(4) + ".\n# B\n" + words(4) + ". " + words(4) + ".\n~~~ p\n" + words(8) + ".";
  const std::vector<Chunk> chunks = split(document_of(text), 11, 5);
  ASSERT_GE(chunks.size(), 3U);
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    if (chunks[i].span.begin >= chunks[i - 1].span.end) continue;
    const std::string repeated = text.substr(chunks[i].span.begin, chunks[i - 1].span.end - chunks[i].span.begin);
    EXPECT_EQ(repeated.find('#'), std::string::npos) << repeated;
    EXPECT_EQ(repeated.find('~', 1), std::string::npos) << repeated;
  }
}

TEST(StructureChunker, LetsASectionRunOnOverAPageAndNamesThePageItBeginsOn) {
  const std::string text = "~~~ 1\n# A\n" + words(5) + ".\n~~~ 2\n" + words(5) + ". " + words(60) + ".";
  const std::vector<Chunk> chunks = split(document_of(text), 40);
  ASSERT_GE(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].page, 1);
  EXPECT_THAT(chunks[0].text, HasSubstr("~~~ 2"));
  EXPECT_EQ(chunks[1].page, 2);
}

TEST(StructureChunker, CutsAtPages) {
  const std::string one = "~~~ 1\n" + words(12) + ".", two = "~~~ 2\n" + words(12) + ".";
  const std::vector<Chunk> chunks = split(document_of(one + "\n" + two), 100);
  ASSERT_THAT(texts(chunks), ElementsAre(one, two));
  EXPECT_EQ(chunks[0].page, 1);
  EXPECT_EQ(chunks[1].page, 2);
}

TEST(StructureChunker, JoinsTheShortEndOfASectionOnTheNextPage) {
  const std::string text = "# A\n" + words(30) + ".\n~~~ 2\n" + words(3) + ".\n# B\n" + words(30) + ".";
  const std::vector<Chunk> chunks = split(document_of(text), 50);
  ASSERT_THAT(chunks, SizeIs(2));
  EXPECT_THAT(chunks[0].text, HasSubstr("~~~ 2"));
  EXPECT_THAT(chunks[1].text, StartsWith("# B"));
}

TEST(StructureChunker, KeepsShortSlidesApart) {
  EXPECT_THAT(split(document_of("~~~ 1\nHello all\n~~~ 2\nRoad map\n~~~ 3\nThank you"), 100), SizeIs(3));
}

TEST(StructureChunker, KeepsRowsWholeAndCarriesTheHeaderRow) {
  std::string table = "Name | Days | Pay\n";
  for (int i = 0; i < 12; ++i) table += "Kim" + std::to_string(i) + " | 15 | 3\n";
  const std::vector<Chunk> chunks = split(document_of("Intro here.\n\n" + table + "\nThe end."), 30, 5);
  ASSERT_GE(chunks.size(), 2U);
  EXPECT_EQ(chunks[0].table_header, "");
  EXPECT_THAT(chunks[0].text, HasSubstr("Name | Days | Pay\nKim0"));
  for (std::size_t i = 1; i < chunks.size(); ++i) {
    EXPECT_THAT(chunks[i].text, StartsWith("Kim"));
    EXPECT_EQ(chunks[i].table_header, "Name | Days | Pay");
    EXPECT_THAT(chunks[i].text, Not(HasSubstr("Name | Days")));
  }
}

TEST(StructureChunker, CutsARowOnlyWhereItAloneIsTooLong) {
  const std::vector<Chunk> chunks = split(document_of("A | B\n" + words(50) + " | x\nc | d"), 20);
  for (const Chunk& chunk : chunks) EXPECT_LE(chunk.token_count, 20);
  EXPECT_EQ(chunks[1].table_header, "A | B");
  EXPECT_THAT(chunks.back().text, HasSubstr("c | d"));
}

TEST(StructureChunker, CarriesNoHeaderRowLongerThanAChunk) {
  for (const Chunk& chunk : split(document_of(words(40) + " | x\na | b\nc | d"), 20)) EXPECT_EQ(chunk.table_header, "");
}

TEST(StructureChunker, SurvivesOffsetsThatMakeNoSense) {
  Document document = document_of("강물이 흐른다. " + words(30));
  document.headings = {{9000, 1, "far"}, {4, 0, "inside a character"}, {1, -3, "again"}};
  document.pages = {{8, 1}, {2, 2}, {7000, 3}};
  document.tables = {{{5, 4000}, {5000, 6000}}, {{1, 2}, {3, 1}}};
  std::size_t end = 0;
  for (const Chunk& chunk : split(document, 12, 3)) {
    EXPECT_EQ(find_invalid_utf8(chunk.text), std::nullopt);
    end = chunk.span.end;
  }
  EXPECT_EQ(end, document.text.size());
}

TEST(StructureChunker, CountsEachPieceOnceOrTwice) {
  std::size_t bytes = 0;
  const auto counter = [&bytes](std::string_view text) {
    bytes += text.size();
    return count_words(text);
  };
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "The river runs to the sea. " + (i % 9 ? "" : words(300));
  make_structure_chunker({100, 20}, counter)->split(document_of(text));
  EXPECT_LE(bytes, 2 * text.size());
}

TEST(StructureChunker, TakesLinearTimeOnOneEndlessLine) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_GT(split(document_of(std::string(5'000'000, 'x')), 180, 30).size(), 1000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, test::patience(std::chrono::seconds(10)));
}

TEST(OneChunkChunker, TakesTheWholeText) {
  const std::vector<Chunk> chunks = make_one_chunk_chunker(count_words)->split(document_of("\n# A\n" + words(1000) + "\n"));
  ASSERT_THAT(chunks, SizeIs(1));
  EXPECT_EQ(chunks[0].token_count, 1002);
  EXPECT_EQ(chunks[0].text, "# A\n" + words(1000));
  EXPECT_THAT(make_one_chunk_chunker(count_words)->split(document_of(" ")), IsEmpty());
}

}  // namespace
}  // namespace rag
