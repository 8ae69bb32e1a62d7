#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/xhtml.h"
#include "support.h"

namespace rag {
namespace {

using test::make_zip;
using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;
using Members = std::vector<std::pair<std::string, std::string>>;

std::string page(const std::string& body) {
  return "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>page</title><script src='a.js'/></head><body>" +
         body + "</body></html>";
}

// A book whose OPF, in OPS/, has these manifest items and this spine.
Members book(const std::string& manifest, const std::string& spine, const Members& pages, const std::string& metadata = "") {
  Members members{{"mimetype", "application/epub+zip"},
                  {"META-INF/container.xml", "<container><rootfiles><rootfile full-path='OPS/book.opf'/></rootfiles></container>"},
                  {"OPS/book.opf", "<package><metadata>" + metadata + "</metadata><manifest>" + manifest + "</manifest><spine toc='ncx'>" +
                                       spine + "</spine></package>"}};
  members.insert(members.end(), pages.begin(), pages.end());
  return members;
}
std::string item(const std::string& id, const std::string& href, const std::string& properties = "") {
  return "<item id='" + id + "' href='" + href + "' properties='" + properties + "'/>";
}
std::string itemref(const std::string& id) { return "<itemref idref='" + id + "'/>"; }
ParseOutcome parse(const Members& members) { return parse_bytes(make_zip(members), "a.epub"); }

TEST(Epub, ReadsChaptersInTheOrderOfTheSpine) {
  const Document document =
      only_document(parse(book(item("a", "one.xhtml") + item("b", "text/%EB%91%98.xhtml") + item("nav", "nav.xhtml", "nav scripted"),
                               itemref("nav") + itemref("b") + itemref("a") + itemref("b"),
                               {{"OPS/one.xhtml", page("<h2>Second</h2><p>river<a id='x'/> runs</p>")},
                                {"OPS/text/둘.xhtml", page("<h1>첫째</h1><p>강은 흐른다.</p>")},
                                {"OPS/nav.xhtml", page("<nav><ol><li><a href='one.xhtml'>Second</a></li></ol></nav><p>Contents</p>")}},
                               "<dc:title>The book</dc:title><dc:creator>Kim</dc:creator><dc:creator>Lee</dc:creator>")));
  EXPECT_EQ(document.text, "첫째\n\n강은 흐른다.\n\nSecond\n\nriver runs");
  EXPECT_EQ(document.title, "The book");
  EXPECT_THAT(document.metadata.at("author"), ElementsAre("Kim", "Lee"));
  EXPECT_THAT(heading_path_at(document, document.text.find("river")), ElementsAre("첫째", "Second"));
}

TEST(Epub, HeadsAChapterByTheTableOfContentsWhereItHasNoHeading) {
  const Document document = only_document(parse(
      book(item("a", "a.html") + item("ncx", "toc.ncx"), itemref("a"),
           {{"OPS/a.html", page("<p>words</p>")},
            {"OPS/toc.ncx",
             "<ncx><navMap><navPoint><navLabel><text>1장 시작</text></navLabel><content src='a.html#top'/></navPoint></navMap></ncx>"}})));
  EXPECT_EQ(document.text, "1장 시작\n\nwords");
  EXPECT_EQ(document.headings.size(), 1U);
}

TEST(Epub, PassesOverAPageOfLinksToTheChapters) {
  const Document document = only_document(parse(
      book(item("c", "contents.html") + item("a", "a.html") + item("b", "b.html"), itemref("c") + itemref("a") + itemref("b"),
           {{"OPS/contents.html", page("<h3>Contents</h3><p><a href='a.html'>One</a></p><p><a href='b.html#x'>Two</a></p>")},
            {"OPS/a.html", page("<h1>One</h1><p>a page with a <a href='b.html'>link</a> and <a href='https://x.org'>another</a></p>")},
            {"OPS/b.html", page("<h1>Two</h1>")}})));
  EXPECT_EQ(document.text, "One\n\na page with a link and another\n\nTwo");
}

TEST(Epub, GivesAReasonForEveryDamage) {
  const auto reason = [](const Members& members) { return parse(members).skipped; };
  const std::string type = "application/epub+zip";
  EXPECT_EQ(parse_bytes("words", "a.epub").skipped, "not a readable EPUB file: it is no zip");
  EXPECT_EQ(reason({{"mimetype", type}}), "damaged EPUB: no package file (.opf) in it");
  EXPECT_THAT(reason({{"mimetype", type}, {"x.opf", "<a>"}}), HasSubstr("damaged EPUB: x.opf is not XML at byte"));
  EXPECT_EQ(reason(book("", "", {})), "a book without chapters");
  EXPECT_EQ(reason(book(item("a", "a.html"), itemref("a"), {{"OPS/a.html", page("")}})), "a book without text");
  EXPECT_EQ(reason(book(item("a", "a.html"), itemref("a"),
                        {{"OPS/a.html", "\x01\x02"},
                         {"META-INF/encryption.xml",
                          "<e><EncryptedData><EncryptionMethod Algorithm='aes'/><CipherData><CipherReference URI='OPS/a.html'/>"
                          "</CipherData></EncryptedData></e>"}})),
            "encrypted (a book with copy protection)");
}

TEST(Epub, ReadsTheRestWhereAChapterIsMissingOrBinary) {
  const ParseOutcome outcome =
      parse(book(item("a", "a.html") + item("b", "../../../b.html") + item("c", "c.html") + item("w", "https://x.org/"),
                 itemref("a") + itemref("b") + itemref("c") + itemref("w") + itemref("nowhere"),
                 {{"OPS/a.html", page("<p>good</p>")}, {"OPS/c.html", std::string("\x01\x00\x02\xFF\xFE\x80\x03\x00", 8)}}));
  EXPECT_EQ(only_document(outcome).text, "good");
  EXPECT_THAT(outcome.warnings, testing::Contains(HasSubstr("chapter OPS/c.html is left out")));
  EXPECT_THAT(outcome.warnings, testing::Contains("2 of 4 chapters are not in the file"));
}

TEST(Epub, SurvivesATableOfContentsWithoutEnd) {
  std::string toc;
  for (int i = 0; i < 1000; ++i) toc += "<navPoint><navLabel><text>x</text></navLabel><content src='a.html'/>";
  for (int i = 0; i < 1000; ++i) toc += "</navPoint>";
  EXPECT_EQ(only_document(parse(book(item("a", "a.html") + item("ncx", "toc.ncx"), itemref("a"),
                                     {{"OPS/a.html", page("<h1>T</h1>")}, {"OPS/toc.ncx", "<ncx><navMap>" + toc + "</navMap></ncx>"}})))
                .text,
            "T");
}

TEST(Epub, NeverCrashesOnACutOrFlippedFile) {
  const std::string whole = make_zip(book(item("a", "a.html"), itemref("a"), {{"OPS/a.html", page(std::string(2000, 'x'))}}));
  test::expect_read_or_refused_when_damaged(whole, "a.epub", 7, 0x55);
}

TEST(Xhtml, ClosesEmptyElements) {
  EXPECT_EQ(close_empty_elements("<a id=\"x>\"/>b<br/><title/><!-- <a/> --><![CDATA[<a/>]]></p>"),
            "<a id=\"x>\"></a>b<br/><title></title><!-- <a/> --><![CDATA[<a/>]]></p>");
  EXPECT_EQ(close_empty_elements("a < b <"), "a < b <");
  EXPECT_EQ(close_empty_elements("<!-- never ends"), "<!-- never ends");
}

}  // namespace
}  // namespace rag
