#include "ingest/text_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::HasSubstr;

TEST(TextLimit, LeavesAShorterDocumentAlone) {
  Document document{.text = "강은 흐른다."};
  EXPECT_EQ(limit_text(document, 100), "");
  EXPECT_EQ(limit_text(document, document.text.size()), "");
  EXPECT_EQ(document.text, "강은 흐른다.");
}

TEST(TextLimit, CutsBehindAWholeLineAndSaysHowMuchIsLeftOut) {
  Document document{.text = "first line\nsecond line\nthird line"};
  EXPECT_THAT(limit_text(document, 25), HasSubstr("left out"));
  EXPECT_EQ(document.text, "first line\nsecond line");
}

TEST(TextLimit, NeverCutsACharacter) {
  Document document{.text = "강강강강"};
  limit_text(document, 7);
  EXPECT_EQ(document.text, "강강");
}

TEST(TextLimit, LeavesOutWhatLiesBehindTheCut) {
  Document document{.text = "one\n\na | b\n1 | 2\n3 | 4\n\nlast words"};
  document.pages = {{0, 1}, {24, 2}};
  document.headings = {{0, 1, "one"}, {24, 1, "last words"}};
  document.tables = {{{5, 22}, {5, 10}}};
  limit_text(document, 18);
  EXPECT_EQ(document.text, "one\n\na | b\n1 | 2");
  EXPECT_EQ(document.pages.size(), 1U);
  EXPECT_EQ(document.headings.size(), 1U);
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.tables[0].span.end, document.text.size());
}

// Title and headings stand before each chunk: together they cost the product of their lengths.
TEST(TextLimit, TakesAnEndlessHeadingForAParagraphAndCutsAnEndlessTitle) {
  std::string words;
  while (words.size() < 100000) words += "강물이 흐른다 ";
  const Document heading = only_document(parse_bytes("# Short\n\n## " + words + "\n\ntext\n", "a.md"));
  EXPECT_EQ(heading.headings.size(), 1U);
  EXPECT_THAT(heading.text, HasSubstr(words.substr(0, 50000)));
  const Document page = only_document(parse_bytes("<title>" + words + "</title><p>text</p>", "a.html"));
  EXPECT_LE(page.title.size(), 2003U);
  EXPECT_TRUE(page.title.ends_with("…"));
  const Document line = only_document(parse_bytes("{\"_id\":\"a\",\"title\":\"" + words + "\",\"text\":\"x\"}\n", "a.jsonl"));
  EXPECT_LE(line.title.size(), 2003U);
}

TEST(TextLimit, HoldsForEveryFormat) {
  ParseLimits limits;
  limits.max_text_bytes = 1 << 20;
  std::string text;
  while (text.size() < (3 << 20)) text += "A line of words. 강물이 흐른다.\n";
  for (const char* name : {"long.txt", "long.md", "long.csv", "long.html"}) {
    const ParseOutcome outcome = parse_bytes(text, name, limits);
    const Document document = only_document(outcome);
    EXPECT_LE(document.text.size(), limits.max_text_bytes) << name;
    EXPECT_GT(document.text.size(), limits.max_text_bytes / 2) << name;
    ASSERT_FALSE(outcome.warnings.empty()) << name;
    EXPECT_THAT(outcome.warnings.back(), HasSubstr("more than 1 MB of text")) << name;
  }
}

}  // namespace
}  // namespace rag
