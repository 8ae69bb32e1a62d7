#include "models/use_weights.h"

#include <algorithm>
#include <cmath>

#include "models/json_fields.h"
#include "models/tensor_floats.h"
#include "models/weights_fingerprint.h"

namespace rag {
namespace {

constexpr std::int64_t kMaxSide = 16384;
constexpr std::size_t kMaxVocabulary = 4'000'000;

std::size_t side(const Tensor& tensor, std::size_t i) { return static_cast<std::size_t>(tensor.shape[i]); }

}  // namespace

std::string branch_name(std::size_t order) { return "ngram" + std::to_string(order) + "."; }

UseWeights::UseWeights(const std::filesystem::path& file) : file_(file) {
  const Tensor& table = of_type("embedding.table", TensorType::U8, 2);
  const Tensor& output = of_type("output.weight", TensorType::F32, 2);
  const Tensor& second = of_type("head.second.outer.weight", TensorType::F32, 2);
  shape_ = {.vocabulary = side(table, 0),
            .groups = side(of_type("embedding.scale", TensorType::F32, 1), 0),
            .embedding = side(table, 1),
            .channels = side(of_type("ngram2.project.bias", TensorType::F32, 1), 0),
            .sentence = side(output, 1),
            .narrow = side(of_type("head.first.skip.weight", TensorType::F32, 2), 1),
            .wide = side(second, 0),
            .output = side(second, 1)};
  const UseShape& s = shape_;
  for (const std::size_t number : {s.groups, s.embedding, s.channels, s.sentence, s.narrow, s.wide, s.output})
    if (number < 1 || number > kMaxSide)
      refuse_model(file_.path(), "a side of " + std::to_string(number) + ", 1 to " + std::to_string(kMaxSide) + " can be");
  if (s.vocabulary < 1 || s.vocabulary > kMaxVocabulary) refuse_model(file_.path(), "a vocabulary of " + std::to_string(s.vocabulary));
  check("embedding.minimum", {s.groups});
  for (const std::size_t order : kUseOrders) {
    const std::string branch = branch_name(order);
    check(branch + "project.weight", {s.embedding, s.channels});
    for (const char* convolution : {"first.weight", "second.weight"}) check(branch + convolution, {order * s.channels, s.channels});
    for (const char* row : {"project.bias", "norm.weight", "norm.bias", "first.bias", "second.bias"}) check(branch + row, {s.channels});
  }
  for (const char* row : {"norm.weight", "norm.bias"}) check(row, {s.features()});
  check("output.weight", {s.features(), s.sentence});
  check("output.bias", {s.sentence});
  check("head.first.inner.weight", {s.sentence, s.narrow});
  check("head.first.outer.weight", {s.narrow, s.narrow});
  check("head.first.skip.weight", {s.sentence, s.narrow});
  check("head.second.inner.weight", {s.narrow, s.wide});
  check("head.second.outer.weight", {s.wide, s.output});
  check("head.second.skip.weight", {s.narrow, s.output});
}

const Tensor& UseWeights::of_type(const std::string& name, TensorType type, std::size_t sides) const {
  const Tensor& tensor = file_.get(name);
  if (tensor.type != type || tensor.shape.size() != sides)
    refuse_model(file_.path(), "\"" + name + "\" is " + show_shape(tensor.shape) + " of " + std::string(name_of(tensor.type)) + ", expected " +
                                   std::to_string(sides) + (sides == 1 ? " side of " : " sides of ") + std::string(name_of(type)));
  return tensor;
}

void UseWeights::check(const std::string& name, const std::vector<std::size_t>& shape) const {
  const Tensor& tensor = of_type(name, TensorType::F32, shape.size());
  const std::vector<std::int64_t> expected(shape.begin(), shape.end());
  if (tensor.shape != expected)
    refuse_model(file_.path(), "\"" + name + "\" is " + show_shape(tensor.shape) + ", the other weights make it " + show_shape(expected));
}

std::vector<float> UseWeights::numbers(std::string_view name) const {
  std::vector<float> values = floats_of(file_.get(name));
  if (!std::ranges::all_of(values, [](float value) { return std::isfinite(value); }))
    refuse_model(file_.path(), "\"" + std::string(name) + "\" holds values that are no numbers; the weights are damaged, import the model again");
  return values;
}

std::string UseWeights::fingerprint() const { return fingerprint_of(file_); }

}  // namespace rag
