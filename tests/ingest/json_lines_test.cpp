#include "ingest/json_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "support.h"

namespace rag {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kCorpus =
    "{\"_id\":\"d1\",\"title\":\"Leave\",\"text\":\"Fifteen "
    "days.\",\"metadata\":{\"dept\":\"hr\",\"author\":{\"name\":\"Kim\"},\"year\":2024,\"tags\":[\"a\",\"b\"]}}\n"
    "not json\n"
    "\n"
    "{\"_id\":7,\"text\":\"강은 흐른다.\",\"lang\":\"ko\"}\r\n"
    "{\"_id\":\"d3\",\"title\":\"no text\"}\n"
    "{\"_id\":\"d4\",\"text\":\"last, without a line end\"}";

TEST(JsonLines, ReadsTheBeirLayout) {
  const ParseOutcome outcome = parse_bytes(kCorpus, "set/corpus.jsonl");
  ASSERT_EQ(outcome.documents.size(), 3U);
  const Document& first = outcome.documents[0];
  EXPECT_EQ(first.id, "d1");
  EXPECT_EQ(first.uri, "set/corpus.jsonl#d1");
  EXPECT_EQ(first.title, "Leave");
  EXPECT_EQ(first.text, "Fifteen days.");
  EXPECT_THAT(first.metadata.at("author.name"), ElementsAre("Kim"));
  EXPECT_THAT(first.metadata.at("year"), ElementsAre("2024"));
  EXPECT_THAT(first.metadata.at("tags"), ElementsAre("a", "b"));
  EXPECT_EQ(outcome.documents[1].id, "7");
  EXPECT_THAT(outcome.documents[1].metadata.at("lang"), ElementsAre("ko"));
}

TEST(JsonLines, NamesTheLineThatIsBroken) {
  const ParseOutcome outcome = parse_bytes(kCorpus, "corpus.jsonl");
  ASSERT_EQ(outcome.warnings.size(), 2U);
  EXPECT_THAT(outcome.warnings[0], HasSubstr("line 2: not JSON"));
  EXPECT_EQ(outcome.warnings[1], "line 5: no \"text\" field");
}

TEST(JsonLines, IsPlainTextWithoutTextFields) {
  const ParseOutcome outcome = parse_bytes("{\"event\":\"start\"}\n{\"event\":\"stop\"}\n", "log.jsonl");
  ASSERT_EQ(outcome.documents.size(), 1U);
  EXPECT_EQ(outcome.documents[0].uri, "log.jsonl");
}

TEST(JsonLines, RefusesHostileLines) {
  EXPECT_THROW(parse_json_line(std::string(100000, '['), "a", 1), Error);
  EXPECT_THROW(parse_json_line("{\"text\":\"\xFF\"}", "a", 1), Error);
  EXPECT_THROW(parse_json_line("[\"text\"]", "a", 1), Error);
  EXPECT_THROW(parse_json_line("{\"text\":{}}", "a", 1), Error);
  EXPECT_THROW(parse_json_line("{\"text\":\" \"}", "a", 1), Error);
}

TEST(JsonLinesReader, YieldsTheSameDocumentsOneByOne) {
  const test::TemporaryFolder folder;
  JsonLinesReader reader(folder.write("corpus.jsonl", "\xEF\xBB\xBF" + kCorpus), "corpus.jsonl");
  std::vector<std::string> ids;
  while (const std::optional<Document> document = reader.next()) ids.push_back(document->id);
  EXPECT_THAT(ids, ElementsAre("d1", "7", "d4"));
  EXPECT_EQ(reader.take_warnings().size(), 2U);
  EXPECT_TRUE(reader.take_warnings().empty());
}

TEST(JsonLinesReader, PassesOverALineBeyondTheLimitWithoutHoldingIt) {
  const test::TemporaryFolder folder;
  const std::string long_line(3 << 20, 'x');
  JsonLinesReader reader(folder.write("a.jsonl", long_line + "\n{\"_id\":\"d\",\"text\":\"after\"}\n"), "a.jsonl", 1 << 20);
  const std::optional<Document> document = reader.next();
  ASSERT_TRUE(document);
  EXPECT_EQ(document->text, "after");
  EXPECT_THAT(reader.take_warnings(), ElementsAre("line 1: longer than 1 MB; passed over"));
}

TEST(JsonLinesReader, RefusesWhatIsNoFile) {
  EXPECT_THROW(JsonLinesReader("/nowhere/corpus.jsonl", "corpus.jsonl"), Error);
  EXPECT_THROW(JsonLinesReader("/tmp", "corpus.jsonl"), Error);
}

}  // namespace
}  // namespace rag
