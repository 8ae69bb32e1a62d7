#include "ingest/html_depth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>

#include "../patience.h"
#include "support.h"

namespace rag {
namespace {

using html::kMaxDepth;
using html::without_deepest_tags;
using test::only_document;
using testing::HasSubstr;

const double kPatience = static_cast<double>(test::patience(std::chrono::seconds(5)).count()) / 1000;

// Of this process: what else the machine does does not count.
double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string times(std::size_t count, const std::string& piece) {
  std::string out;
  out.reserve(count * piece.size());
  while (count-- > 0) out += piece;
  return out;
}

TEST(HtmlDepth, LeavesAPageAlone) {
  EXPECT_FALSE(without_deepest_tags("<html><body><div><b>강</b></div></body></html>"));
  EXPECT_FALSE(without_deepest_tags(times(kMaxDepth, "<div>") + "x" + times(kMaxDepth, "</div>")));
  EXPECT_FALSE(without_deepest_tags(""));
  EXPECT_FALSE(without_deepest_tags("<"));
  EXPECT_FALSE(without_deepest_tags("a < b <"));
}

TEST(HtmlDepth, DoesNotTakeManyForDeep) {
  EXPECT_FALSE(without_deepest_tags(times(5000, "<p>one<li>two<br><img src=x><a name=x>")));
  EXPECT_FALSE(without_deepest_tags(times(5000, "<div>closed</div>")));
  EXPECT_FALSE(without_deepest_tags("<table>" + times(5000, "<tr><td>cell") + "</table>"));
  // What was left open inside an element ends with it.
  EXPECT_FALSE(without_deepest_tags(times(5000, "<div><b><i>never closed</div>")));
}

TEST(HtmlDepth, PassesOverWhatOnlyLooksLikeTags) {
  EXPECT_FALSE(without_deepest_tags("<!--" + times(2000, "<div>") + "-->"));
  EXPECT_FALSE(without_deepest_tags("<script>" + times(2000, "'<div>'") + "</script>"));
  EXPECT_FALSE(without_deepest_tags("<p title=\"" + times(2000, "<div>") + "\">"));
  EXPECT_FALSE(without_deepest_tags(times(2000, "1 <2 <<")));
  EXPECT_FALSE(without_deepest_tags("<!--" + times(2000, "<div>")));
}

TEST(HtmlDepth, BlanksOnlyTheTagsBeyondTheLimit) {
  const std::string page = times(kMaxDepth + 3, "<div>") + "강물" + times(kMaxDepth + 3, "</div>") + "<b>after</b>";
  const auto flat = without_deepest_tags(page);
  ASSERT_TRUE(flat);
  EXPECT_EQ(*flat, times(kMaxDepth, "<div>") + std::string(15, ' ') + "강물" + std::string(18, ' ') + times(kMaxDepth, "</div>") + "<b>after</b>");
}

TEST(HtmlDepth, KeepsAllTextOfADeepPageInLinearTime) {
  for (const std::string tag : {"div", "blockquote", "b", "table><tr><td", "ul><li", "font", "span", "section"}) {
    const double begin = processor_seconds();
    const std::string text = only_document(parse_bytes("<p>first</p>" + times(100000, "<" + tag + ">") + "deepest 강", "deep.html")).text;
    EXPECT_THAT(text, HasSubstr("first")) << tag;
    EXPECT_THAT(text, HasSubstr("deepest 강")) << tag;
    EXPECT_LT(processor_seconds() - begin, kPatience) << tag;
  }
}

TEST(HtmlDepth, BlanksTagsWithMoreAttributesThanAnyHas) {
  std::string tag = "<p";
  for (int i = 0; i < 100000; ++i) tag += " n" + std::to_string(i) + "='a b c'";
  EXPECT_EQ(without_deepest_tags(tag + ">강</p>"), std::string(tag.size() + 1, ' ') + "강</p>");
  EXPECT_FALSE(without_deepest_tags("<p title='" + times(5000, "many words ") + "'>"));
}

TEST(HtmlDepth, TakesLinearTimeForEndTagsThatEndNothing) {
  const double begin = processor_seconds();
  without_deepest_tags(times(100000, "<b>") + times(100000, "</i>"));
  EXPECT_LT(processor_seconds() - begin, kPatience);
}

}  // namespace
}  // namespace rag
