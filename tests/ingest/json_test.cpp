#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kLong(500, 'x');  // makes a line long enough to be written out

Document read(const std::string& json, const std::string& uri = "a.json") { return only_document(parse_bytes(json, uri)); }

TEST(Json, KeepsAShortFileAsItStands) {
  const std::string json = "{\n  \"이름\": \"강\",\n  \"days\": [1, 2]\n}\n";
  EXPECT_EQ(read(json).text, json);
  EXPECT_EQ(read("// a comment\n{\"a\": 1}").text, "// a comment\n{\"a\": 1}");
}

TEST(Json, WritesAListOfObjectsAsATable) {
  const Document document =
      read(R"([{"name":"연차","days":15},{"name":"Sick","days":null,"paid":[true,"yes"]},{"name":"x","days":1}])" + std::string(4000, ' '));
  EXPECT_EQ(document.text, "name | days | paid\n연차 | 15 |\nSick |  | true, yes\nx | 1 |");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(0, document.tables[0].header.end), "name | days | paid");
}

TEST(Json, WritesMembersBelowTheirPath) {
  const Document document =
      read(R"({"v":1,"server":{"port":80,"tls":{"cert":"/a","names":["a","b"]},"list":[{"a":{"b":1}},"s"]},"long":")" + kLong + "\"}");
  EXPECT_EQ(document.text,
            "v: 1\nlong: " + kLong +
                "\n\nserver\n\nserver\nport: 80\n\nserver.tls\ncert: /a\nnames: a, b\n\nserver.list[0].a\nb: 1\n\nserver.list[1]\ns");
  EXPECT_THAT(heading_path_at(document, document.text.find("cert")), ElementsAre("server"));
  EXPECT_EQ(document.title, "a");
}

TEST(Json, ReadsLinesThatAreNoCorpusAsATable) {
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "{\"level\":\"info\",\"message\":\"" + std::to_string(i) + "\"}\n";
  EXPECT_EQ(read(lines, "log.jsonl").text.substr(0, 25), "level | message\ninfo | 0\n");
}

TEST(Json, KeepsWhatIsNoJsonAndSaysSo) {
  const ParseOutcome outcome = parse_bytes("{\"a\": " + kLong, "a.json");
  EXPECT_THAT(only_document(outcome).text, HasSubstr(kLong));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("not JSON at byte 7")));
}

TEST(Json, SurvivesNestingWithoutEnd) {
  for (const std::string& open : {std::string("["), std::string("{\"a\":")}) {
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += open;
    const ParseOutcome outcome = parse_bytes(deep + "1", "a.json");
    EXPECT_THAT(outcome.warnings.empty() ? outcome.skipped : outcome.warnings[0],
                testing::AnyOf(HasSubstr("deeper than 256"), HasSubstr("no letter")));
  }
  std::string hidden = "//\"\n";
  for (int i = 0; i < 5000; ++i) hidden += "[\n";
  parse_bytes(hidden + "1" + std::string(5000, ']'), "a.json");
}

TEST(Json, NeverCrashesOnACutOrDamagedFile) {
  const std::string whole = R"([{"a":1,"b":"c\n\u00e9"},{"a":[1,2],"d":{"e":[[],{}]}},-1e5,null,true])" + std::string(4000, ' ');
  for (std::size_t size = 0; size < 75; ++size) {
    parse_bytes(whole.substr(0, size) + std::string(4000, ' '), "a.json");
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x07);
    const ParseOutcome damaged = parse_bytes(flipped, "a.json");
    EXPECT_TRUE(!damaged.skipped.empty() || damaged.documents.size() == 1) << size;
  }
}

TEST(Json, WritesTheCharactersThatEscapesName) {
  EXPECT_EQ(read(R"({"\uc774\ub984": "\ud55c\uae00 \ud83d\ude00", "tel": "\u0041\n"})").text, R"({"이름": "한글 😀", "tel": "\u0041\n"})");
  EXPECT_EQ(read(R"({"a": "\\ud55c \ud800x \uzzzz", "b": "\u001b\u0085"})").text, R"({"a": "\\ud55c \ud800x \uzzzz", "b": "\u001b\u0085"})")
      << "what is quoted, half or no character stays as it is";
  EXPECT_EQ(read("{\"q\": \"\\uc5f0\\ucc28\"}\n{\"q\": \"\\ubcd1\\uac00\"}\n", "faq.jsonl").text, "{\"q\": \"연차\"}\n{\"q\": \"병가\"}\n");
}

}  // namespace
}  // namespace rag
