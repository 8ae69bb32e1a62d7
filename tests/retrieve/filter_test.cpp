#include "retrieve/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "retrieve/filter_condition.h"
#include "tests/patience.h"
#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

DocumentRecord leave_policy() {
  return {.id = "7",
          .uri = "handbook/Leave Policy.PDF",
          .source = "/srv/handbook",
          .title = "연차 휴가 규정",
          .media_type = "application/pdf",
          .language = "ko",
          .metadata = {{"dept", {"HR", "Legal"}},
                       {"year", {"2024"}},
                       {"부서", {"인사"}},
                       {"modified", {"2024-05-17T09:30:00Z"}},
                       {"price", {"9.5"}},
                       {"Owner Name", {"Kim Min-su"}},
                       {"draft", {"false"}}}};
}

bool accepts(const std::string& expression) { return parse_filter(expression)->accepts(leave_policy()); }
std::string problem_with(const std::string& expression) {
  return message_of([&] { parse_filter(expression); });
}

TEST(Filter, KnowsWhatAFileLiesIn) {
  const DocumentRecord inner{.id = "x", .uri = "hr/a.zip!/m.eml!/b.pdf", .file_uri = "hr/a.zip"}, outer{.id = "y", .uri = "hr/a.zip", .file_uri = "hr/a.zip"};
  EXPECT_TRUE(parse_filter("container=hr/A.zip AND ext=pdf")->accepts(inner));
  EXPECT_TRUE(parse_filter("path~'*!/m.eml!/*'")->accepts(inner));
  EXPECT_FALSE(parse_filter("ext=zip")->accepts(inner));
  EXPECT_FALSE(parse_filter("container~*")->accepts(outer));
}

TEST(Filter, AnEmptyExpressionIsNoFilter) {
  EXPECT_EQ(parse_filter(""), nullptr);
  EXPECT_EQ(parse_filter(" \t\n"), nullptr);
}

TEST(Filter, AnswersTheExampleOfItsHeader) {
  EXPECT_TRUE(accepts("ext=pdf AND (dept=hr OR dept=legal) AND year>=2024 AND NOT path~\"drafts/*\""));
  EXPECT_FALSE(accepts("ext=pdf AND (dept=it OR dept=sales) AND year>=2024"));
}

TEST(Filter, KnowsTheBuiltInKeys) {
  EXPECT_TRUE(accepts("path=\"handbook/leave policy.pdf\""));
  EXPECT_TRUE(accepts("ext=pdf"));
  EXPECT_TRUE(accepts("ext=.pdf"));
  EXPECT_TRUE(accepts("title=\"연차 휴가 규정\""));
  EXPECT_TRUE(accepts("lang=KO"));
  EXPECT_TRUE(accepts("type=application/pdf"));
  EXPECT_TRUE(accepts("source=/srv/handbook"));
  EXPECT_TRUE(accepts("id=7"));
}

TEST(Filter, TheExtensionOfACorpusLineIsItsFiles) {
  const DocumentRecord line{.id = "a.b", .uri = "corpus.jsonl#a.b", .file_uri = "corpus.jsonl"};
  EXPECT_TRUE(parse_filter("ext=jsonl")->accepts(line));
  EXPECT_FALSE(parse_filter("ext=b")->accepts(line));
  EXPECT_FALSE(parse_filter("ext~*")->accepts({.id = "x", .uri = "v1.2/README"})) << "a dot in a folder's name is no extension";
}

TEST(Filter, AMetadataKeyOfABuiltInNameIsLookedAtToo) {
  const DocumentRecord document{.id = "x", .uri = "x.txt", .media_type = "text/plain", .metadata = {{"type", {"policy"}}}};
  EXPECT_TRUE(parse_filter("type=policy")->accepts(document));
  EXPECT_TRUE(parse_filter("type=text/plain")->accepts(document));
  EXPECT_FALSE(parse_filter("type!=policy")->accepts(document));
}

TEST(Filter, ReadsKoreanKeysAndValuesInAnyNormalisationForm) {
  EXPECT_TRUE(accepts("부서=인사"));
  EXPECT_FALSE(accepts("부서=총무"));
  EXPECT_TRUE(accepts("\xE1\x84\x87\xE1\x85\xAE\xE1\x84\x89\xE1\x85\xA5=\xE1\x84\x8B\xE1\x85\xB5\xE1\x86\xAB\xE1\x84\x89\xE1\x85\xA1"))
      << "typed on a Mac";
}

TEST(Filter, ComparesNumbersAsNumbers) {
  EXPECT_TRUE(accepts("price<10")) << "as text, 9.5 comes after 10";
  EXPECT_TRUE(accepts("price=9.50"));
  EXPECT_TRUE(accepts("year>999"));
  EXPECT_FALSE(accepts("year>2024"));
  EXPECT_TRUE(accepts("year<=2024.0"));
  EXPECT_TRUE(parse_filter("n>-2")->accepts({.metadata = {{"n", {"-1.5e0"}}}}));
  EXPECT_FALSE(parse_filter("n=nan")->accepts({.metadata = {{"n", {"NaN?"}}}}));
}

TEST(Filter, TellsLongNumbersApartThatShareADouble) {
  const DocumentRecord account{.metadata = {{"account", {"12345678901234567890"}}}};
  EXPECT_TRUE(parse_filter("account=12345678901234567890")->accepts(account));
  EXPECT_FALSE(parse_filter("account=12345678901234567891")->accepts(account));
}

TEST(Filter, IdsAreNamesNotNumbers) {
  EXPECT_FALSE(parse_filter("id=7")->accepts({.id = "007"}));
  EXPECT_TRUE(parse_filter("id=007")->accepts({.id = "007"}));
}

TEST(Filter, ComparesDatesAsPreciselyAsAsked) {
  EXPECT_TRUE(accepts("modified>=2024-05"));
  EXPECT_TRUE(accepts("modified<=2024-05")) << "May is not over on the 1st";
  EXPECT_TRUE(accepts("modified=2024-05"));
  EXPECT_FALSE(accepts("modified>2024-05"));
  EXPECT_TRUE(accepts("modified=2024"));
  EXPECT_FALSE(accepts("modified>=2024-06"));
  EXPECT_TRUE(accepts("modified<2024-05-18"));
  EXPECT_FALSE(accepts("modified<2024-05-17"));
}

TEST(Filter, MatchesWhereOneOfSeveralValuesDoes) {
  EXPECT_TRUE(accepts("dept=legal"));
  EXPECT_TRUE(accepts("dept=hr AND dept=legal"));
}

TEST(Filter, UnequalIsTheOppositeOfEqual) {
  EXPECT_FALSE(accepts("dept!=hr")) << "one of its departments is hr";
  EXPECT_TRUE(accepts("dept!=sales"));
  EXPECT_TRUE(accepts("year != 2023"));
}

TEST(Filter, AMissingKeyMatchesNothingButUnequalAndNot) {
  for (const char* op : {"=", "<", "<=", ">", ">=", "~"}) EXPECT_FALSE(accepts(std::string("nothing") + op + "x")) << op;
  EXPECT_FALSE(accepts("nothing~*"));
  EXPECT_TRUE(accepts("nothing!=x"));
  EXPECT_TRUE(accepts("NOT nothing=x"));
}

TEST(Filter, MatchesShellPatternsByCharacter) {
  EXPECT_TRUE(accepts("title~연차*"));
  EXPECT_TRUE(accepts("title~\"?? 휴가 *\""));
  EXPECT_FALSE(accepts("title~\"? 휴가 *\""));
  EXPECT_TRUE(accepts("title~*휴가*"));
  EXPECT_FALSE(accepts("title~휴가")) << "the whole value must fit";
  EXPECT_TRUE(accepts("path~handbook/*.pdf"));
  EXPECT_TRUE(accepts("path~*.pdf")) << "* goes over slashes";
  EXPECT_FALSE(accepts("path~\"drafts/*\""));
}

TEST(Filter, PatternsOfManyStarsAreMatchedQuickly) {
  std::u32string pattern;
  for (int i = 0; i < 300; ++i) pattern += U"*a";
  pattern += U"b";
  const std::u32string text(20000, U'a');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(matches_pattern(pattern, text));
  EXPECT_LT(std::chrono::steady_clock::now() - start, test::patience(std::chrono::seconds(2)));
  EXPECT_TRUE(matches_pattern(U"", U""));
  EXPECT_TRUE(matches_pattern(U"**", U""));
  EXPECT_FALSE(matches_pattern(U"?", U""));
  EXPECT_TRUE(matches_pattern(U"a*bc?d*", U"abcabcxd"));
}

TEST(Filter, NotBindsCloserThanAndAndAndCloserThanOr) {
  EXPECT_TRUE(accepts("ext=pdf OR ext=md AND dept=sales"));
  EXPECT_FALSE(accepts("(ext=pdf OR ext=md) AND dept=sales"));
  EXPECT_FALSE(accepts("NOT ext=pdf OR dept=sales"));
  EXPECT_TRUE(accepts("NOT (ext=md OR dept=sales)"));
  EXPECT_TRUE(accepts("NOT NOT ext=pdf"));
}

TEST(Filter, ReadsKeywordsInAnyCase) {
  EXPECT_TRUE(accepts("ext=pdf and not (lang=en Or dept=it)"));
  EXPECT_TRUE(accepts("not(ext=md)and(lang=ko)"));
}

TEST(Filter, ReadsQuotedKeysAndValues) {
  EXPECT_TRUE(accepts("\"owner name\"='Kim Min-su'"));
  EXPECT_TRUE(parse_filter(R"(title="say \"yes\" \\ 'no'")")->accepts({.title = "say \"yes\" \\ 'no'"}));
  EXPECT_TRUE(parse_filter("state='OR'")->accepts({.metadata = {{"state", {"or"}}}}));
  EXPECT_TRUE(parse_filter("team=l'été")->accepts({.metadata = {{"team", {"L'ÉTÉ"}}}})) << "an apostrophe inside a word";
  EXPECT_TRUE(parse_filter("note=\"\"")->accepts({.metadata = {{"note", {""}}}}));
}

TEST(Filter, ErrorsPointAtTheColumnAndShowAnExample) {
  EXPECT_EQ(problem_with("ext=pdf AND"),
            "filter, column 12: found the end, expected a key such as ext, path or dept; "
            "write it like  ext=pdf AND (dept=hr OR dept=\"human resources\") AND year>=2024");
  EXPECT_THAT(problem_with("부서=인사 총무"), StartsWith("filter, column 7: found '총무', expected AND, OR or the end"));
  EXPECT_THAT(problem_with("pdf"), StartsWith("filter, column 4: found the end after 'pdf', expected one of"));
  EXPECT_THAT(problem_with("ext="), StartsWith("filter, column 5: found the end, expected a value after ="));
  EXPECT_THAT(problem_with("ext==pdf"), StartsWith("filter, column 5: found '=', expected a value"));
  EXPECT_THAT(problem_with("(ext=pdf"), StartsWith("filter, column 1: found '(' without its ')'"));
  EXPECT_THAT(problem_with("ext=pdf)"), StartsWith("filter, column 8: found ')' without its '('"));
  EXPECT_THAT(problem_with("title=\"연차"), StartsWith("filter, column 7: a quote that is never closed"));
  EXPECT_THAT(problem_with("state=OR"), HasSubstr("in quotes where that word is the value"));
  EXPECT_THAT(problem_with("부서=\xFF"), StartsWith("filter, column 4: invalid UTF-8"));
  EXPECT_THAT(problem_with("()"), StartsWith("filter, column 2: found ')', expected a key"));
  EXPECT_THAT(problem_with("\"\"=x"), StartsWith("filter, column 1: found \"\", expected a key"));
}

TEST(Filter, HostileExpressionsAreErrorsOfOneLine) {
  const std::string hostile[] = {std::string(10000, '('),
                                 std::string(100000, '('),
                                 std::string(100000, ')'),
                                 std::string(100000, '"') + "\"",
                                 std::string(100000, 'x'),
                                 std::string(100000, '='),
                                 "ext=pdf 'two\nlines'",
                                 "ext=pdf AND \x1b[2J\n" + std::string(100000, 'y'),
                                 "path~" + std::string(100000, '*'),
                                 std::string("ext=pdf\0AND ext=md", 18),
                                 "title='" + std::string(100000, '\\')};
  for (const std::string& expression : hostile) {
    const std::string problem = problem_with(expression);
    EXPECT_THAT(problem, StartsWith("filter, column ")) << expression.substr(0, 20);
    EXPECT_LT(problem.size(), 300U);
    EXPECT_EQ(problem.find_first_of("\n\x1b"), std::string::npos);
  }
  EXPECT_THAT(problem_with(std::string(10000, '(')), StartsWith("filter, column 65: more than 64 parentheses"));
}

TEST(Filter, LongButSoundExpressionsWork) {
  std::string ids = "id=0";
  for (int i = 1; i < 10000; ++i) ids += " OR id=" + std::to_string(i);
  EXPECT_TRUE(accepts(ids));
  std::string nots;
  for (int i = 0; i < 50001; ++i) nots += "NOT ";
  EXPECT_FALSE(accepts(nots + "ext=pdf"));
  EXPECT_TRUE(accepts(std::string(64, '(') + "ext=pdf" + std::string(64, ')')));
  EXPECT_TRUE(accepts("(ext=pdf) AND " + std::string(64, '(') + "ext=pdf" + std::string(64, ')')));
}

}  // namespace
}  // namespace rag
