#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Document read(const std::string& xml) { return only_document(parse_bytes(xml, "a.xml")); }

TEST(Xml, WritesAlikeElementsAsATable) {
  const Document document =
      read("<plans><plan id='1'><name>연차</name><days>15</days></plan><plan id='2'><name>A &amp; B</name></plan></plans>");
  EXPECT_EQ(document.text, "id | name | days\n1 | 연차 | 15\n2 | A & B |");
  EXPECT_EQ(document.tables.size(), 1U);
}

TEST(Xml, WritesARunOfAlikeElementsAmongOthersAsATable) {
  EXPECT_EQ(read("<a><by>Kim</by><r x='1' y='2'/><r x='3'/><s><t>u</t></s></a>").text, "by: Kim\n\nr\n\nx | y\n1 | 2\n3 |\n\ns\nt: u");
}

TEST(Xml, WritesFieldsTitlesAndParagraphs) {
  const Document document = read(
      "<book><title>Handbook</title><author role='editor'>Kim</author><tag>a</tag><tag>b</tag>"
      "<chapter><title>Leave</title><para>Ten <b>paid</b> days.</para><note><by>Lee</by></note></chapter></book>");
  EXPECT_EQ(document.text, "Handbook\n\nauthor (role editor): Kim\ntag: a, b\n\nLeave\n\nTen paid days.\n\nchapter/note\nby: Lee");
  EXPECT_THAT(heading_path_at(document, document.text.find("paid")), ElementsAre("Handbook", "Leave"));
  EXPECT_EQ(document.title, "Handbook");
}

TEST(Xml, ReadsTheHtmlOfAFeedOnce) {
  const Document document = read(
      "<rss><channel><title>News</title><item><title>One</title><description>Short &lt;p&gt;x&lt;/p&gt;</description>"
      "<content:encoded><![CDATA[<p>The whole "
      "<b>story</b></p>]]></content:encoded></item><item><title>Two</title><link>http://x</link></item></channel></rss>");
  EXPECT_EQ(document.text, "News\n\nOne\n\nThe whole story\n\nTwo\n\nlink: http://x");
  EXPECT_EQ(document.title, "News");
}

TEST(Xml, DecodesItsCharset) {
  EXPECT_THAT(
      read("<?xml version='1.0' encoding='euc-kr'?><a><b>" + test::encode("연차 휴가는 열다섯 날입니다", "EUC-KR") + "</b></a>").text,
      HasSubstr("b: 연차 휴가는 열다섯 날입니다"));
  EXPECT_EQ(read("\xFF\xFE" + test::encode("<?xml version='1.0'?><a><b>강</b></a>", "UTF-16LE")).text, "b: 강");
}

TEST(Xml, NeverExpandsEntities) {
  const ParseOutcome outcome = parse_bytes(
      "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;'>]><a><b>one &m; "
      "&x;</b></a>",
      "a.xml");
  EXPECT_EQ(only_document(outcome).text, "b: one &m; &x;");
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("not expanded")));
}

TEST(Xml, BoundsItsDepthAndSaysSo) {
  std::string open, close;
  for (int i = 0; i < 100000; ++i) {
    open += "<d><t>x</t>";
    close += "</d>";
  }
  const ParseOutcome outcome = parse_bytes(open + close, "a.xml");
  EXPECT_THAT(only_document(outcome).text, HasSubstr("t: x"));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("elements nested deeper than 256")));
}

TEST(Xml, GivesAReasonForDamage) {
  const auto reason = [](const std::string& xml) { return parse_bytes(xml, "a.xml").skipped; };
  EXPECT_THAT(reason("no xml at all"), HasSubstr("not XML"));
  EXPECT_EQ(reason("<?xml version='1.0'?><a/>"), "XML without text");
  const ParseOutcome cut = parse_bytes("<a><b>one</b><c>tw", "a.xml");
  EXPECT_THAT(only_document(cut).text, HasSubstr("b: one"));
  EXPECT_THAT(cut.warnings, ElementsAre(HasSubstr("damaged XML: read up to byte")));
}

TEST(Xml, NeverCrashesOnACutOrDamagedFile) {
  const std::string whole =
      "<?xml version='1.0'?><!DOCTYPE a [<!ELEMENT b (#PCDATA)>]><a><title>t</title><r x='1'><y>z</y></r><r "
      "x='2'/>mixed<c><![CDATA[<p>d</p>]]></c></a>";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    parse_bytes(whole.substr(0, size), "a.xml");
    std::string flipped = whole;
    for (const int mask : {0x02, 0x1C}) {
      flipped[size] = static_cast<char>(whole[size] ^ mask);
      const ParseOutcome damaged = parse_bytes(flipped, "a.xml");
      EXPECT_TRUE(!damaged.skipped.empty() || damaged.documents.size() == 1) << size;
    }
  }
}

}  // namespace
}  // namespace rag
