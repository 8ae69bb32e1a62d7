#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Document read(const std::string& body) { return only_document(parse_bytes("{\\rtf1\\ansi " + body + "}", "a.rtf")); }
std::string text(const std::string& body) { return read(body).text; }

const std::string kStyles =
    "{\\stylesheet{\\ql Normal;}{\\s1\\outlinelevel0 heading 1;}{\\s2\\sbasedon0 Heading 2;}{\\s5 Title;}{\\*\\cs10 heading 3;}}";

TEST(Rtf, ReadsParagraphsLinesAndCharacters) {
  EXPECT_EQ(text("one\\line two\\par\\pard three\\tab four\\endash\\~five\\par"), "one\ntwo\n\nthree\tfour– five");
  EXPECT_EQ(text("{\\b bold}{\\i  italic} \\{braces\\}\\par"), "bold italic {braces}");
}

TEST(Rtf, DecodesEveryFontInItsCharset) {
  const std::string fonts =
      "\\ansicpg1252{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset129 Batang;}{\\f2\\fcharset204 Arial;}{\\f3\\fcharset128 "
      "Mincho;}}";
  EXPECT_EQ(text(fonts + "caf\\'e9 {\\f1 \\'b0\\'ad\\'c0\\'ba \\'8cc} {\\f2\\'ef\\'f0} {\\f3 \\'83A}\\par"), "café 강은 똠 пр ア");
  EXPECT_EQ(text("\\ansicpg949 \\'b0\\'ad\\'c0\\'ba\\par"), "강은");
}

TEST(Rtf, ReadsUnicodeAndSkipsWhatStandsForIt) {
  EXPECT_EQ(text("\\uc1\\u44053?\\u51008?\\par"), "강은");
  EXPECT_EQ(text("\\uc2\\u44053\\'b0\\'ad\\u-14528\\'c0\\'ba\\par"), "강은");
  EXPECT_EQ(text("\\uc0\\u44053 x\\par"), "강x");
  EXPECT_EQ(text("\\uc1 x\\u-10179?\\u-8704?\\par"), "x😀");
  EXPECT_EQ(text("{\\uc3\\u44053 abcd}e\\par"), "강de");
}

TEST(Rtf, FindsHeadingsByStyleAndByOutlineLevel) {
  const Document document = read(kStyles +
                                 "\\pard\\s5 Handbook\\par\\pard\\s1 Leave\\par\\pard\\s2 Parents\\par\\pard ten\\par"
                                 "\\pard\\outlinelevel2 Deep\\par\\pard body\\par");
  EXPECT_EQ(document.title, "Handbook");
  EXPECT_THAT(heading_path_at(document, document.text.find("ten")), ElementsAre("Leave", "Parents"));
  EXPECT_THAT(heading_path_at(document, document.text.find("body")), ElementsAre("Leave", "Parents", "Deep"));
}

TEST(Rtf, WritesARowALineWithTheHeader) {
  const std::string row = "\\trowd\\cellx1\\cellx2\\pard\\intbl ";
  const Document document =
      read("before\\par " + row + "Plan\\cell Cost\\cell\\row " + row + "Plus\\par more\\cell 100\\cell\\row\\pard after\\par");
  EXPECT_EQ(document.text, "before\n\nPlan | Cost\nPlus more | 100\n\nafter");
  ASSERT_EQ(document.tables.size(), 1U);
  EXPECT_EQ(document.text.substr(document.tables[0].header.begin, document.tables[0].header.size()), "Plan | Cost");
}

TEST(Rtf, ReadsListsAndFootnotes) {
  EXPECT_EQ(text("{\\listtext\\pard 1.\\tab}one\\par{\\listtext\\'95\\tab}two\\par\\pard end\\par"), "1. one\n- two\n\nend");
  EXPECT_EQ(text("\\bullet\\tab one\\par\\bullet\\tab two\\par"), "- one\n- two");
  EXPECT_EQ(text("Body{\\footnote\\pard the note\\par} goes on.\\par"), "Body[1] goes on.\n\n[1] the note");
}

TEST(Rtf, LeavesOutWhatIsNoText) {
  EXPECT_EQ(text("a{\\pict\\pngblip 89504e47}{\\*\\unknown secret}{\\header head\\par}{\\v hidden}{\\deleted gone}"
                 "{\\field{\\*\\fldinst HYPERLINK \"http://x\"}{\\fldrslt b}}{\\bin5 }}}}}c\\par"),
            "abc");
  EXPECT_EQ(text("E = {\\mmath{\\*\\moMath{\\mr m}{\\msup{\\msupPr x}{\\me{\\mr c}}}}}\\par"), "E = mc");
  const Document document = read("{\\info{\\title Tit\\'e9l}{\\author Kim}{\\*\\company X}}text\\par");
  EXPECT_EQ(document.title, "Titél");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Kim"));
  EXPECT_EQ(document.text, "text");
}

TEST(Rtf, ReadsTextBoxesOnce) {
  EXPECT_EQ(text("a\\par{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt\\pard boxed\\par}}{\\shprslt boxed}}b\\par"), "a\n\nboxed\n\nb");
}

TEST(Rtf, GivesAReasonForDamage) {
  EXPECT_THAT(parse_bytes("no rtf", "a.rtf").skipped, HasSubstr("not an RTF file"));
  EXPECT_EQ(parse_bytes("{\\rtf1 }", "a.rtf").skipped, "an RTF without text");
  EXPECT_THAT(parse_bytes("{\\rtf1 " + std::string(100000, '{') + "x", "a.rtf").skipped, HasSubstr("nested deeper than 5000"));
  EXPECT_THAT(parse_bytes("{\\rtf1 words {\\b cut", "a.rtf").warnings, ElementsAre(HasSubstr("cut short")));
  EXPECT_EQ(text("one}}}} two\\bin999999999 three"), "one two");
}

TEST(Rtf, NeverCrashesOnACutOrDamagedFile) {
  const std::string whole =
      "{\\rtf1\\ansi\\ansicpg949{\\fonttbl{\\f1\\fcharset129 B;}}" + kStyles +
      "\\pard\\s1 Leave\\par\\trowd\\intbl a\\cell{\\listtext 1.}b\\cell\\row\\pard x{\\footnote n}\\f1\\'b0\\'ad\\uc2\\u44053 "
      "??{\\shp{\\*\\shpinst{\\shptxt box\\par}}}{\\bin3 }}}\\u-10179?\\par}";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const ParseOutcome cut = parse_bytes(whole.substr(0, size), "a.rtf");
    EXPECT_TRUE(!cut.skipped.empty() || cut.documents.size() == 1) << size;
    std::string flipped = whole;
    for (const int mask : {0x01, 0x20, 0xF5}) {
      flipped[size] = static_cast<char>(whole[size] ^ mask);
      const ParseOutcome damaged = parse_bytes(flipped, "a.rtf");
      EXPECT_TRUE(!damaged.skipped.empty() || damaged.documents.size() == 1) << size;
    }
  }
}

TEST(Rtf, PrefersUnicodeWhereATextIsSaidTwice) {
  const Document document = read("{\\info{\\upr{\\title ????}{\\*\\ud{\\title \\u52712?\\u50629?}}}}one {\\upr{??}{\\*\\ud{\\u44053?}}} two\\par");
  EXPECT_EQ(document.title, "취업");
  EXPECT_EQ(document.text, "one 강 two");
}

}  // namespace
}  // namespace rag
