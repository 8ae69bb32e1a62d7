#include "models/vector_agreement.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <numeric>
#include <span>
#include <vector>

namespace rag {
namespace {

constexpr std::size_t kDepth = 10;
constexpr std::size_t kAskedRows = 1000;

std::span<const float> row_of(const Embeddings& embeddings, std::size_t row) {
  return std::span(embeddings.values).subspan(row * embeddings.dimension, embeddings.dimension);
}

double product(std::span<const float> a, std::span<const float> b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

double cosine(std::span<const float> a, std::span<const float> b) {
  const double lengths = std::sqrt(product(a, a) * product(b, b));
  if (lengths == 0) return std::ranges::equal(a, b) ? 1 : 0;
  const double found = product(a, b) / lengths;
  return std::isfinite(found) ? found : 0;
}

// Rows of length 1; one that has no length, or a value that is no number, becomes zeros.
Embeddings unit_rows(Embeddings embeddings) {
  for (std::size_t row = 0; row < embeddings.rows; ++row) {
    const auto values = std::span(embeddings.values).subspan(row * embeddings.dimension, embeddings.dimension);
    const double length = std::sqrt(product(values, values));
    for (float& value : values) value = length > 0 && std::isfinite(length) ? static_cast<float>(value / length) : 0;
  }
  return embeddings;
}

std::vector<std::size_t> nearest(const Embeddings& units, std::size_t row, std::size_t depth) {
  std::vector<double> near(units.rows);
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < units.rows; ++i) {
    if (i == row) continue;
    near[i] = product(row_of(units, row), row_of(units, i));
    others.push_back(i);
  }
  const auto nearer = [&](std::size_t a, std::size_t b) { return near[a] != near[b] ? near[a] > near[b] : a < b; };
  std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(depth), others.end(), nearer);
  others.resize(depth);
  std::sort(others.begin(), others.end());
  return others;
}

double shared_neighbours(const Embeddings& exact, const Embeddings& other, std::size_t depth) {
  const std::size_t asked = std::min(kAskedRows, exact.rows);
  std::size_t shared = 0;
  for (std::size_t row = 0; row < asked; ++row) {
    const auto expected = nearest(exact, row, depth), found = nearest(other, row, depth);
    std::vector<std::size_t> both;
    std::set_intersection(expected.begin(), expected.end(), found.begin(), found.end(), std::back_inserter(both));
    shared += both.size();
  }
  return static_cast<double>(shared) / static_cast<double>(asked * depth);
}

}  // namespace

VectorAgreement vector_agreement(const Embeddings& exact, const Embeddings& other) {
  assert(exact.rows > 0 && exact.rows == other.rows && exact.dimension == other.dimension);
  std::vector<double> cosines;
  for (std::size_t row = 0; row < exact.rows; ++row) cosines.push_back(cosine(row_of(exact, row), row_of(other, row)));
  std::sort(cosines.begin(), cosines.end());
  VectorAgreement agreement{.cosine_mean = std::accumulate(cosines.begin(), cosines.end(), 0.0) / static_cast<double>(cosines.size()),
                            .cosine_p05 = cosines[cosines.size() / 20],
                            .cosine_min = cosines.front(),
                            .depth = std::min(kDepth, exact.rows - 1)};
  if (agreement.depth > 0) agreement.neighbours = shared_neighbours(unit_rows(exact), unit_rows(other), agreement.depth);
  return agreement;
}

}  // namespace rag
