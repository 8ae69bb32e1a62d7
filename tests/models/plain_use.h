#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "models/sentencepiece_model.h"
#include "tests/models/tensor_bytes.h"

namespace rag::test {

// A small Universal Sentence Encoder with random weights: as the package's weights.npz, as its sp.model, and as arithmetic written down from
// the papers, in double, token by token.
struct PlainUse {
  static constexpr std::size_t kGroups = 3, kRows = 4, kEmbedding = 6, kChannels = 4, kSentence = 5, kNarrow = 3, kWide = 7, kOutput = 4;
  static constexpr std::size_t kFeatures = kEmbedding + 3 * kChannels;

  struct Array {
    std::string descr;
    std::string shape;
    std::string data;
  };

  PlainUse() {
    for (std::size_t group = 1; group <= kGroups; ++group) {
      std::string bytes(kRows * kEmbedding, '\0');
      for (char& byte : bytes) byte = static_cast<char>(random_() % 64);
      arrays["q" + std::to_string(group)] = {"|u1", shape(kRows, kEmbedding), bytes};
    }
    add("scale", kGroups);
    add("lo", kGroups);
    for (const std::size_t order : {2U, 3U, 5U}) {
      const std::string n = std::to_string(order);
      add("proj" + n, kEmbedding, kChannels);
      add("w1_" + n, order * kChannels, kChannels);
      add("w2_" + n, order * kChannels, kChannels);
      for (const char* row : {"proj_b", "ln_g", "ln_b", "b1_", "b2_"}) add(row + n, kChannels);
    }
    add("ln_g", kFeatures);
    add("ln_b", kFeatures);
    add("cnn_W", kFeatures, kSentence);
    add("cnn_b", kSentence);
    add("d0", kSentence, kNarrow);
    add("d1", kNarrow, kNarrow);
    add("p1", kSentence, kNarrow);
    add("d2", kNarrow, kWide);
    add("d3", kWide, kOutput);
    add("p3", kNarrow, kOutput);
    arrays["eps"] = {"<f8", "()", bytes_of<double>({1e-12})};
    arrays["bits"] = {"|i1", "(1,)", std::string(1, '\6')};
  }

  static std::string pieces() {
    SentencePieceModel model;
    model.pieces = {{"<unk>", 0, PieceType::Unknown}, {"<s>", 0, PieceType::Control}, {"</s>", 0, PieceType::Control},
                    {"extra", 0, PieceType::UserDefined}};
    for (const char* text : {"▁", "▁a", "a", "b", "ab", "e", "강"})
      model.pieces.push_back({text, -1.0F - static_cast<float>(model.pieces.size())});
    return write_sentencepiece_model(model);
  }

  std::vector<double> embed(const std::vector<std::int32_t>& ids) const {
    const std::size_t tokens = ids.size();
    std::vector<std::vector<double>> features(tokens), x(tokens);
    for (std::size_t t = 0; t < tokens; ++t) {
      const auto id = static_cast<std::size_t>(ids[t]), group = id % kGroups;
      const std::string& bytes = arrays.at("q" + std::to_string(group + 1)).data;
      for (const char byte : bytes.substr(id / kGroups * kEmbedding, kEmbedding))
        features[t].push_back(number("lo", group) + number("scale", group) * static_cast<unsigned char>(byte));
      std::vector<double> gain, bias;
      for (const char* n : {"2", "3", "5"}) {
        append(x[t], affine(features[t], std::string("proj") + n, std::string("proj_b") + n));
        append(gain, numbers(std::string("ln_g") + n));
        append(bias, numbers(std::string("ln_b") + n));
      }
      x[t] = normed(x[t], gain, bias);
    }
    std::vector<std::vector<double>> found = features;
    for (std::size_t branch = 0; branch < 3; ++branch) {
      const std::size_t order = branch == 2 ? 5 : branch + 2;
      const std::string n = std::to_string(order);
      std::vector<std::vector<double>> in(tokens);
      for (std::size_t t = 0; t < tokens; ++t) {
        const auto begin = x[t].begin() + static_cast<std::ptrdiff_t>(branch * kChannels);
        in[t].assign(begin, begin + static_cast<std::ptrdiff_t>(kChannels));
      }
      const auto hidden = convolved(in, order, "w1_" + n, "b1_" + n), out = convolved(hidden, order, "w2_" + n, "b2_" + n);
      for (std::size_t t = 0; t < tokens; ++t) append(found[t], out[t]);
    }
    std::vector<double> sum(kSentence);
    for (std::size_t t = 0; t < tokens; ++t) {
      const std::vector<double> part = affine(normed(found[t], numbers("ln_g"), numbers("ln_b")), "cnn_W", "cnn_b");
      for (std::size_t i = 0; i < kSentence; ++i) sum[i] += part[i] / std::sqrt(static_cast<double>(tokens));
    }
    const std::vector<double> narrow = positive(added(affine(sum, "p1"), affine(positive(affine(sum, "d0")), "d1")));
    std::vector<double> vector = added(affine(narrow, "p3"), affine(positive(affine(narrow, "d2")), "d3"));
    double square = 0;
    for (double& value : vector) value = std::tanh(value);
    for (const double value : vector) square += value * value;
    for (double& value : vector) value /= std::sqrt(square);
    return vector;
  }

  std::map<std::string, Array> arrays;

 private:
  static std::string shape(std::size_t rows, std::size_t columns) { return "(" + std::to_string(rows) + ", " + std::to_string(columns) + ")"; }

  void add(const std::string& name, std::size_t rows, std::size_t columns = 0) {
    std::vector<float> values(rows * std::max<std::size_t>(columns, 1));
    for (float& value : values) value = static_cast<float>(random_() % 2001) / 1000.0F - 1.0F;
    arrays[name] = {"<f4", columns == 0 ? "(" + std::to_string(rows) + ",)" : shape(rows, columns), bytes_of(values)};
  }

  double number(const std::string& name, std::size_t i) const {
    float value;
    std::memcpy(&value, arrays.at(name).data.data() + i * sizeof value, sizeof value);
    return static_cast<double>(value);
  }
  std::vector<double> numbers(const std::string& name) const {
    std::vector<double> out;
    for (std::size_t i = 0; i < arrays.at(name).data.size() / sizeof(float); ++i) out.push_back(number(name, i));
    return out;
  }

  // x W + b
  std::vector<double> affine(const std::vector<double>& x, const std::string& matrix, const std::string& bias = "") const {
    const std::size_t columns = arrays.at(matrix).data.size() / sizeof(float) / x.size();
    std::vector<double> out = bias.empty() ? std::vector<double>(columns) : numbers(bias);
    for (std::size_t k = 0; k < x.size(); ++k)
      for (std::size_t i = 0; i < columns; ++i) out[i] += x[k] * number(matrix, k * columns + i);
    return out;
  }
  std::vector<std::vector<double>> convolved(const std::vector<std::vector<double>>& x, std::size_t order, const std::string& matrix,
                                             const std::string& bias) const {
    std::vector<std::vector<double>> out;
    const auto left = static_cast<std::ptrdiff_t>((order - 1) / 2), count = static_cast<std::ptrdiff_t>(x.size());
    for (std::ptrdiff_t t = 0; t < count; ++t) {
      std::vector<double> window;
      for (std::ptrdiff_t i = t - left; i < t - left + static_cast<std::ptrdiff_t>(order); ++i)
        append(window, i < 0 || i >= count ? std::vector<double>(kChannels) : x[static_cast<std::size_t>(i)]);
      out.push_back(added(positive(affine(window, matrix, bias)), x[static_cast<std::size_t>(t)]));
    }
    return out;
  }
  static std::vector<double> normed(std::vector<double> x, const std::vector<double>& gain, const std::vector<double>& bias) {
    double mean = 0, square = 0;
    for (const double value : x) mean += value / static_cast<double>(x.size());
    for (const double value : x) square += (value - mean) * (value - mean) / static_cast<double>(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = (x[i] - mean) / std::sqrt(square + 1e-12) * gain[i] + bias[i];
    return x;
  }
  static std::vector<double> positive(std::vector<double> x) {
    for (double& value : x) value = std::max(value, 0.0);
    return x;
  }
  static std::vector<double> added(std::vector<double> x, const std::vector<double>& y) {
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += y[i];
    return x;
  }
  static void append(std::vector<double>& to, const std::vector<double>& more) { to.insert(to.end(), more.begin(), more.end()); }

  std::mt19937 random_{5};
};

}  // namespace rag::test
