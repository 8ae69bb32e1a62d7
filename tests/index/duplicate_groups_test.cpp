#include "index/duplicate_groups.h"

#include <gtest/gtest.h>

#include "core/shingles.h"
#include "index/catalog.h"
#include "temporary_index.h"

namespace rag {
namespace {

using Groups = std::vector<std::vector<std::size_t>>;

// `count` made words; the words from `edited` on are others for every `version`.
std::string prose(std::size_t seed, std::size_t count, std::size_t edited = 1000000, std::size_t version = 0) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += "w" + std::to_string(seed) + "x" + std::to_string(i) + (i >= edited ? "v" + std::to_string(version) : "") + " ";
  return text;
}

Groups group(const std::vector<std::string>& texts, double at_least = kNearDuplicate) {
  StoredSignatures signatures;
  for (const std::string& text : texts) signatures.add(*text_signature(text));
  return group_signatures(signatures, at_least);
}

TEST(GroupSignatures, FindsNothingAmongDifferentTexts) {
  EXPECT_TRUE(group({}).empty());
  EXPECT_TRUE(group({prose(1, 200), prose(2, 200), prose(3, 200)}).empty());
}

TEST(GroupSignatures, PutsCopiesTogether) {
  EXPECT_EQ(group({prose(1, 200), prose(2, 200), prose(1, 200), prose(3, 200), prose(2, 200), prose(1, 200)}), (Groups{{0, 2, 5}, {1, 4}}));
}

TEST(GroupSignatures, PutsTextsTogetherThatDifferALittle) {
  EXPECT_EQ(group({prose(1, 400, 390, 1), prose(1, 400, 390, 2)}), (Groups{{0, 1}}));  // .95
  EXPECT_TRUE(group({prose(1, 400, 300, 1), prose(1, 400, 300, 2)}).empty());           // .60
}

TEST(GroupSignatures, JoinsWhatHangsTogether) {
  // Each resembles the next by .9 or so, the first the last by less than .85.
  std::vector<std::string> versions;
  for (std::size_t i = 0; i < 6; ++i) versions.push_back(prose(1, 400).substr(prose(1, 15 * i).size()) + prose(2, 15 * i));
  EXPECT_LT(overlap_of(shingles_of(versions.front()), shingles_of(versions.back())).resemblance, 0.7);
  EXPECT_EQ(group(versions), (Groups{{0, 1, 2, 3, 4, 5}}));
}

TEST(GroupSignatures, MissesFewPairsAndMakesNoneUp) {
  std::size_t found = 0;
  constexpr std::size_t kPairs = 200;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < kPairs; ++i)
    for (const std::size_t version : {1, 2}) texts.push_back(prose(i, 300, 290, version));  // .93
  for (const std::vector<std::size_t>& pair : group(texts)) {
    ASSERT_EQ(pair.size(), 2U);
    EXPECT_EQ(pair[0] / 2, pair[1] / 2);
    ++found;
  }
  EXPECT_GE(found, kPairs * 95 / 100);
}

TEST(GroupSignatures, TakesManyCopiesAtOnce) {
  StoredSignatures signatures;  // more than stay in memory
  for (std::size_t i = 0; i < 20000; ++i) signatures.add(*text_signature(prose(1, 100)));
  const Groups groups = group_signatures(signatures, kNearDuplicate);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].size(), 20000U);
}

std::vector<std::string> ids_of(const DuplicateGroup& group) {
  std::vector<std::string> ids;
  for (const DuplicateMember& member : group.members) ids.push_back(member.document.id);
  return ids;
}

class FindDuplicates : public testing::Test {
 protected:
  FindDuplicates() {
    store(folder_.index(), {test_document("a", prose(1, 200)), test_document("b", prose(2, 200)), test_document("c", prose(1, 200)),
                            test_document("d", prose(1, 200, 195, 7)), test_document("e", "연차 휴가는 15일입니다."), test_document("f", "연차 휴가는 15일입니다.")});
  }
  std::vector<DuplicateGroup> find(const DuplicateOptions& options = {}) {
    std::vector<DuplicateGroup> groups;
    const std::size_t all = visit_duplicates(*open_index_reader(folder_.index()), options, [&](const DuplicateGroup& group) { groups.push_back(group); });
    EXPECT_EQ(groups.size(), all);
    return groups;
  }
  TemporaryFolder folder_;
};

TEST_F(FindDuplicates, ListsGroupsByUriWithTheirLikeness) {
  const std::vector<DuplicateGroup> groups = find();
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(ids_of(groups[0]), (std::vector<std::string>{"a", "c", "d"}));
  EXPECT_EQ(ids_of(groups[1]), (std::vector<std::string>{"e", "f"}));
  const std::vector<DuplicateMember>& members = groups[0].members;
  EXPECT_EQ(members[0].text_hash, members[1].text_hash);
  EXPECT_NE(members[0].text_hash, members[2].text_hash);
  EXPECT_EQ(members[1].resemblance, 1);
  EXPECT_LT(members[2].resemblance, 1);
}

TEST_F(FindDuplicates, ListsOnlyTheSameTextsWhereAsked) {
  const std::vector<DuplicateGroup> groups = find({.exact = true});
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(ids_of(groups[0]), (std::vector<std::string>{"a", "c"}));
}

TEST_F(FindDuplicates, LeavesOutWhatIsNotAccepted) {
  const auto groups = find({.accept = [](const DocumentRecord& document) { return document.id != "c" && document.id != "e"; }});
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(ids_of(groups[0]), (std::vector<std::string>{"a", "d"}));
}

TEST_F(FindDuplicates, ForgetsWhatWasRemovedOrChanged) {
  {
    const auto writer = open_index_writer(folder_.index(), test_settings());
    writer->remove("f");
    writer->put(test_document("c", prose(9, 200)));
    writer->rename("d", "z", "folder/z", "folder/z");
    writer->commit();
  }
  const std::vector<DuplicateGroup> groups = find();
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(ids_of(groups[0]), (std::vector<std::string>{"a", "z"}));
}

TEST_F(FindDuplicates, TakesADamagedSignatureForNone) {
  {
    const auto catalog = open_catalog_for_writing(folder_.index());
    catalog->execute("UPDATE signatures SET minhash = zeroblob(256)");
  }
  EXPECT_TRUE(find().empty());
}

}  // namespace
}  // namespace rag
