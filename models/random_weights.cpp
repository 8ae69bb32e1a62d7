#include "models/random_weights.h"

#include <cmath>
#include <string>
#include <vector>

#include "models/safetensors_writer.h"

namespace rag {
namespace {

// Numbers spread evenly, with this standard deviation around the centre.
struct Fill {
  float spread, centre;
  std::size_t count;
};

struct Plan {
  void add(const std::string& name, const std::vector<std::size_t>& shape, double spread, double centre = 0) {
    std::size_t count = 1;
    for (const std::size_t size : shape) count *= size;
    tensors.push_back({name, TensorType::F32, {shape.begin(), shape.end()}});
    fills.push_back({static_cast<float>(spread), static_cast<float>(centre), count});
  }
  void add_linear(const std::string& name, std::size_t out, std::size_t in) {
    add(name + ".weight", {out, in}, 1 / std::sqrt(static_cast<double>(in)));
    add(name + ".bias", {out}, 0.1);
  }
  void add_norm(const std::string& name, std::size_t width) {
    add(name + ".weight", {width}, 0.2, 1);
    add(name + ".bias", {width}, 0.1);
  }

  std::vector<TensorPlan> tensors;
  std::vector<Fill> fills;
};

Plan plan_for(const EncoderConfig& config) {
  const std::size_t h = config.hidden_size, wide = config.intermediate_size;
  Plan plan;
  plan.add("embeddings.word_embeddings.weight", {config.vocabulary_size, h}, 1);
  plan.add("embeddings.position_embeddings.weight", {config.positions, h}, 1);
  if (config.token_types > 0) plan.add("embeddings.token_type_embeddings.weight", {config.token_types, h}, 1);
  plan.add_norm("embeddings.LayerNorm", h);
  for (std::size_t i = 0; i < config.layers; ++i) {
    const std::string layer = "encoder.layer." + std::to_string(i);
    for (const char* part : {".attention.self.query", ".attention.self.key", ".attention.self.value", ".attention.output.dense"}) plan.add_linear(layer + part, h, h);
    plan.add_linear(layer + ".intermediate.dense", wide, h);
    plan.add_linear(layer + ".output.dense", h, wide);
    plan.add_norm(layer + ".attention.output.LayerNorm", h);
    plan.add_norm(layer + ".output.LayerNorm", h);
  }
  return plan;
}

}  // namespace

void write_random_weights(const std::filesystem::path& file, const EncoderConfig& config) {
  const Plan plan = plan_for(config);
  SafetensorsWriter writer(file, plan.tensors);
  std::uint64_t state = 1;
  for (const auto& [spread, centre, count] : plan.fills) {
    std::vector<float> numbers(count);
    for (float& x : numbers) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      x = centre + spread * 1.7F * (static_cast<float>(state >> 40) / 8388608.0F - 1);
    }
    writer.write({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(float)});
  }
  writer.finish();
}

}  // namespace rag
