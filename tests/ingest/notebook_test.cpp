#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support.h"

namespace rag {
namespace {

using test::only_document;
using testing::ElementsAre;
using testing::HasSubstr;

std::string notebook(const std::string& cells) {
  return R"({"nbformat":4,"metadata":{"kernelspec":{"language":"python"}},"cells":[)" + cells + "]}";
}
std::string markdown(const std::string& source) { return R"({"cell_type":"markdown","source":")" + source + "\"}"; }
std::string code(const std::string& source, const std::string& outputs = "") {
  return R"({"cell_type":"code","source":[")" + source + R"("],"outputs":[)" + outputs + "]}";
}
Document read(const std::string& cells) { return only_document(parse_bytes(notebook(cells), "a.ipynb")); }

TEST(Notebook, ReadsMarkdownCodeAndOutput) {
  const Document document = read(markdown("# 휴가\\n\\n**Ten** days") + "," +
                                 code("if x:\\n", R"({"output_type":"stream","text":["4","2\n"]},{"ename":"KeyError","evalue":"'k'"})"));
  EXPECT_EQ(document.text, "휴가\n\nTen days\n\nif x:\n\n42\n\nKeyError: 'k'");
  EXPECT_EQ(document.title, "휴가");
  EXPECT_THAT(document.metadata.at("code_language"), ElementsAre("python"));
}

TEST(Notebook, CountsImagesAndShowsTables) {
  const Document document =
      read(code("plot()", R"({"data":{"image/png":"AAAA","text/plain":"<Figure>"}})") + "," +
           code("df", R"({"data":{"text/html":"<table><tr><th>Plan</th><th>Cost</th></tr><tr><td>a</td><td>1</td></tr></table>"}})"));
  EXPECT_EQ(document.text, "plot()\n\ndf\n\nPlan | Cost\na | 1");
  EXPECT_THAT(document.metadata.at("images_left_out"), ElementsAre("1"));
}

TEST(Notebook, ShortensLongOutputsAndSaysSo) {
  const ParseOutcome outcome = parse_bytes(notebook(code("x", "{\"text\":\"\\u001b[31m" + std::string(9000, 'o') + "\"}")), "a.ipynb");
  EXPECT_THAT(only_document(outcome).text, HasSubstr("x\n\nooo"));
  EXPECT_THAT(only_document(outcome).text, HasSubstr("[5000 more bytes of output]"));
  EXPECT_THAT(outcome.warnings, ElementsAre(HasSubstr("1 outputs longer than 4000 bytes")));
}

TEST(Notebook, ReadsTheLayoutOfOldVersions) {
  const std::string old =
      R"({"worksheets":[{"cells":[{"cell_type":"heading","level":2,"source":["Old"]},{"cell_type":"code","input":["y = 1"]}]}]})";
  EXPECT_EQ(only_document(parse_bytes(old, "a.ipynb")).text, "Old\n\ny = 1");
}

TEST(Notebook, GivesAReasonForDamage) {
  const auto reason = [](const std::string& bytes) { return parse_bytes(bytes, "a.ipynb").skipped; };
  EXPECT_THAT(reason("{\"cells\":[{"), HasSubstr("damaged notebook: not JSON at byte"));
  EXPECT_THAT(reason("{\"a\":1}"), HasSubstr("without the list \"cells\""));
  EXPECT_THAT(reason(std::string(100000, '[')), HasSubstr("deeper than 256"));
  EXPECT_EQ(reason(notebook("")), "a notebook without text");
}

TEST(Notebook, NeverCrashesOnACutOrDamagedFile) {
  const std::string whole =
      notebook(markdown("# a") + "," + code("b", R"({"data":{"image/png":1,"text/html":"<table>"}},{"text":[1,"x"]})"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    parse_bytes(whole.substr(0, size), "a.ipynb");
    std::string flipped = whole;
    flipped[size] = static_cast<char>(flipped[size] ^ 0x05);
    const ParseOutcome damaged = parse_bytes(flipped, "a.ipynb");
    EXPECT_TRUE(!damaged.skipped.empty() || damaged.documents.size() == 1) << size;
  }
}

}  // namespace
}  // namespace rag
