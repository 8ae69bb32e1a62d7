#include "index/analyzer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "index/analyzer_options.h"

namespace rag {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

using Terms = std::vector<std::string>;
Terms terms(std::string_view text) { return default_analyzer().terms(text); }
Terms asked(std::string_view text) { return default_analyzer().query_terms(text); }

TEST(Analyzer, StemsEnglishAndDropsStopWords) {
  EXPECT_THAT(terms("The policies of the companies"), ElementsAre("polici", "compani"));
  EXPECT_EQ(terms("running RUNS"), terms("run run"));
}

TEST(Analyzer, FindsNothingInNothing) {
  EXPECT_THAT(terms(""), IsEmpty());
  EXPECT_THAT(terms(" \n\t... !? --- \xE3\x80\x80"), IsEmpty());
  EXPECT_THAT(asked("the of and"), IsEmpty());
}

TEST(Analyzer, CutsKoreanWordsIntoBigrams) {
  EXPECT_THAT(terms("연차휴가 신청"), ElementsAre("연차", "차휴", "휴가", "신청"));
  EXPECT_THAT(terms("강 물"), ElementsAre("강", "물")) << "a lone syllable stands for itself";
}

TEST(Analyzer, AsksWithoutTheParticle) {
  EXPECT_THAT(terms("휴가는"), ElementsAre("휴가", "가는"));
  EXPECT_THAT(asked("휴가는"), ElementsAre("휴가"));
  EXPECT_THAT(asked("회사에서"), ElementsAre("회사"));
  EXPECT_THAT(asked("회의"), ElementsAre("회의")) << "two syllables are never cut";
}

TEST(Analyzer, SplitsWhereScriptsMeet) {
  EXPECT_THAT(terms("SLM은"), ElementsAre("slm", "은"));
  EXPECT_THAT(terms("2024년"), ElementsAre("2024", "년"));
  EXPECT_THAT(terms("제3조"), ElementsAre("제", "3", "조"));
}

TEST(Analyzer, ReadsDecomposedHangulAndFullWidthLettersAlike) {
  EXPECT_EQ(terms("\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xBC\xE1\x84\x86\xE1\x85\xAE\xE1\x86\xAF"), terms("강물"));
  EXPECT_EQ(terms("ＡＢＣ１２３"), terms("abc123"));
}

TEST(Analyzer, CutsHanAndKanaAndUnspacedScriptsIntoBigrams) {
  EXPECT_THAT(terms("東京都へ"), ElementsAre("東京", "京都", "都へ"));
  EXPECT_THAT(terms("データ・ベース"), ElementsAre("デー", "ータ", "ベー", "ース"));
  EXPECT_GT(terms("ภาษาไทย").size(), 3U);
}

TEST(Analyzer, KeepsNumbersWhole) {
  EXPECT_THAT(terms("3.5"), ElementsAre("3.5"));
  EXPECT_THAT(terms("1,000"), ElementsAre("1000"));
  EXPECT_THAT(terms("1,234,567.89"), ElementsAre("1234567.89"));
  EXPECT_THAT(terms("in 2024.The"), ElementsAre("2024"));
  EXPECT_THAT(terms("1,2,3"), Not(Contains("123")));
}

TEST(Analyzer, KeepsIdentifiersWholeAndInParts) {
  EXPECT_THAT(terms("E-4417"), ElementsAre("e", "4417", "e-4417"));
  EXPECT_THAT(terms("2024-05-01"), ElementsAre("2024", "05", "01", "2024-05-01"));
  EXPECT_THAT(terms("max_tokens"), ElementsAre("max", "token", "max_tokens"));
  EXPECT_THAT(terms("parseHttpHeader"), ElementsAre("pars", "http", "header", "parsehttpheader"));
  EXPECT_THAT(terms("HTTPServer"), ElementsAre("http", "server", "httpserver"));
  EXPECT_THAT(terms("kim@example.com"), Contains("kim@example.com"));
  EXPECT_THAT(terms("in-network"), ElementsAre("network", "in-network"));
}

TEST(Analyzer, LeavesShortMixedCaseWordsWhole) {
  EXPECT_THAT(terms("mRNA"), SizeIs(1));
  EXPECT_THAT(terms("PCRs"), SizeIs(1));
}

TEST(Analyzer, ReadsContractionsAndAbbreviationsAsOneWord) {
  EXPECT_EQ(terms("the company's plan"), terms("company plan"));
  EXPECT_EQ(terms("company\xE2\x80\x99s"), terms("company's"));
  EXPECT_THAT(terms("U.S.A."), ElementsAre("usa"));
}

TEST(Analyzer, TellsTheItDepartmentFromThePronoun) {
  EXPECT_THAT(terms("the IT department"), ElementsAre("it", "depart"));
  EXPECT_THAT(asked("IT 부서"), ElementsAre("it", "부서"));
  EXPECT_THAT(terms("WHAT IS IT FOR"), ElementsAre("what"));
}

TEST(Analyzer, TakesAccentsOffLatinLettersOnly) {
  EXPECT_EQ(terms("Café Ünal"), terms("cafe unal"));
  EXPECT_NE(terms("й"), terms("и"));
}

TEST(Analyzer, DoesNotSeeSoftHyphensAndZeroWidthCharacters) {
  EXPECT_EQ(terms("insur\xC2\xAD"
                  "ance"),
            terms("insurance"));
  EXPECT_EQ(terms("연\xE2\x80\x8B차"), terms("연차"));
}

TEST(Analyzer, BoundsTheLengthOfATerm) {
  const std::string a(5000, 'a'), b = std::string(4999, 'a') + "b";
  ASSERT_THAT(terms(a), SizeIs(1));
  EXPECT_LE(terms(a)[0].size(), 100U);
  EXPECT_NE(terms(a), terms(b)) << "long terms that differ stay different";
  for (const std::string& term : terms("x-" + std::string(3000, '1') + "-" + std::string(300, 'z'))) EXPECT_LE(term.size(), 100U);
}

TEST(Analyzer, SurvivesAnyBytes) {
  std::string text;
  std::uint32_t state = 1;
  for (int i = 0; i < 20000; ++i) text += static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  for (const std::string& term : terms(text)) EXPECT_LE(term.size(), 100U);
  EXPECT_THAT(terms("plan \xFF\xFE plan"), ElementsAre("plan", "plan"));
}

TEST(Analyzer, LeavesTheEndingThatAsksOutOfAKoreanQuestion) {
  EXPECT_THAT(asked("휴가는 며칠인가요?"), ElementsAre("휴가", "며칠"));
  EXPECT_THAT(asked("대표는 누구입니까"), ElementsAre("대표", "누구"));
  EXPECT_THAT(asked("언제 신청하나요"), ElementsAre("언제", "신청", "청하"));
  EXPECT_THAT(asked("있나요"), ElementsAre("있나")) << "of a short word something is left";
  EXPECT_THAT(terms("며칠인가요"), ElementsAre("며칠", "칠인", "인가", "가요")) << "stored texts keep them all";
}

TEST(Analyzer, IsNamedAfterWhatChangesStoredTerms) {
  EXPECT_NE(make_analyzer({.stem = false})->name(), default_analyzer().name());
  EXPECT_EQ(make_analyzer({.drop_particles = false})->name(), default_analyzer().name());
}

TEST(Analyzer, GivesTheSameTermsInEveryThread) {
  const std::string text = "Employees enrolled in the Northwind plan 연차휴가는 E-4417";
  const Terms expected = terms(text);
  std::vector<std::thread> threads;
  std::vector<int> same(4, 0);
  for (int& ok : same)
    threads.emplace_back([&] {
      ok = 1;
      for (int i = 0; i < 200; ++i) ok &= terms(text) == expected;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(same, testing::Each(1));
}

}  // namespace
}  // namespace rag
