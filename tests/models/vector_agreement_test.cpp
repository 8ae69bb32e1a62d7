#include "models/vector_agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace rag {
namespace {

Embeddings rows_of(std::size_t dimension, std::vector<float> values) {
  return {.rows = values.size() / dimension, .dimension = dimension, .values = std::move(values), .cut_tokens = {}};
}

Embeddings random_rows(std::size_t rows, std::size_t dimension) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  std::vector<float> values(rows * dimension);
  for (float& value : values) value = normal(random);
  return rows_of(dimension, values);
}

TEST(VectorAgreement, IsFullBetweenTheSameVectors) {
  const Embeddings rows = random_rows(30, 8);
  const VectorAgreement agreement = vector_agreement(rows, rows);
  EXPECT_NEAR(agreement.cosine_mean, 1, 1e-9);
  EXPECT_NEAR(agreement.cosine_min, 1, 1e-9);
  EXPECT_EQ(agreement.neighbours, 1);
  EXPECT_EQ(agreement.depth, 10U);
}

TEST(VectorAgreement, LooksAtDirectionsNotAtLengths) {
  const Embeddings rows = random_rows(30, 8);
  Embeddings longer = rows;
  for (float& value : longer.values) value *= 3;
  const VectorAgreement agreement = vector_agreement(rows, longer);
  EXPECT_NEAR(agreement.cosine_min, 1, 1e-6);
  EXPECT_EQ(agreement.neighbours, 1);
}

TEST(VectorAgreement, GivesMeanLeastAndTheOneInTwenty) {
  std::vector<float> exact, other;
  for (int i = 0; i < 40; ++i) exact.insert(exact.end(), {1, 0});
  for (int i = 0; i < 38; ++i) other.insert(other.end(), {1, 0});
  other.insert(other.end(), {0, 1, 0.6F, 0.8F});
  const VectorAgreement agreement = vector_agreement(rows_of(2, exact), rows_of(2, other));
  EXPECT_NEAR(agreement.cosine_mean, (38 + 0 + 0.6) / 40, 1e-6);
  EXPECT_NEAR(agreement.cosine_min, 0, 1e-6);
  EXPECT_NEAR(agreement.cosine_p05, 1, 1e-6);  // two of forty are below, and two are a twentieth
}

TEST(VectorAgreement, CountsNeighboursThatStay) {
  // Twelve points on an arc: each one's ten nearest are all others but the farthest.  Then the first point moves to the other end.
  std::vector<float> exact, other;
  for (int i = 0; i < 12; ++i) {
    const float angle = 0.1F * static_cast<float>(i), moved = i == 0 ? 1.2F : angle;
    exact.insert(exact.end(), {std::cos(angle), std::sin(angle)});
    other.insert(other.end(), {std::cos(moved), std::sin(moved)});
  }
  // Farthest before: 11 for the points 0 to 5, 0 for the others.  After: 1 for point 0, 0 for 1 to 6, 1 for 7 to 11.  All but 6 lose one.
  EXPECT_NEAR(vector_agreement(rows_of(2, exact), rows_of(2, other)).neighbours, (11 * 9 + 10) / 120.0, 1e-9);
}

TEST(VectorAgreement, TakesRowsOfZerosForEqualAndNothingElse) {
  EXPECT_EQ(vector_agreement(rows_of(2, {0, 0}), rows_of(2, {0, 0})).cosine_min, 1);
  EXPECT_EQ(vector_agreement(rows_of(2, {0, 0}), rows_of(2, {1, 0})).cosine_min, 0);
}

TEST(VectorAgreement, CountsWhatIsNoNumberAsNoAgreement) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const VectorAgreement agreement = vector_agreement(rows_of(2, {1, 0, 0, 1}), rows_of(2, {nan, 0, 0, 1}));
  EXPECT_EQ(agreement.cosine_min, 0);
  EXPECT_NEAR(agreement.cosine_mean, 0.5, 1e-9);
}

TEST(VectorAgreement, HasNoNeighboursForOneText) {
  const VectorAgreement agreement = vector_agreement(rows_of(2, {1, 0}), rows_of(2, {1, 0}));
  EXPECT_EQ(agreement.depth, 0U);
  EXPECT_EQ(agreement.neighbours, 1);
}

}  // namespace
}  // namespace rag
