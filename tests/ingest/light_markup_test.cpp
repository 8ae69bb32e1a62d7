#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

Document rst(const std::string& text) { return only_document(parse_bytes(text, "a.rst")); }
Document org(const std::string& text) { return only_document(parse_bytes(text, "a.org")); }

TEST(ReStructuredText, FindsHeadingsInTheOrderOfTheirMarks) {
  const Document document =
      rst("======\n휴가 안내\n======\n\nIntro\n\nLeave\n-----\n\nTen days.\n\nParents\n~~~~~~~\nmore\n\nTravel\n------\n\n100 km.\n");
  EXPECT_EQ(document.text, "휴가 안내\n\nIntro\n\nLeave\n\nTen days.\n\nParents\n\nmore\n\nTravel\n\n100 km.");
  EXPECT_EQ(document.title, "휴가 안내");
  EXPECT_THAT(heading_path_at(document, document.text.find("more")), ElementsAre("휴가 안내", "Leave", "Parents"));
  EXPECT_THAT(heading_path_at(document, document.text.find("100")), ElementsAre("휴가 안내", "Travel"));
}

TEST(ReStructuredText, KeepsCodeAndTransitions) {
  EXPECT_EQ(rst("Code::\n\n    x = 1\n    ----\n\n----------\n\nend").text, "Code::\n\n    x = 1\n    ----\n\n----------\n\nend");
}

TEST(ReStructuredText, ReadsGridTables) {
  const Document document =
      rst("+------+------+\n| Plan | Cost |\n+======+======+\n| Plus | 100  |\n| more |      |\n+------+------+\n\nend\n");
  EXPECT_EQ(document.text, "Plan | Cost\nPlus more | 100\n\nend");
  EXPECT_EQ(document.tables.at(0).header.size(), 11U);
}

TEST(ReStructuredText, ReadsSimpleTables) {
  const Document document = rst(
      "Rates:\n\n=======  =====  ========\n구분     Days   Note\n=======  =====  ========\n\\        15     a long note, longer\n육아     90     with\n"
      "                pay\n-------  -----\n병가     60\n=======  =====  ========\n\nend\n");
  EXPECT_EQ(document.text, "Rates:\n\n구분 | Days | Note\n| 15 | a long note, longer\n육아 | 90 | with pay\n병가 | 60 |\n\nend");
  EXPECT_EQ(document.tables.at(0).header.size(), std::string("구분 | Days | Note").size());
  EXPECT_EQ(rst("===  ===\nno table\n").text, "===  ===\nno table");
}

TEST(Org, FindsTitleHeadingsAndTables) {
  const Document document =
      org("#+TITLE: Handbook\n#+OPTIONS: toc:nil\n* Leave\n:PROPERTIES:\n:ID: 7\n:END:\nTen.\n** 부모\n| Plan | Cost |\n|------+------|\n| "
          "Plus | 100 |\n"
          "#+BEGIN_SRC sh\n* not a heading\n#+END_SRC\n");
  EXPECT_EQ(document.title, "Handbook");
  EXPECT_EQ(document.text, "Leave\n\nTen.\n\n부모\n\nPlan | Cost\nPlus | 100\n\n* not a heading");
  EXPECT_THAT(heading_path_at(document, document.text.find("Plus")), ElementsAre("Leave", "부모"));
  EXPECT_EQ(document.tables.size(), 1U);
}

TEST(LightMarkup, NeverCrashesOnACutOrDamagedFile) {
  for (const std::string& whole : {std::string("==\nab\n==\n+---+\n| a |\n| b | c |\n+===+\n|\n+-\nt\n--\n"),
                                   std::string("* a\n:PROPERTIES:\n| a | b\n|-\n|\n#+BEGIN_SRC\n** x\n#+title:\n")}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      std::string flipped = whole;
      flipped[size] = static_cast<char>(flipped[size] ^ 0x11);
      for (const char* name : {"a.rst", "a.org"}) {
        parse_bytes(whole.substr(0, size), name);
        parse_bytes(flipped, name);
      }
    }
  }
}

}  // namespace
}  // namespace rag
