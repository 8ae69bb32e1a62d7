#include "index/vector_lists.h"

#include <gtest/gtest.h>

#include "expect_error.h"
#include "index/layout.h"
#include "index/maintenance.h"
#include "ivf_fixture.h"

namespace rag {
namespace {

using Kind = VectorListsState::Kind;

// An index of 300 chunks in documents of ten.
class VectorLists : public testing::Test {
 protected:
  VectorLists() { store_documents(0, 30); }

  void store_documents(int from, int to) const {
    std::vector<IndexedDocument> documents;
    for (int i = from; i < to; ++i) {
      std::string text;
      for (int line = 0; line < 10; ++line) text += (line ? "\n" : "") + ("line " + std::to_string(line) + " of " + std::to_string(i));
      documents.push_back(test_document("d" + std::to_string(i), text));
    }
    store(index(), documents);
  }
  void remove(int from, int to) const {
    const auto writer = open_existing_index_writer(index());
    for (int i = from; i < to; ++i) writer->remove("d" + std::to_string(i));
    writer->commit();
  }
  bool update(const VectorSearchOptions& options = through_lists()) const {
    Silence silence;
    return update_vector_lists(index(), options, silence);
  }
  VectorListsState state(ListCheck check = ListCheck::Tables) const { return vector_lists_state(index(), check); }
  std::filesystem::path index() const { return folder_.index(); }
  std::filesystem::path file() const { return ivf_file(index()); }

  // What a search through lists finds must be what the exact one finds: all of it is asked for.
  void expect_right_answers() const {
    const auto reader = open_index_reader(index());
    const auto exact = reader->vectors().search(test_vector("x"), 100000, nullptr, {.method = VectorMethod::Exact});
    const auto found = reader->vectors().search(test_vector("x"), 100000, nullptr, through_lists(1));
    ASSERT_EQ(exact.size(), reader->statistics().chunks);
    ASSERT_EQ(found.size(), exact.size());
    for (std::size_t i = 0; i < exact.size(); ++i) EXPECT_EQ(found[i].chunk, exact[i].chunk);
  }
  bool searches_lists() const { return open_index_reader(index())->vectors().searches_lists(through_lists(1)); }

  TemporaryFolder folder_;
};

TEST_F(VectorLists, AreMadeWhereTheyAreWanted) {
  EXPECT_EQ(state().kind, Kind::None);
  EXPECT_FALSE(searches_lists());
  EXPECT_FALSE(update({})) << "a small index is searched exactly";
  EXPECT_FALSE(update({.method = VectorMethod::Exact, .ivf_from = 0}));
  EXPECT_FALSE(update({.ivf_from = 300}));
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_TRUE(update({.ivf_from = 299}));
  EXPECT_FALSE(update()) << "they are there";
  const VectorListsState made = state();
  EXPECT_EQ(made.kind, Kind::Sound);
  EXPECT_EQ(made.lists, lists_for(300));
  EXPECT_EQ(made.chunks, 300U);
  EXPECT_EQ(made.newer + made.dead, 0U);
  EXPECT_EQ(made.bytes, std::filesystem::file_size(file()));
  EXPECT_TRUE(searches_lists());
  expect_right_answers();
}

TEST_F(VectorLists, AreMadeAnewWhenAFifthHasChanged) {
  update();
  store_documents(30, 36);
  EXPECT_EQ(state().newer, 60U);
  expect_right_answers();
  EXPECT_FALSE(update()) << "60 of 360";
  remove(0, 3);
  EXPECT_EQ(state().dead, 30U);
  expect_right_answers();
  EXPECT_TRUE(update()) << "60 newer and 30 dead of 330";
  EXPECT_EQ(state().chunks, 330U);
  EXPECT_EQ(state().newer + state().dead, 0U);
  expect_right_answers();
}

TEST_F(VectorLists, OfSegmentsThatWereMergedAreStaleAndHarmless) {
  update();
  remove(0, 1);
  open_existing_index_writer(index())->compact();
  EXPECT_EQ(state().kind, Kind::Stale);
  EXPECT_EQ(state().newer, 290U);
  EXPECT_FALSE(searches_lists());
  expect_right_answers();
  EXPECT_TRUE(update());
  EXPECT_EQ(state().kind, Kind::Sound);
  expect_right_answers();
}

TEST_F(VectorLists, OfAnotherIndexAreNotBelieved) {
  update();
  const TemporaryFolder other;
  store(other.index(), {test_document("a", "one\ntwo\nthree")});
  std::filesystem::create_directories(ivf_file(other.index()).parent_path());
  std::filesystem::copy_file(file(), ivf_file(other.index()));
  EXPECT_EQ(vector_lists_state(other.index()).kind, Kind::Stale) << "a segment of the same number has another checksum";
  EXPECT_EQ(open_index_reader(other.index())->vectors().search(test_vector("x"), 10, nullptr, through_lists(1)).size(), 3U);
}

TEST_F(VectorLists, ThatAreDamagedCostTimeAndNoAnswer) {
  update();
  const auto size = std::filesystem::file_size(file());
  for (const std::uint64_t at : {std::uint64_t{4}, std::uint64_t{130}, std::uint64_t{size / 2}, std::uint64_t{size - 100}}) {
    flip_byte(file(), at);
    EXPECT_EQ(state(ListCheck::EveryByte).kind, Kind::Damaged) << at;
    EXPECT_FALSE(state(ListCheck::EveryByte).trouble.empty());
    expect_right_answers();
    flip_byte(file(), at);
  }
  EXPECT_EQ(state(ListCheck::EveryByte).kind, Kind::Sound);
}

TEST_F(VectorLists, ThatASearchFoundDamagedAreMadeAnewAtTheNextRun) {
  update();
  const auto size = std::filesystem::file_size(file());
  flip_byte(file(), size / 2);
  EXPECT_EQ(state().kind, Kind::Sound) << "what reads only the tables cannot know";
  expect_right_answers();
  EXPECT_EQ(state().kind, Kind::Damaged) << "the search has told";
  EXPECT_TRUE(state().trouble.starts_with("damaged: wrong checksum of list ")) << state().trouble;
  EXPECT_TRUE(update()) << "made anew";
  EXPECT_EQ(state(ListCheck::EveryByte).kind, Kind::Sound);
  EXPECT_FALSE(std::filesystem::exists(ivf_damage_file(index())));
}

TEST_F(VectorLists, AreNotJudgedByANoteOfAnotherFileOrByRubbish) {
  update();
  const auto size = std::filesystem::file_size(file());
  flip_byte(file(), size - 100);
  expect_right_answers();
  const std::string note = read_file(ivf_damage_file(index()));
  store_documents(30, 60);
  EXPECT_TRUE(update());
  for (const std::string& text : {note, std::string(), std::string("17"), std::string("x y\n"), std::string(100000, '1'), note + note}) {
    write_file_atomically(ivf_damage_file(index()), text);
    EXPECT_EQ(state().kind, Kind::Sound) << text.substr(0, 80);
  }
}

TEST_F(VectorLists, ThatAreDamagedWhereNothingMayBeWrittenAreSearchedAround) {
  update();
  flip_byte(file(), std::filesystem::file_size(file()) / 2);
  std::filesystem::create_directory(ivf_damage_file(index()));
  expect_right_answers();
  EXPECT_EQ(state().kind, Kind::Sound);
  EXPECT_EQ(state(ListCheck::EveryByte).kind, Kind::Damaged);
}

TEST_F(VectorLists, ThatAreDamagedAreFoundByVerifyAndTakenAwayByRepair) {
  Silence silence;
  update();
  EXPECT_TRUE(verify_index(index(), true, silence).empty());
  flip_byte(file(), std::filesystem::file_size(file()) - 100);
  const auto findings = verify_index(index(), false, silence);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].where, file().string());
  EXPECT_TRUE(findings[0].what.starts_with("damaged: wrong checksum of list")) << findings[0].what;
  EXPECT_TRUE(findings[0].repairable);
  EXPECT_EQ(repair_index(index(), test_embed, silence).files_removed, 1U);
  EXPECT_EQ(state().kind, Kind::None);
  EXPECT_TRUE(verify_index(index(), true, silence).empty());
}

TEST_F(VectorLists, MayBeDeletedAtAnyTime) {
  update();
  const auto reader = open_index_reader(index());
  reader->vectors();
  std::filesystem::remove_all(file().parent_path());
  EXPECT_EQ(reader->vectors().search(test_vector("x"), 10, nullptr, through_lists(1)).size(), 10U) << "what is mapped stays";
  EXPECT_EQ(state().kind, Kind::None);
  expect_right_answers();
}

TEST_F(VectorLists, OfALaterGenerationServeAnEarlierReader) {
  const auto before = open_index_reader(index());
  store_documents(30, 60);
  remove(0, 5);
  update();
  EXPECT_EQ(before->vectors().search(test_vector("x"), 100000, nullptr, through_lists(1)).size(), 300U) << "documents that it sees, and the lists have not";
}

TEST_F(VectorLists, AreNotMadeWhileSomebodyWrites) {
  const auto writer = open_existing_index_writer(index());
  expect_error(ErrorKind::Usage, "", [&] { update(); });
  EXPECT_EQ(state().kind, Kind::None);
}

TEST_F(VectorLists, LeaveNothingBehindWhenInterrupted) {
  struct Interrupt final : Progress {
    void update(std::string_view what, std::size_t, std::size_t) override {
      if (what == "writing vector lists") throw Error(ErrorKind::Interrupted, "interrupted");
    }
  } interrupt;
  EXPECT_THROW(update_vector_lists(index(), through_lists(), interrupt), Error);
  EXPECT_TRUE(std::filesystem::is_empty(file().parent_path()));
  EXPECT_TRUE(update());
}

TEST_F(VectorLists, OfAnEmptyIndexAreNotWanted) {
  remove(0, 30);
  EXPECT_FALSE(update());
  EXPECT_EQ(state().kind, Kind::None);
}

}  // namespace
}  // namespace rag
