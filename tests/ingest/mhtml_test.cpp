#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPage =
    "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.com/leave\nSubject: =?utf-8?Q?=ED=9C=B4=EA=B0=80?=\n"
    "MIME-Version: 1.0\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\n\n--b\nContent-Type: text/html; "
    "charset=utf-8\n"
    "Content-Transfer-Encoding: quoted-printable\nContent-Location: https://example.com/leave\n\n"
    "<title>Leave</title><h1>=ED=9C=B4=EA=B0=80</h1><p>15=\n days</p>\n--b\nContent-Type: text/css\n\np { color: red }\n--b\n"
    "Content-Type: image/png\nContent-Location: https://example.com/a.png\n\nxx\n--b--\n";

TEST(Mhtml, ReadsThePageInIt) {
  const Document document = only_document(parse_bytes(kPage, "page.mhtml"));
  EXPECT_EQ(document.text, "휴가\n\n15 days");
  EXPECT_EQ(document.title, "Leave");
  EXPECT_THAT(document.metadata.at("source_url"), ElementsAre("https://example.com/leave"));
  EXPECT_EQ(only_document(parse_bytes(kPage, "page.mht")).media_type, "application/x-mimearchive");
}

TEST(Mhtml, SaysWhichFramesAreLeftOut) {
  EXPECT_TRUE(parse_bytes(kPage, "page.mhtml").warnings.empty());
  std::string frames = kPage;
  frames.insert(frames.rfind("--b--"), "--b\nContent-Type: text/html\n\n<p>buy now</p>\n--b\nContent-Type: text/html\n\n<p> </p>\n");
  EXPECT_THAT(parse_bytes(frames, "page.mhtml").warnings, ElementsAre("1 frame of the page left out"));
}

TEST(Mhtml, SaysWhereThereIsNoPage) {
  EXPECT_THAT(parse_bytes("MIME-Version: 1.0\nContent-Type: text/plain\n\nx", "a.mht").skipped, HasSubstr("no page with text"));
  for (std::size_t size = 0; size < kPage.size(); size += 5) {
    const ParseOutcome cut = parse_bytes(kPage.substr(0, size), "a.mht");
    EXPECT_TRUE(!cut.skipped.empty() || cut.documents.size() == 1) << size;
  }
}

}  // namespace
}  // namespace rag
