#include "index/spherical_kmeans.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "ivf_fixture.h"

namespace rag {
namespace {

constexpr std::size_t kDimension = ClusteredVectors::kDimension;

TEST(SphericalKmeans, AsksForAFewThousandRowsAtATimeAndGoesThroughAll) {
  const std::vector<float> rows = ClusteredVectors(10).draw(9000);
  std::size_t most = 0, in_all = 0;
  std::vector<float> piece;  // valid until the next call, and no longer
  const RowsToCluster source{.count = 9000, .dimension = kDimension, .read = [&](std::size_t begin, std::size_t end) {
                               most = std::max(most, end - begin);
                               if (end - begin > 1) in_all += end - begin;
                               piece.assign(rows.begin() + static_cast<std::ptrdiff_t>(begin * kDimension), rows.begin() + static_cast<std::ptrdiff_t>(end * kDimension));
                               return std::span<const float>(piece);
                             }};
  std::size_t done = 0;
  const std::vector<float> directions = cluster_directions(source, 40, [&](std::size_t now, std::size_t) { done = now; });
  EXPECT_LE(most, 4096U);
  EXPECT_EQ(in_all, done) << "every row once in every round";
  EXPECT_LE(directions.size(), 40 * kDimension);
  const NearestDirection nearest(directions, kDimension);
  const auto found = nearest.find(std::span(rows).first(1000 * kDimension));
  const auto near = std::ranges::count_if(found, [](const NearestDirection::Nearest& it) { return it.product > 0.7F; });
  EXPECT_GT(near, 900) << "rows lie near the direction of their group";
}

}  // namespace
}  // namespace rag
