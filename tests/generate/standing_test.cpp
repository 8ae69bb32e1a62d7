#include "generate/standing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "generate/generator.h"
#include "passages.h"

namespace rag {
namespace {

using testing::passage;

constexpr int kToday = 20250601;

Passage dated(std::string uri, std::string text, std::string title, Metadata metadata) {
  Passage made = passage(std::move(uri), std::move(text), std::move(title));
  made.metadata = std::move(metadata);
  return made;
}

Answer ask(const std::string& question, const std::vector<Passage>& passages) {
  return make_extractive_generator()->answer(question, passages);
}

TEST(Standing, ReadsMetadata) {
  const std::vector<Standing> standings = standings_of(
      std::vector{dated("a.md", "x", "Badges", {{"effective", {"2022-02-01"}}, {"superseded", {"2025-03-01"}}}),
                  dated("b.md", "x", "명찰", {{"시행일", {"2024-03-01"}}}), dated("c.md", "x", "Keys", {{"status", {"Draft"}}}),
                  dated("d.md", "x", "Doors", {{"expires", {"2031-01-01"}}})},
      kToday);
  EXPECT_TRUE(standings[0].withdrawn);
  EXPECT_EQ(standings[0].until, 20250301);
  EXPECT_EQ(standings[1].from, 20240301);
  EXPECT_FALSE(standings[1].outdated());
  EXPECT_TRUE(standings[2].draft);
  EXPECT_FALSE(standings[3].outdated()) << "it ends after today";
}

TEST(Standing, ReadsTitlesFileNamesAndFirstLines) {
  Passage withdrawn = passage("gates.txt", "Gates. This page was written in 2019 and is no longer in force.", "Gates"), other = withdrawn;
  other.chunk.document_id = "other";
  other.chunk.text = "The old gate is no longer in force as a boundary.";
  const std::vector<Standing> standings = standings_of(
      std::vector{passage("rules-draft.md", "x", "Rules"), passage("r.md", "x", "주차 규정 (폐지)"), withdrawn, other}, kToday);
  EXPECT_TRUE(standings[0].draft);
  EXPECT_TRUE(standings[1].withdrawn);
  EXPECT_TRUE(standings[2].withdrawn);
  EXPECT_FALSE(standings[3].outdated()) << "that is said of something else";
}

TEST(Standing, FindsTheNewerTextOfTheSameSubject) {
  const std::vector<Standing> standings = standings_of(
      std::vector{passage("parking-2021.md", "x", "Parking 2021"), passage("parking-2024.pdf", "x", "Parking 2024"),
                  passage("gym-2019.md", "x", "Gym 2019"), passage("c.jsonl#2020", "x", "Moon"), passage("c.jsonl#2021", "x", "Sun")},
      kToday);
  EXPECT_TRUE(standings[0].older);
  EXPECT_FALSE(standings[1].outdated());
  EXPECT_FALSE(standings[2].outdated()) << "nothing newer is about it";
  EXPECT_FALSE(standings[3].outdated()) << "an id is no name";
}

const std::vector<Passage>& two_policies() {
  static const std::vector<Passage> passages = {
      dated("canteen-2021.md", "A canteen voucher is worth 6 euros a day.", "Canteen vouchers 2021", {{"effective", {"2021-01-01"}}}),
      dated("canteen-2024.md", "Since this year a canteen voucher is worth 8 euros each day.", "Canteen vouchers 2024",
            {{"effective", {"2024-01-01"}}})};
  return passages;
}

TEST(ExtractiveGenerator, PrefersTheNewerDocument) {
  const Answer answer = ask("How much is a canteen voucher worth a day?", two_policies());
  EXPECT_EQ(answer.text, "Since this year a canteen voucher is worth 8 euros each day. [1]");
  EXPECT_EQ(answer.citations.front().uri, "canteen-2024.md");
}

TEST(ExtractiveGenerator, AsksTheOlderDocumentAboutItsYearAndSaysSo) {
  const Answer answer = ask("How much was a canteen voucher worth a day in 2022?", two_policies());
  EXPECT_EQ(answer.text, "A canteen voucher is worth 6 euros a day. (from an older document: Canteen vouchers 2021) [1]");
  EXPECT_EQ(answer.citations.front().quote, "A canteen voucher is worth 6 euros a day.");
}

TEST(ExtractiveGenerator, SaysThatItsOnlySourceIsOutOfForce) {
  const Answer answer =
      ask("식권은 하루에 얼마인가요?",
          {dated("식권.md", "식권은 하루에 7,000원이다. 이 기준은 2022년에 폐지되었다.", "식권 기준", {{"폐지일", {"2022-05-01"}}})});
  EXPECT_EQ(answer.text, "식권은 하루에 7,000원이다. (지금은 효력이 없는 문서: 식권 기준) [1]");
}

TEST(ExtractiveGenerator, DoesNotQuoteADraftWhereARuleIsInForce) {
  const Answer answer =
      ask("회의실 예약은 몇 시간까지 되나요?", {passage("회의실-초안.md", "회의실 예약은 4시간까지 된다.", "회의실 (초안)"),
                                                passage("회의실.md", "회의실 예약은 2시간까지 된다.", "회의실")});
  EXPECT_EQ(answer.text, "회의실 예약은 2시간까지 된다. [1]");
}

}  // namespace
}  // namespace rag
