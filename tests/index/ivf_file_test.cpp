#include "index/ivf_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/hash.h"
#include "expect_error.h"
#include "index/vector_code.h"
#include "ivf_fixture.h"

namespace rag {
namespace {

// 60 vectors in a few lists: small enough to try every byte.
class IvfFileDamage : public testing::Test {
 protected:
  IvfFileDamage() {
    vectors_.add_segment(vectors_.draw(60));
    vectors_.build(none_);
    sound_ = read_file(vectors_.file());
  }
  void write(const std::string& bytes) const { std::ofstream(vectors_.file(), std::ios::binary | std::ios::trunc) << bytes; }

  ChunkSet none_;
  ClusteredVectors vectors_{5};
  std::string sound_;
};

TEST_F(IvfFileDamage, IsNoticedWhateverByteItHits) {
  const std::vector<float> query = vectors_.draw(1);
  const auto exact = vectors_.flat(none_)->search(query, 60, nullptr);
  std::size_t refused = 0, searched = 0;
  for (std::size_t i = 0; i < sound_.size(); ++i) {
    std::string flipped = sound_;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
    write(flipped);
    try {
      const auto index = vectors_.ivf(none_);
      // All rows are wanted, so every list is looked into: one is damaged, and the answer is the exact one all the same.
      const auto hits = index->search(query, 60, nullptr, through_lists(1));
      ASSERT_EQ(hits.size(), exact.size()) << "byte " << i;
      for (std::size_t h = 0; h < hits.size(); ++h) ASSERT_EQ(hits[h].chunk, exact[h].chunk) << "byte " << i;
      EXPECT_FALSE(index->searches_lists(through_lists(1))) << "byte " << i << ": from then on it is exact";
      ++searched;
    } catch (const Error& error) {
      EXPECT_TRUE(error.kind() == ErrorKind::Corrupt || error.kind() == ErrorKind::Mismatch) << error.what();
      ++refused;
    }
  }
  EXPECT_GT(refused, 128U) << "header and tables are checked on opening";
  EXPECT_GT(searched, 1000U) << "lists are when they are looked into";
}

TEST_F(IvfFileDamage, IsNoticedInACutOrLongerFile) {
  for (std::size_t size = 0; size < sound_.size(); size += 61) {
    write(sound_.substr(0, size));
    EXPECT_THROW(vectors_.open(), Error) << "cut to " << size;
  }
  write(sound_ + "more");
  expect_error(ErrorKind::Corrupt, "expected", [&] { vectors_.open(); });
  write(std::string(4096, 'x'));
  expect_error(ErrorKind::Corrupt, "vectors.ivf: damaged: not a file of vector lists", [&] { vectors_.open(); });
}

TEST_F(IvfFileDamage, IsToldFromAnotherVersion) {
  std::string newer = sound_;
  newer[8] = 2;
  const std::uint64_t checksum = checksum64(newer.substr(0, 120));
  newer.replace(120, 8, reinterpret_cast<const char*>(&checksum), 8);
  write(newer);
  expect_error(ErrorKind::Mismatch, "format 2, this build reads format 1", [&] { vectors_.open(); });
}

TEST_F(IvfFileDamage, IsToldFromAHeaderThatClaimsWhatCannotBe) {
  // With a right checksum, as no accident makes it: nothing may be read outside the file.
  for (const std::size_t field : {12UL, 16UL, 24UL, 32UL, 40UL, 48UL, 56UL, 64UL})
    for (const std::uint64_t claim : {std::uint64_t{0}, std::uint64_t{1} << 31, ~std::uint64_t{0} / 32, ~std::uint64_t{0}}) {
      std::string lying = sound_;
      lying.replace(field, field == 12 ? 4 : 8, reinterpret_cast<const char*>(&claim), field == 12 ? 4 : 8);
      const std::uint64_t checksum = checksum64(lying.substr(0, 120));
      lying.replace(120, 8, reinterpret_cast<const char*>(&checksum), 8);
      write(lying);
      EXPECT_THROW(vectors_.open(), Error) << "field at " << field << ", " << claim;
    }
}

TEST_F(IvfFileDamage, DoesNotComeFromWritingWithoutAnEnd) {
  const TemporaryFolder folder;
  { IvfFileWriter writer(folder.path() / "v", 16, 1, {}, {IvfList{.rows = 3}}); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(IvfFileDamage, IsNotMadeByBuildingTwice) {
  vectors_.build(none_);
  EXPECT_EQ(read_file(vectors_.file()), sound_) << "the same vectors give the same file";
}

TEST(VectorCode, ScoresNearlyAsTheVectorsThemselves) {
  ClusteredVectors vectors;
  const std::vector<float> rows = vectors.draw(500), query = vectors.draw(1);
  const std::size_t dimension = ClusteredVectors::kDimension, bytes = coded_row_bytes(dimension);
  std::string coded(500 * bytes, '\0');
  for (std::size_t row = 0; row < 500; ++row) encode_row(row_of(rows, row), static_cast<std::int64_t>(row) + 5, coded.data() + row * bytes);
  std::vector<float> scores(500);
  CodedQuery(query).score(coded.data(), 500, 0.5F, scores.data());
  for (std::size_t row = 0; row < 500; ++row) {
    EXPECT_EQ(id_of_coded_row(coded.data() + row * bytes), static_cast<std::int64_t>(row) + 5);
    double product = 0.5;
    for (std::size_t i = 0; i < dimension; ++i) product += double{query[i]} * rows[row * dimension + i];
    EXPECT_NEAR(scores[row], product, .05);
  }
}

TEST(VectorCode, HoldsTheLargestProductsThereCanBe) {
  // Everywhere the largest code and the largest number: sums of 16 bits must not run over, whatever the dimension.
  for (const std::size_t dimension : {1UL, 63UL, 64UL, 65UL, 256UL, 384UL, 1000UL, 4096UL}) {
    std::vector<float> row(dimension, 1.0F), query(dimension, 1.0F);
    row[0] = 0;
    query[0] = dimension > 1 ? 0.0F : 1.0F;
    std::string coded(coded_row_bytes(dimension), '\0');
    encode_row(row, 1, coded.data());
    float score = 0;
    CodedQuery(query).score(coded.data(), 1, 0, &score);
    EXPECT_NEAR(score, static_cast<float>(dimension - 1), 1e-3 * static_cast<double>(dimension)) << dimension;
  }
}

}  // namespace
}  // namespace rag
