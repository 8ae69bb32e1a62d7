#include "ingest/docx_numbering.h"

#include <gtest/gtest.h>

#include "ingest/list_number.h"
#include "support.h"

namespace rag {
namespace {

std::string level(int number, const std::string& format, const std::string& text, const std::string& more = "") {
  return "<w:lvl w:ilvl='" + std::to_string(number) + "'>" + more + "<w:numFmt w:val='" + format + "'/><w:lvlText w:val='" + text + "'/></w:lvl>";
}

std::string numbering(const std::string& levels, const std::string& nums = "<w:num w:numId='3'><w:abstractNumId w:val='5'/></w:num>") {
  return "<w:numbering><w:abstractNum w:abstractNumId='5'>" + levels + "</w:abstractNum>" + nums + "</w:numbering>";
}

TEST(ListNumber, WritesEachFormat) {
  EXPECT_EQ(list_number(4, 'i'), "iv");
  EXPECT_EQ(list_number(27, 'a'), "27");
  EXPECT_EQ(list_number(3, "upperRoman"), "III");
  EXPECT_EQ(list_number(3, "ganada"), "다");
  EXPECT_EQ(list_number(2, "chosung"), "ㄴ");
  EXPECT_EQ(list_number(20, "decimalEnclosedCircle"), "⑳");
  EXPECT_EQ(list_number(21, "decimalEnclosedCircle"), "21");
  EXPECT_EQ(list_number(7, "decimalZero"), "07");
  EXPECT_EQ(list_number(7, "noSuchFormat"), "7");
  EXPECT_EQ(list_number(-1, "ganada"), "-1");
}

TEST(DocxNumbering, WritesWhatTheListSays) {
  DocxNumbering lists(numbering(level(0, "decimal", "제%1조") + level(1, "lowerLetter", "(%2)") + level(2, "bullet", "o")));
  EXPECT_EQ(lists.next("3", 0), "제1조 ");
  EXPECT_EQ(lists.next("3", 1), "(a) ");
  EXPECT_EQ(lists.next("3", 1), "(b) ");
  EXPECT_EQ(lists.next("3", 2), "- ");
  EXPECT_EQ(lists.next("3", 0), "제2조 ");
  EXPECT_EQ(lists.next("3", 1), "(a) ");
}

TEST(DocxNumbering, JoinsTheNumbersOfSeveralLevels) {
  DocxNumbering lists(numbering(level(0, "decimal", "%1") + level(1, "decimal", "%1.%2") + level(2, "lowerRoman", "%1.%2.%3")));
  EXPECT_EQ(lists.next("3", 0), "1 ");
  EXPECT_EQ(lists.next("3", 1), "1.1 ");
  EXPECT_EQ(lists.next("3", 1), "1.2 ");
  EXPECT_EQ(lists.next("3", 2), "1.2.i ");
  EXPECT_EQ(lists.next("3", 0), "2 ");
  EXPECT_EQ(lists.next("3", 2), "2.1.i ") << "a level that was left out counts from its beginning";
}

TEST(DocxNumbering, BeginsWhereTheListSaysAndAnewWhereItIsTold) {
  DocxNumbering lists(numbering(level(0, "decimal", "%1.", "<w:start w:val='4'/>"),
                                "<w:num w:numId='3'><w:abstractNumId w:val='5'/></w:num><w:num w:numId='6'><w:abstractNumId w:val='5'/></w:num>"
                                "<w:num w:numId='7'><w:abstractNumId w:val='5'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>"));
  EXPECT_EQ(lists.next("3", 0), "4. ");
  EXPECT_EQ(lists.next("6", 0), "5. ") << "lists of one kind count on";
  EXPECT_EQ(lists.next("7", 0), "1. ");
  EXPECT_EQ(lists.next("7", 0), "2. ");
}

TEST(DocxNumbering, FollowsAListThatIsAStyle) {
  DocxNumbering lists("<w:numbering><w:abstractNum w:abstractNumId='1'><w:numStyleLink w:val='S'/></w:abstractNum><w:abstractNum w:abstractNumId='2'><w:styleLink w:val='S'/>" +
                      level(0, "upperLetter", "%1)", "<w:pStyle w:val='H'/>") + "</w:abstractNum><w:num w:numId='3'><w:abstractNumId w:val='1'/></w:num></w:numbering>");
  EXPECT_EQ(lists.next("3", 0), "A) ");
  EXPECT_EQ(lists.level_of_style("3", "H"), 0);
}

TEST(DocxNumbering, SurvivesWhatMakesNoSense) {
  DocxNumbering nothing("");
  EXPECT_EQ(nothing.next("3", 0), "- ");
  DocxNumbering wild(numbering(level(0, "decimal", "%9 %0 %1 %") + level(99, "decimal", "%1") + level(-1, "decimal", "x") + level(8, "none", "")));
  EXPECT_EQ(wild.next("3", 0), "%0 1 % ") << "level 9 shows nothing";
  EXPECT_EQ(wild.next("3", 8), "");
  EXPECT_EQ(wild.next("3", 2147483647), "");
  EXPECT_EQ(wild.next("3", -2147483647), "%0 2 % ");
}

}  // namespace
}  // namespace rag
