#include "retrieve/eval/gold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "core/file.h"
#include "retrieve/eval/agreement.h"
#include "retrieve/eval/approximate_match.h"
#include "retrieve/eval/find_quote.h"
#include "retrieve/eval/gold_metrics.h"
#include "retrieve/eval/gold_places.h"
#include "tests/index/temporary_index.h"
#include "tests/retrieve/fakes.h"

namespace rag {
namespace {

std::size_t edit_distance(const std::u32string& a, const std::u32string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
      diagonal = above;
    }
  }
  return row[b.size()];
}

TEST(ClosestMatch, IsTheOneThatTryingEveryPartOfTheTextFinds) {
  std::mt19937 random(7);
  const auto made = [&](std::size_t size) {
    std::u32string text;
    for (std::size_t i = 0; i < size; ++i) text += U"ab가나"[random() % 4];
    return text;
  };
  for (int round = 0; round < 60; ++round) {
    // Patterns of more than 64 and of more than 128 rows, where carries go from block to block.
    const std::u32string pattern = made(1 + random() % (round % 3 == 0 ? 140 : 9)), text = made(random() % 40);
    const ApproximateMatch match = closest_match(pattern, text);
    std::size_t best = pattern.size();
    for (std::size_t begin = 0; begin <= text.size(); ++begin)
      for (std::size_t end = begin; end <= text.size(); ++end)
        best = std::min(best, edit_distance(pattern, text.substr(begin, end - begin)));
    EXPECT_EQ(match.distance, best);
    EXPECT_EQ(edit_distance(pattern, text.substr(match.begin, match.end - match.begin)), best);
  }
}

TEST(ClosestMatch, FindsALongTextThatWasChangedHereAndThere) {
  std::u32string pattern;
  for (int i = 0; i < 300; ++i) pattern += static_cast<char32_t>(U'가' + i * 31 % 997);
  std::u32string changed = pattern;
  changed.erase(200, 1);
  changed[65] = U'x';
  changed = changed.substr(0, 64) + U"y" + changed.substr(64);
  const ApproximateMatch match = closest_match(pattern, U"앞에 있는 글 " + changed + U" 뒤에 있는 글");
  EXPECT_EQ(match.distance, 3U);
  EXPECT_EQ(match.begin, 8U);
  EXPECT_EQ(match.end, 8 + changed.size());
}

std::string found(std::string_view text, const std::string& quote) {
  const QuoteSearch search = QuoteFinder(text).find(quote);
  std::string all;
  for (const QuotePlace& place : search.places) all += "[" + std::string(text.substr(place.span.begin, place.span.size())) + "]";
  return all;
}

TEST(QuoteFinder, FindsTheSameWordsInAnotherLayout) {
  EXPECT_EQ(found("Leave:\n\n- every employee has\n  twenty-\nfive DAYS a year.", "every employee has twenty-five days"),
            "[every employee has\n  twenty-\nfive DAYS]");
  EXPECT_EQ(found("연차 휴가는 1년에\n15일입니다.", "연차휴가는 1년에 15일"), "[연차 휴가는 1년에\n15일]");
  EXPECT_EQ(found("Fee: １，５００ won", "1500 won"), "[１，５００ won]") << "full-width digits, grouped thousands";
}

TEST(QuoteFinder, FindsEveryPlaceButNotWithinWordsAndNumbers) {
  EXPECT_EQ(found("10 of 2010, 10.5 or 1.10 and 10.", "10"), "[10][10]");
  EXPECT_EQ(found("start art Art", "art"), "[art]");
  EXPECT_EQ(found("임수경을 보냈다. 임수경", "임수경"), "[임수경][임수경]") << "particles follow";
}

TEST(QuoteFinder, FindsWhatWasChangedALittleAndSaysHowMuch) {
  const std::string text =
      "# Leave\n\nEvery full-time employee has 27 days of annual leave in a calendar year.\n\nSick leave is another matter.";
  const QuoteSearch search = QuoteFinder(text).find("Each full-time employee has 25 days of annual leave in the calendar year");
  ASSERT_EQ(search.places.size(), 1U);
  EXPECT_GT(search.places[0].similarity, 0.85);
  EXPECT_LT(search.places[0].similarity, 1);
  EXPECT_NEAR(static_cast<double>(search.places[0].span.begin), 9, 3);
  EXPECT_EQ(text.substr(search.places[0].span.end, 2), ".\n");
}

TEST(QuoteFinder, RefusesAnotherTextAndShortQuotesThatDiffer) {
  EXPECT_EQ(found("Every employee has 27 days of leave.", "25 days"), "");
  const QuoteSearch search = QuoteFinder("사내 주차장은 지하 2층에 있으며 방문 차량은 사전에 등록한다.")
                                 .find("출장비는 귀임 후 열흘 안에 영수증을 붙여 청구해야 합니다.");
  EXPECT_TRUE(search.places.empty());
  EXPECT_LT(search.closest.similarity, kLeastSimilarity);
  EXPECT_EQ(found("", "anything at all that is long enough"), "");
}

class GoldFile : public testing::Test {
 protected:
  std::vector<GoldItem> read(const std::string& content) {
    write_file_atomically(folder_.path() / "gold.jsonl", content);
    return read_gold(folder_.path() / "gold.jsonl");
  }
  TemporaryFolder folder_;
};

TEST_F(GoldFile, ReadsDocumentsPagesSpansAndQuotes) {
  const auto items = read(
      "{\"query\":\"q1\",\"document\":\"휴가.md\",\"grade\":2}\n\n{\"query\":\"q1\",\"document\":\"a.pdf\",\"page\":7}\n"
      "{\"query\":\"q2\",\"document\":\"b\",\"span\":{\"begin\":3,\"end\":9},\"content_hash\":\"ff\"}\n{\"query\":\"q2\",\"document\":"
      "\"b\",\"quote\":\"15일\"}\n");
  ASSERT_EQ(items.size(), 4U);
  EXPECT_EQ(items[0].grade, 2);
  EXPECT_EQ(items[1].page, 7);
  EXPECT_EQ(items[2].span, (Span{3, 9}));
  EXPECT_EQ(items[3].quote, "15일");
  EXPECT_EQ(items[3].line, 5U);
  std::string again;
  for (const GoldItem& item : items) again += gold_line(item);
  EXPECT_EQ(fingerprint_of(read(again)), fingerprint_of(items)) << "what is written reads back";
}

TEST_F(GoldFile, StandsInTheLinesOfTheQuestionsAsWell) {
  const std::string lines =
      "{\"_id\":\"q1\",\"question\":\"?\",\"evidence\":[{\"file\":\"a.pdf\",\"page\":7},{\"corpus-id\":\"b.md\",\"quote\":\"15일\"}]}\n"
      "{\"_id\":\"q2\",\"text\":\"?\",\"documents\":[\"c.md\"]}\n{\"_id\":\"q3\",\"text\":\"nobody knows\"}\n";
  const auto items = read(lines);
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(gold_line(items[0]), "{\"query\":\"q1\",\"document\":\"a.pdf\",\"page\":7,\"grade\":1}\n");
  EXPECT_EQ(items[1].document, "b.md");
  EXPECT_EQ(items[2].query, "q2");
  EXPECT_EQ(gold_in_questions(folder_.path() / "gold.jsonl").size(), 3U);
  write_file_atomically(folder_.path() / "gold.jsonl", "q1\tWho?\n");
  EXPECT_TRUE(gold_in_questions(folder_.path() / "gold.jsonl").empty());
  EXPECT_NE(message_of([&] { read("{\"_id\":\"q\",\"evidence\":\"a.pdf\"}\n"); }).find("gold.jsonl:1: \"evidence\" is not a list"), std::string::npos);
}

TEST_F(GoldFile, NamesTheLineOfWhatItCannotRead) {
  for (const char* line :
       {"nonsense", "[]", "{\"document\":\"a\"}", "{\"query\":\"q\"}", "{\"query\":\"q\",\"document\":\"a\",\"page\":-1}",
        "{\"query\":\"q\",\"document\":\"a\",\"page\":1.5}", "{\"query\":\"q\",\"document\":\"a\",\"grade\":99999999999}",
        "{\"query\":\"q\",\"document\":\"a\",\"span\":[1,2]}", "{\"query\":\"q\",\"document\":\"a\",\"span\":{\"begin\":5,\"end\":5}}",
        "{\"query\":\"q\",\"document\":\"a\",\"span\":{\"begin\":-1,\"end\":5}}", "{\"query\":\"q\",\"document\":\"a\",\"quote\":\"...\"}",
        "{\"query\":\"q\",\"document\":\"a\",\"quote\":[]}",
        "{\"query\":\"q\",\"document\":\"a\",\"page\":2,\"span\":{\"begin\":1,\"end\":5}}"})
    EXPECT_NE(message_of([&] { read(std::string("{\"query\":\"q\",\"document\":\"ok\"}\n") + line + "\n"); }).find("gold.jsonl:2: "),
              std::string::npos)
        << line;
  const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_NE(message_of([&] { read("{\"query\":\"q\",\"document\":\"a\",\"span\":" + nested + "}\n"); }).find("gold.jsonl:1: nested deeper than 256 levels"), std::string::npos);
  EXPECT_NE(message_of([&] { read("\n"); }).find("no gold in it"), std::string::npos);
  EXPECT_NE(message_of([&] {
              read("{\"query\":\"q\",\"document\":\"a\"}\n{\"query\":\"q\",\"document\":\"a\",\"grade\":2}\n");
            }).find("keep one of the two lines"),
            std::string::npos);
}

class PlacedInAnIndex : public testing::Test {
 protected:
  static constexpr const char* kText = "Leave in a year is 27 days for everybody.\n병가는 10일까지 유급이다.\nThe last line says nothing.";
  void SetUp() override {
    IndexedDocument with_pages = test_document("p", "First page.\nSecond page.");
    with_pages.document.pages = {{0, 1}, {12, 2}};
    IndexedDocument copy = test_document("copy", kText);
    copy.content_hash = sha256_hex(kText);
    store(folder_.index(), {test_document("a", kText), copy, with_pages});
    reader_ = open_index_reader(folder_.index());
  }
  PlacedGold place(const GoldItem& item) { return place_gold({item}, *reader_); }
  std::string text_at(const PlacedGold& gold) {
    const auto& places = gold.items.at("q").front().places;
    return places.empty() ? "" : reader_->text_of(places.front().document_id, places.front().span);
  }
  TemporaryFolder folder_;
  std::unique_ptr<IndexReader> reader_;
};

TEST_F(PlacedInAnIndex, FindsDocumentsByUriIdAndContentHashWithItsCopies) {
  EXPECT_EQ(place({.query = "q", .document = "folder/a"}).items.at("q")[0].places.size(), 1U);
  EXPECT_EQ(place({.query = "q", .document = "a"}).items.at("q")[0].label, "folder/a");
  EXPECT_EQ(place({.query = "q", .document = sha256_hex(kText)}).items.at("q")[0].places.size(), 2U);
  const PlacedGold none = place({.query = "q", .document = "gone.md", .line = 4});
  EXPECT_TRUE(none.items.at("q")[0].places.empty()) << "still to be found: it counts";
  EXPECT_EQ(none.not_stored, (std::vector<Wording>{{"line 4, query q: document gone.md is not in the collection", "4번째 줄, 질문 q: 문서 gone.md이(가) 컬렉션에 없음"}}));
}

TEST_F(PlacedInAnIndex, FindsPagesAndSaysWhereThereAreNone) {
  EXPECT_EQ(text_at(place({.query = "q", .document = "p", .page = 2})), "Second page.");
  EXPECT_EQ(place({.query = "q", .document = "p", .page = 3}).problems.size(), 1U);
  EXPECT_EQ(place({.query = "q", .document = "a", .page = 1}).problems.size(), 1U);
}

TEST_F(PlacedInAnIndex, TrustsASpanWhoseDocumentIsTheSame) {
  EXPECT_EQ(text_at(place({.query = "q", .document = "a", .span = Span{0, 5}, .content_hash = sha256_hex(kText)})), "Leave");
  const PlacedGold outside = place({.query = "q", .document = "a", .span = Span{0, 5000}, .content_hash = sha256_hex(kText)});
  EXPECT_NE(outside.problems.at(0).english.find("lies outside the"), std::string::npos);
  EXPECT_EQ(place({.query = "q", .document = "a", .span = Span{43, 46}}).problems.size(), 1U) << "within a character";
  EXPECT_EQ(place({.query = "q", .document = "a", .span = Span{0, 5}}).unchecked, 1U);
}

TEST_F(PlacedInAnIndex, FallsBackToTheQuoteWhereTheDocumentIsAnother) {
  const PlacedGold moved = place({.query = "q", .document = "a", .span = Span{0, 10}, .content_hash = "0123", .quote = "병가는 10일까지"});
  EXPECT_EQ(text_at(moved), "병가는 10일까지");
  EXPECT_EQ(moved.moved, 1U);
  const PlacedGold lost = place({.query = "q", .document = "a", .span = Span{0, 10}, .content_hash = "0123"});
  EXPECT_NE(lost.problems.at(0).english.find("taken from another version"), std::string::npos);
  // The same file read by another version of rag: the hash fits, the text does not.
  EXPECT_EQ(text_at(place({.query = "q", .document = "a", .span = Span{0, 10}, .content_hash = sha256_hex(kText), .quote = "27 days"})),
            "27 days");
}

// As many judgements of each pair of grades as the table says.
Agreement agreement_for(const std::vector<std::array<int, 3>>& table) {
  std::vector<GoldItem> first, second;
  for (const auto& [a, b, times] : table)
    for (int i = 0; i < times; ++i) {
      const std::string query = std::to_string(first.size());
      first.push_back({.query = query, .document = "d", .grade = a, .span = Span{0, 10}});
      second.push_back({.query = query, .document = "d", .grade = b, .span = Span{5, 30}});
    }
  return agreement_of(first, second);
}

TEST(Agreement, IsCohensKappa) {
  // The textbook's 20, 5, 10, 15; and a table of three grades.
  EXPECT_NEAR(*agreement_for({{{1, 1, 20}}, {{1, 0, 5}}, {{0, 1, 10}}, {{0, 0, 15}}}).kappa, 0.4, 1e-12);
  const Agreement graded = agreement_for({{{0, 0, 10}}, {{0, 1, 3}}, {{1, 1, 6}}, {{1, 2, 2}}, {{2, 0, 1}}, {{2, 2, 8}}});
  EXPECT_EQ(graded.both, 30U);
  EXPECT_NEAR(graded.observed, 0.8, 1e-12);
  EXPECT_NEAR(*graded.kappa, 0.6974789915966387, 1e-9);
  EXPECT_NEAR(*graded.weighted_kappa, 0.7893915756630265, 1e-9);
}

TEST(Agreement, IsNothingWhereChanceWouldAgreeAsWell) {
  EXPECT_FALSE(agreement_for({{{1, 1, 5}}}).kappa);
  EXPECT_EQ(agreement_for({{{1, 1, 5}}}).observed, 1);
  EXPECT_FALSE(agreement_for({}).kappa);
  const Agreement apart = agreement_of({{.query = "q", .document = "a", .span = Span{0, 10}}},
                                       {{.query = "q", .document = "a", .span = Span{8, 30}}, {.query = "q", .document = "b"}});
  EXPECT_EQ(apart.both, 0U);
  EXPECT_EQ(apart.only_first, 1U);
  EXPECT_EQ(apart.only_second, 2U);
}

const GoldPlace kAt100{"d", {100, 200}}, kAt300{"d", {300, 400}};
const std::vector<PlacedItem> kTwo = {{.label = "a", .grade = 1, .places = {kAt100}}, {.label = "b", .grade = 2, .places = {kAt300}}};

FoundChunk chunk(std::size_t begin, std::size_t end, const std::string& document = "d") {
  return {.label = std::to_string(begin), .document_id = document, .span = {begin, end}, .tokens = (end - begin) / 4};
}

double value(const char* metric, const std::vector<PlacedItem>& items, const std::vector<FoundChunk>& chunks) {
  return GoldRanking(items, chunks).score(parse_metric(metric));
}

TEST(GoldRanking, CoversAnItemByHalfOfTheSmallerOfTheTwo) {
  const std::vector<PlacedItem> one = {kTwo[0]};
  EXPECT_EQ(value("R@1", one, {chunk(150, 600)}), 1) << "half of the item";
  EXPECT_EQ(value("R@1", one, {chunk(151, 600)}), 0);
  EXPECT_EQ(value("R@1", one, {chunk(90, 110)}), 1) << "half of the chunk";
  EXPECT_EQ(value("R@1", one, {chunk(100, 200, "another")}), 0);
  EXPECT_EQ(GoldRanking(one, {chunk(150, 600)}, 0.6).score(parse_metric("R@1")), 0);
}

TEST(GoldRanking, GivesTheSecondChunkOfAnItemNothing) {
  // Rank 1: b, rank 2: b again, rank 3: a.
  const std::vector<FoundChunk> chunks = {chunk(290, 360), chunk(340, 410), chunk(100, 180)};
  EXPECT_EQ(value("R@2", kTwo, chunks), 0.5);
  EXPECT_EQ(value("R@3", kTwo, chunks), 1);
  EXPECT_NEAR(value("nDCG@3", kTwo, chunks), (2 + 1 / 2.0) / (2 + 1 / std::log2(3)), 1e-12);
  EXPECT_NEAR(value("AP", kTwo, chunks), (1 + 2 / 3.0) / 2, 1e-12);
  EXPECT_NEAR(value("P@3", kTwo, chunks), 2 / 3.0, 1e-12);
}

TEST(GoldRanking, NeverExceedsOneHoweverMuchAChunkHolds) {
  const std::vector<FoundChunk> whole = {chunk(0, 1000)};
  EXPECT_NEAR(value("nDCG", kTwo, whole), 1, 1e-12);
  EXPECT_NEAR(value("AP", kTwo, whole), 1, 1e-12);
  EXPECT_EQ(value("R@1", kTwo, whole), 1) << "both are in the first chunk";
  EXPECT_EQ(value("P@1", kTwo, whole), 1);
  // One chunk with both fills two places: what is irrelevant behind it does not push the third item down, a rank later it does.
  std::vector<PlacedItem> three = kTwo;
  three.push_back({.label = "c", .grade = 1, .places = {{"e", {0, 10}}}});
  EXPECT_NEAR(value("nDCG", three, {chunk(0, 1000), chunk(500, 600, "x"), chunk(0, 10, "e")}), 1, 1e-12);
  EXPECT_LT(value("nDCG", three, {chunk(0, 1000), chunk(500, 600, "x"), chunk(500, 600, "y"), chunk(0, 10, "e")}), 1);
}

TEST(GoldRanking, FindsNothingInAnEmptyRankingAndNothingThatThereIsNot) {
  for (const char* metric : {"nDCG@10", "AP", "RR", "P@5", "R@100", "Success@1", "Rprec", "Judged@10"}) {
    EXPECT_EQ(value(metric, kTwo, {}), 0) << metric;
    EXPECT_EQ(value(metric, {}, {chunk(0, 9)}), 0) << metric;
    EXPECT_EQ(value(metric, {{.label = "lost", .grade = 1, .places = {}}}, {chunk(0, 9)}), 0) << metric;
  }
  EXPECT_EQ(GoldRanking({}, {}).recall_within(100), 0);
  EXPECT_EQ(GoldRanking({}, {}).byte_precision(5), 0);
}

TEST(GoldRanking, CountsWhatFitsIntoABudgetOfTokens) {
  const std::vector<FoundChunk> chunks = {chunk(280, 400), chunk(0, 240)};  // 30 and 60 tokens
  const GoldRanking ranking(kTwo, chunks);
  EXPECT_EQ(ranking.recall_within(10), 0) << "the first 40 bytes of it are not half of the item";
  EXPECT_EQ(ranking.recall_within(30), 0.5);
  EXPECT_EQ(ranking.recall_within(60), 0.5) << "30 tokens of the second chunk reach to byte 120";
  EXPECT_EQ(ranking.recall_within(90), 1);
}

TEST(GoldRanking, SaysWhatShareOfTheBytesWasGold) {
  EXPECT_NEAR(GoldRanking(kTwo, {chunk(150, 250), chunk(100, 200)}).byte_precision(1), 0.5, 1e-12);
  EXPECT_NEAR(GoldRanking(kTwo, {chunk(150, 250), chunk(100, 200)}).byte_precision(2), 0.5, 1e-12)
      << "200 bytes read, 100 of them gold and new";
}

}  // namespace
}  // namespace rag
