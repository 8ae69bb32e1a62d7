#include "models/use_network.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "models/kernels/use_rows.h"

namespace rag {
namespace {

// Rows of zeros before, between and behind the texts: what a window finds beyond a text's end.  The widest reaches two tokens to each side.
constexpr std::size_t kGap = 2;

FloatWeights matrix(const UseWeights& weights, const std::string& name) {
  const Tensor& tensor = weights.get(name);
  return {weights.numbers(name).data(), static_cast<std::size_t>(tensor.shape[0]), static_cast<std::size_t>(tensor.shape[1])};
}

// The branches' columns of a matrix with `rows` rows, side by side.
std::vector<float> side_by_side(const UseWeights& weights, const std::string& name, std::size_t rows) {
  const UseShape& shape = weights.shape();
  const std::size_t width = kUseOrders.size() * shape.channels;
  std::vector<float> joined(rows * width);
  for (std::size_t branch = 0; branch < kUseOrders.size(); ++branch) {
    const std::vector<float> part = weights.numbers(branch_name(kUseOrders[branch]) + name);
    for (std::size_t row = 0; row < rows; ++row)
      std::copy_n(part.data() + row * shape.channels, shape.channels, joined.data() + row * width + branch * shape.channels);
  }
  return joined;
}

void at_least(std::vector<float>& numbers, std::size_t count) {
  if (numbers.size() < count) numbers.resize(count);
}

void multiply(const std::vector<float>& x, std::size_t rows, const FloatWeights& weights, std::vector<float>& out) {
  at_least(out, rows * weights.outputs());
  float_product(x.data(), rows, weights.inputs(), weights, out.data(), weights.outputs());
}

void rectify(std::vector<float>& numbers, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) numbers[i] = std::max(numbers[i], 0.0F);
}

}  // namespace

// What one thread computes in.  Rows are tokens, kGap rows of zeros around each text.
struct UseNetwork::Workspace {
  void make_room(const PackedTexts& texts, const UseShape& shape) {
    rows = kGap + texts.ids.size() + kGap * texts.rows();
    begins.clear();
    for (std::size_t text = 0; text < texts.rows(); ++text) begins.push_back(kGap + texts.starts[text] + kGap * text);
    begins.push_back(rows);  // a text ends kGap rows before the next one begins
    at_least(features, rows * shape.features());
    at_least(projected, rows * kUseOrders.size() * shape.channels);
    at_least(normed, rows * kUseOrders.size() * shape.channels);
    at_least(hidden, rows * shape.channels);
    sums.assign(texts.rows() * shape.features(), 0.0F);
  }

  void clear_gaps(float* numbers, std::size_t stride, std::size_t columns) const {
    for (const std::size_t begin : begins)
      for (std::size_t row = begin - kGap; row < begin; ++row) std::fill_n(numbers + row * stride, columns, 0.0F);
  }

  std::size_t rows = 0;
  std::vector<std::size_t> begins;
  std::vector<float> features, projected, normed, hidden, sums, sentences, inner, skipped, narrow;
};

UseNetwork::Branch::Branch(const UseWeights& weights, std::size_t branch_order)
    : order(branch_order),
      first_bias(weights.numbers(branch_name(order) + "first.bias")),
      second_bias(weights.numbers(branch_name(order) + "second.bias")),
      first(matrix(weights, branch_name(order) + "first.weight")),
      second(matrix(weights, branch_name(order) + "second.weight")) {}

UseNetwork::Block::Block(const UseWeights& weights, const std::string& name)
    : inner(matrix(weights, name + ".inner.weight")),
      outer(matrix(weights, name + ".outer.weight")),
      skip(matrix(weights, name + ".skip.weight")) {}

UseNetwork::UseNetwork(const UseWeights& weights, float epsilon)
    : shape_(weights.shape()),
      epsilon_(epsilon),
      table_(weights.get("embedding.table")),
      scale_(weights.numbers("embedding.scale")),
      minimum_(weights.numbers("embedding.minimum")),
      project_(side_by_side(weights, "project.weight", shape_.embedding).data(), shape_.embedding, kUseOrders.size() * shape_.channels),
      project_bias_(side_by_side(weights, "project.bias", 1)),
      project_norm_weight_(side_by_side(weights, "norm.weight", 1)),
      project_norm_bias_(side_by_side(weights, "norm.bias", 1)),
      norm_weight_(weights.numbers("norm.weight")),
      norm_bias_(weights.numbers("norm.bias")),
      output_(matrix(weights, "output.weight")),
      output_bias_(weights.numbers("output.bias")),
      first_(weights, "head.first"),
      second_(weights, "head.second") {
  for (const std::size_t order : kUseOrders) branches_.emplace_back(weights, order);
}

void UseNetwork::encode(const PackedTexts& texts, float* vectors) const {
  if (texts.rows() == 0) return;
  thread_local Workspace space;
  space.make_room(texts, shape_);
  look_up(texts, space);
  project(space);
  for (std::size_t branch = 0; branch < branches_.size(); ++branch) run_branch(branch, space);
  add_up(texts, space);
  finish(texts, space, vectors);
}

void UseNetwork::look_up(const PackedTexts& texts, Workspace& space) const {
  const auto* table = reinterpret_cast<const std::uint8_t*>(table_.data.data());
  space.clear_gaps(space.features.data(), shape_.features(), shape_.embedding);
  for (std::size_t text = 0; text < texts.rows(); ++text) {
    float* to = space.features.data() + space.begins[text] * shape_.features();
    for (std::size_t i = texts.starts[text]; i < texts.starts[text + 1]; ++i, to += shape_.features()) {
      const auto id = static_cast<std::size_t>(texts.ids[i]);
      assert(id < shape_.vocabulary);
      unpack_bytes(table + id * shape_.embedding, shape_.embedding, scale_[id % shape_.groups], minimum_[id % shape_.groups], to);
    }
  }
}

// Each branch's part goes where its windows can be read: rows of its own.
void UseNetwork::project(Workspace& space) const {
  const std::size_t width = project_.outputs();
  const RowNorm norm{project_norm_weight_.data(), project_norm_bias_.data(), epsilon_};
  float_product(space.features.data(), space.rows, shape_.features(), project_, space.projected.data(), width);
  for (std::size_t row = 0; row < space.rows; ++row) {
    float* numbers = space.projected.data() + row * width;
    add_bias_and_normalise(numbers, project_bias_.data(), norm, width);
    for (std::size_t branch = 0; branch < kUseOrders.size(); ++branch)
      std::copy_n(numbers + branch * shape_.channels, shape_.channels, space.normed.data() + (branch * space.rows + row) * shape_.channels);
  }
}

// Windows are read where they lie: token t's is the run of `order` rows that begins (order - 1) / 2 rows before it.
void UseNetwork::run_branch(std::size_t index, Workspace& space) const {
  const Branch& branch = branches_[index];
  const std::size_t width = shape_.channels, inner_rows = space.rows - 2 * kGap, window = kGap - (branch.order - 1) / 2;
  float* normed = space.normed.data() + index * space.rows * width;
  space.clear_gaps(normed, width, width);

  float_product(normed + window * width, inner_rows, width, branch.first, space.hidden.data() + kGap * width, width);
  for (std::size_t row = kGap; row < kGap + inner_rows; ++row)
    rectify_and_add(space.hidden.data() + row * width, branch.first_bias.data(), normed + row * width, width);
  space.clear_gaps(space.hidden.data(), width, width);

  float* features = space.features.data() + shape_.embedding + index * width;
  float_product(space.hidden.data() + window * width, inner_rows, width, branch.second, features + kGap * shape_.features(), shape_.features());
  for (std::size_t row = kGap; row < kGap + inner_rows; ++row)
    rectify_and_add(features + row * shape_.features(), branch.second_bias.data(), space.hidden.data() + row * width, width);
}

void UseNetwork::add_up(const PackedTexts& texts, Workspace& space) const {
  const RowNorm norm{norm_weight_.data(), norm_bias_.data(), epsilon_};
  for (std::size_t text = 0; text < texts.rows(); ++text)
    for (std::size_t row = space.begins[text]; row < space.begins[text + 1] - kGap; ++row)
      normalise_and_add(space.features.data() + row * shape_.features(), norm, shape_.features(), space.sums.data() + text * shape_.features());
}

// From here on there is one row a text: adding up comes before the product with W, which is linear.
void UseNetwork::finish(const PackedTexts& texts, Workspace& space, float* vectors) const {
  const std::size_t rows = texts.rows();
  multiply(space.sums, rows, output_, space.sentences);
  for (std::size_t text = 0; text < rows; ++text) {
    const auto tokens = static_cast<float>(texts.starts[text + 1] - texts.starts[text]);
    float* sentence = space.sentences.data() + text * shape_.sentence;
    for (std::size_t i = 0; i < shape_.sentence; ++i) sentence[i] = (sentence[i] + tokens * output_bias_[i]) / std::sqrt(tokens);
  }
  const auto run_block = [&](const Block& block, const std::vector<float>& x, std::vector<float>& out) {
    multiply(x, rows, block.inner, space.inner);
    rectify(space.inner, rows * block.inner.outputs());
    multiply(space.inner, rows, block.outer, out);
    multiply(x, rows, block.skip, space.skipped);
    for (std::size_t i = 0; i < rows * block.skip.outputs(); ++i) out[i] += space.skipped[i];
  };
  run_block(first_, space.sentences, space.narrow);
  rectify(space.narrow, rows * shape_.narrow);
  run_block(second_, space.narrow, space.sentences);
  for (std::size_t text = 0; text < rows; ++text) {
    const float* from = space.sentences.data() + text * shape_.output;
    float* vector = vectors + text * shape_.output;
    double square = 0;
    for (std::size_t i = 0; i < shape_.output; ++i) {
      vector[i] = std::tanh(from[i]);
      square += static_cast<double>(vector[i]) * vector[i];
    }
    const auto inverse = static_cast<float>(1.0 / std::sqrt(std::max(square, static_cast<double>(epsilon_))));
    for (std::size_t i = 0; i < shape_.output; ++i) vector[i] *= inverse;
  }
}

}  // namespace rag
