#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/file.h"
#include "made_evaluations.h"
#include "pipelines/eval/report/html_text.h"
#include "pipelines/eval/report/plot.h"
#include "pipelines/eval/report/report.h"
#include "tests/silent_progress.h"

namespace rag {
namespace {

using test::complaint_of;
using test::evaluation_with;
using test::Silent;

std::size_t times(const std::string& text, const std::string& piece) {
  std::size_t count = 0;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++count;
  return count;
}

ReportInput made_input() {
  ReportInput input{.title = "휴가 안내서 <평가>", .evaluations = {evaluation_with("낱말", {.1, 0, .4, .9}), evaluation_with("</script><script>alert(1)</script>", {.5, .2, .4, 1})}};
  input.evaluations[0].queries[1].text = "\"><img src=x onerror=alert(1)> \x01 \u202E 질문";
  input.evaluations[1].queries[0].found = {{"<svg onload=alert(1)>", 3}, {"right", 1}};
  input.points = {{"cheap & <b>", {{"nDCG@10", .35}}, {{"p95_ms", 3}}}, {"good", {{"nDCG@10", .5}}, {{"p95_ms", 30}}}, {"neither", {{"nDCG@10", .4}}, {{"p95_ms", 40}}}};
  input.risk_curves = {{"추출", {{.2, .0}, {1, .3}}}};
  Silent silent;
  input.comparison = compare_evaluations(input.evaluations, {}, silent);
  return input;
}

class ReportFile : public testing::Test {
 protected:
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / ("rag_report_test_" + std::to_string(::getpid()) + ".cost.json");
  void TearDown() override { std::filesystem::remove(file_); }
};

TEST(HtmlText, LetsNoTextEndItsElement) {
  EXPECT_EQ(html_escaped("<a href='x'>&\"가"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;가");
  EXPECT_EQ(html_escaped(std::string("a\0b\xFF", 4)), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD");
}

TEST(Report, IsOneFileThatNeedsNothingElseAndRunsNothingOfAnybodyElse) {
  const std::string page = report_html(made_input());
  for (const char* outside : {"http://", "https://", " src=\"", "@import", "url(", "<link rel=\"stylesheet", "<img", "<svg onload", "onerror=alert(1)>"})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
  EXPECT_EQ(times(page, "<script"), 1U) << "its own";
  EXPECT_EQ(times(page, "</script"), 1U);
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(page.find("<bdi>&lt;/script&gt;&lt;script&gt;alert(1)"), std::string::npos);
}

TEST(Report, SaysWhatWasExpectedFoundAndConcluded) {
  const std::string page = report_html(made_input());
  for (const char* words : {"<html lang=\"en\">", "<title>휴가 안내서 &lt;평가&gt;</title>", "What may be concluded", "The worst queries", "<li class=\"hit\"><bdi>right</bdi></li>",
                            "<li class=\"miss\"><bdi>right</bdi> (1)</li>", "Cost beside quality", "Risk and coverage", "class=\"sortable\"", "prefers-color-scheme: dark", "@media print"})
    EXPECT_NE(page.find(words), std::string::npos) << words;
  for (const char* element : {"table", "section", "div", "svg", "details", "ul", "ol", "tr", "td", "bdi"}) {
    const std::string name = element;
    EXPECT_EQ(times(page, "<" + name + ">") + times(page, "<" + name + " "), times(page, "</" + name + ">")) << element;
  }
  EXPECT_EQ(times(page, "<svg"), times(page, "<desc")) << "every plot is told in words";
}

TEST(Report, IsTheSameBytesTwiceAndKoreanWhereAsked) {
  ReportInput input = made_input();
  EXPECT_EQ(report_html(input), report_html(made_input()));
  input.korean = true;
  const std::string page = report_html(input);
  for (const char* words : {"<html lang=\"ko\">", "결론", "가장 나쁜 질문", "비용과 품질", "답변의 위험과 응답률"}) EXPECT_NE(page.find(words), std::string::npos) << words;
  EXPECT_EQ(page.find("The worst queries"), std::string::npos);
}

TEST(Report, CallsDocumentsByTheirTitlesAndShowsHowPartsBegin) {
  Evaluation only = evaluation_with("only", {.1, .9});
  only.documents = {{"right", {.title = "휴가 <b>안내</b>", .extract = "스물일곱 & 더"}}};
  const std::string page = report_html({.evaluations = {only}});
  EXPECT_NE(page.find("<bdi>휴가 &lt;b&gt;안내&lt;/b&gt;</bdi> <code>right</code><span class=\"extract\"><bdi>스물일곱 &amp; 더</bdi></span>"), std::string::npos);
  EXPECT_NE(page.find("<li><bdi>wrong-only</bdi></li>"), std::string::npos) << "an id stays where nobody knows a name";
}

TEST(Report, OfOneEvaluationShowsHowItsValuesSpread) {
  const std::string page = report_html({.evaluations = {evaluation_with("only", {.1, .9, 1, 0})}});
  EXPECT_NE(page.find("How nDCG@10 spreads"), std::string::npos);
  EXPECT_EQ(page.find("may be concluded"), std::string::npos);
}

TEST(NiceTicks, EncloseWhatIsShownAndAreRound) {
  EXPECT_EQ(nice_ticks(0, 10, 6), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{{.691, .8435}, {0, 0}, {-1, 1}, {.5, .5}, {0, 1e9}, {3e-7, 4e-7}, {-2e-5, 3}, {1e12, 1e12}}) {
    const auto ticks = nice_ticks(low, high, 7);
    EXPECT_GE(ticks.size(), 2U);
    EXPECT_LE(ticks.size(), 10U);
    EXPECT_LE(ticks.front(), low + 1e-9 * std::abs(low));
    EXPECT_GE(ticks.back(), high - 1e-9 * std::abs(high));
  }
}

TEST(Plots, CountEveryQueryOnceAndKeepTiesApart) {
  const PlotWords words{"p", "t", "d", "x", "y"};
  const std::string plot = histogram_of_differences(words, {0, 0, 0, .001, -.9, .9});
  EXPECT_NE(plot.find(">3</text>"), std::string::npos) << "three ties";
  EXPECT_EQ(times(plot, "class=\"better\""), 2U) << "a small difference is none of them";
  EXPECT_EQ(times(plot, "class=\"worse\""), 1U);
  for (const auto& values : std::vector<std::vector<double>>{{}, {0}, {1, 1, 1}, {-3, 7}}) {
    const std::string drawn = histogram_of_values(words, values) + histogram_of_differences(words, values);
    EXPECT_EQ(drawn.find("nan"), std::string::npos);
    EXPECT_EQ(drawn.find("inf"), std::string::npos);
  }
}

TEST(PointsOnFront, AreThoseOfThePointsThatHaveBothFigures) {
  const std::vector<CostPoint> points = {{"unpriced", {{"m", 1}}, {}}, {"good", {{"m", .9}}, {{"c", 9}}}, {"cheap", {{"m", .3}}, {{"c", 2}}},
                                         {"twin", {{"m", .9}}, {{"c", 9}}}, {"unmeasured", {}, {{"c", 0}}}};
  EXPECT_EQ(points_on_front(points, "m", "c"), (std::vector<bool>{false, true, true, false, false}));
}

TEST_F(ReportFile, OfPointsIsReadOrRefusedByName) {
  write_file_atomically(file_, R"({"schema_version":1,"kind":"rag.points","points":[{"name":"가","quality":{"AP":0.5},"cost":{"p95_ms":3}}]})");
  EXPECT_EQ(read_points(file_).at(0).name, "가");
  write_file_atomically(file_, R"({"schema_version":1,"metrics":{"AP":0.5},"cost":{"stages_ms":{"query":{"mean":1,"p50":1,"p95":2,"p99":3}},"queries_per_s":9,"peak_memory_bytes":1,"index_bytes":2,"chunks_per_s":0}})");
  EXPECT_EQ(read_points(file_).at(0).name, file_.stem().stem().string());
  EXPECT_DOUBLE_EQ(read_points(file_).at(0).cost.at("p95_ms"), 2);
  write_file_atomically(file_, R"({"schema_version":1,"kind":"rag.sweep","points":[{"settings":{},"metrics":{"AP":0.5},"cost":{"stages_ms":{"query":{"p50":1,"p95":2,"p99":3}},"queries_per_s":9,"peak_memory_bytes":1,"index_bytes":2,"chunks_per_s":0}},
    {"settings":{"search.mode":"dense"},"metrics":{"AP":0.6},"cost":{"stages_ms":{"query":{"p50":1,"p95":4,"p99":5}},"queries_per_s":9,"peak_memory_bytes":1,"index_bytes":2,"chunks_per_s":0}}]})");
  EXPECT_EQ(read_points(file_).at(0).name, "as it is now");
  EXPECT_EQ(read_points(file_).at(1).name, "search.mode=dense");
  for (const char* bytes : {"", "[]", "{}", R"({"kind":"rag.points","points":[{"name":1}]})", R"({"metrics":{"AP":"x"},"cost":{}})", R"({"schema_version":9,"kind":"rag.points"})"}) {
    write_file_atomically(file_, bytes);
    EXPECT_NE(complaint_of([&] { read_points(file_); }).find(file_.string()), std::string::npos) << bytes;
    EXPECT_NE(complaint_of([&] { read_risk_curve(file_); }).find(file_.string()), std::string::npos) << bytes;
  }
  write_file_atomically(file_, R"({"kind":"rag.answers_evaluation","risk_coverage":[[1,0.5],[0.5,7]]})");
  EXPECT_NE(complaint_of([&] { read_risk_curve(file_); }).find("between 0 and 1"), std::string::npos);
}

}  // namespace
}  // namespace rag
