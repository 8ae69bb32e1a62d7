#include "index/spherical_kmeans.h"

#include <faiss/IndexFlat.h>
#include <faiss/utils/distances.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "core/error.h"

namespace rag {
namespace {

constexpr std::size_t kRounds = 10;             // later ones move hardly anything
constexpr std::size_t kRowsPerProduct = 4096;  // as many as FAISS multiplies at once; they are read, and between them Ctrl-C is looked for
constexpr std::uint32_t kSeed = 1234;

using Index = decltype(faiss::Index::ntotal);

void normalize(float* row, std::size_t dimension) {
  double squares = 0;
  for (std::size_t i = 0; i < dimension; ++i) squares += double{row[i]} * row[i];
  if (squares <= 0) return;
  const auto inverse = static_cast<float>(1 / std::sqrt(squares));
  for (std::size_t i = 0; i < dimension; ++i) row[i] *= inverse;
}

std::vector<std::size_t> drawn(std::size_t count, std::size_t of) {
  std::vector<std::size_t> rows(of);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::mt19937 random(kSeed);
  // By hand: std::shuffle draws differently from library to library, and the same rows must give the same lists.
  for (std::size_t i = 0; i < count; ++i) std::swap(rows[i], rows[i + random() % (of - i)]);
  rows.resize(count);
  return rows;
}

// Copies of one vector can make several directions of it.  They must lie in one list, and which of two equal products is larger is chance.
std::vector<float> without_twins(const std::vector<float>& directions, std::size_t dimension) {
  constexpr float kTheSame = 0.99999F;
  std::vector<float> kept, products;
  for (std::size_t begin = 0; begin < directions.size(); begin += dimension) {
    const std::size_t count = kept.size() / dimension;
    products.resize(count);
    if (count > 0) faiss::fvec_inner_products_ny(products.data(), &directions[begin], kept.data(), dimension, count);
    if (std::ranges::none_of(products, [](float product) { return product > kTheSame; }))
      kept.insert(kept.end(), directions.begin() + static_cast<std::ptrdiff_t>(begin), directions.begin() + static_cast<std::ptrdiff_t>(begin + dimension));
  }
  return kept;
}

class Clusters {
 public:
  Clusters(const RowsToCluster& rows, std::size_t count) : rows_(rows), dimension_(rows.dimension), directions_(count * rows.dimension) {
    const std::vector<std::size_t> first = drawn(count, rows.count);
    for (std::size_t i = 0; i < count; ++i) {
      become(i, first[i]);
      normalize(&directions_[i * dimension_], dimension_);
    }
  }

  void round(const std::function<void(std::size_t)>& step) {
    const NearestDirection nearest(directions_, dimension_);
    std::vector<float> sums(directions_.size());
    std::vector<std::vector<std::size_t>> members(directions_.size() / dimension_);
    for (std::size_t begin = 0; begin < rows_.count; begin += kRowsPerProduct) {
      const std::size_t end = std::min(begin + kRowsPerProduct, rows_.count);
      const std::span<const float> rows = rows_.read(begin, end);
      const auto found = nearest.find(rows);
      for (std::size_t row = begin; row < end; ++row) {
        const std::uint32_t direction = found[row - begin].direction;
        members[direction].push_back(row);
        for (std::size_t i = 0; i < dimension_; ++i) sums[direction * dimension_ + i] += rows[(row - begin) * dimension_ + i];
      }
      step(end);
    }
    directions_ = std::move(sums);
    fill_empty(members);
    for (std::size_t i = 0; i < members.size(); ++i) normalize(&directions_[i * dimension_], dimension_);
  }

  std::vector<float> take() && { return std::move(directions_); }

 private:
  // A direction that attracts nothing becomes a row of the largest cluster, which that splits.
  void fill_empty(std::vector<std::vector<std::size_t>>& members) {
    for (std::size_t empty = 0; empty < members.size(); ++empty) {
      if (!members[empty].empty()) continue;
      auto largest = std::ranges::max_element(members, {}, &std::vector<std::size_t>::size);
      if (largest->size() < 2) return;
      const std::size_t row = (*largest)[largest->size() / 2];
      become(empty, row);
      members[empty].assign(largest->begin() + static_cast<std::ptrdiff_t>(largest->size() / 2), largest->end());
      largest->resize(largest->size() / 2);
    }
  }

  void become(std::size_t direction, std::size_t row) { std::ranges::copy(rows_.read(row, row + 1), &directions_[direction * dimension_]); }

  const RowsToCluster& rows_;
  std::size_t dimension_;
  std::vector<float> directions_;
};

}  // namespace

struct NearestDirection::State {
  std::size_t dimension;
  faiss::IndexFlatIP index;
};

NearestDirection::NearestDirection(std::span<const float> directions, std::size_t dimension)
    : state_(new State{dimension, faiss::IndexFlatIP(static_cast<Index>(dimension))}) {
  state_->index.add(static_cast<Index>(directions.size() / dimension), directions.data());
}
NearestDirection::~NearestDirection() = default;

std::vector<NearestDirection::Nearest> NearestDirection::find(std::span<const float> rows) const {
  const std::size_t count = rows.size() / state_->dimension;
  std::vector<float> products(count);
  std::vector<Index> directions(count);
  try {
    state_->index.search(static_cast<Index>(count), rows.data(), 1, products.data(), directions.data());
  } catch (const std::exception& trouble) {
    throw Error(ErrorKind::Backend, std::string("grouping vectors: ") + trouble.what());
  }
  std::vector<Nearest> nearest(count);
  for (std::size_t i = 0; i < count; ++i) nearest[i] = {static_cast<std::uint32_t>(std::max<Index>(directions[i], 0)), products[i]};
  return nearest;
}

std::vector<float> cluster_directions(const RowsToCluster& rows, std::size_t count, const std::function<void(std::size_t, std::size_t)>& step) {
  Clusters clusters(rows, std::min(count, rows.count));
  for (std::size_t round = 0; round < kRounds; ++round)
    clusters.round([&](std::size_t done) { step(round * rows.count + done, kRounds * rows.count); });
  return without_twins(std::move(clusters).take(), rows.dimension);
}

}  // namespace rag
