// How fast encoders are on a GPU, where their time goes, and how close they stay to fp32.
//
//   bench_gpu_encoder [--gpu N] [--seconds S] [--model DIRECTORY]
//
// Three usual shapes with random weights (speed does not depend on them): sequences a second at 64, 256 and 512 tokens, from token ids to vectors in
// host memory; the same at 256 tokens for several sizes of a slice; time of each part of a slice by events, beside what the datasheet of an H200 allows;
// cosine to the processor's fp32.  --model takes one of Hugging Face's directories instead.  Exit code 77 where there is no GPU.
#include <cuda_runtime.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/scratch_folder.h"
#include "models/cuda/cuda_gpu.h"
#include "models/cuda/gpu_engine.h"
#include "models/encoder_weights.h"
#include "models/float_engine.h"
#include "models/model_directory.h"
#include "models/random_weights.h"

namespace {

using namespace rag;

constexpr double kPeakFlops = 989e12, kPeakBytes = 4.8e12;  // H200, dense bf16 and memory

struct Settings {
  int gpu = 0;
  double seconds = 1.5;  // for each figure
  std::string model;
};

Settings read_arguments(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (i + 1 == argc) throw Error(ErrorKind::Usage, name + ": no value");
    const std::string value = argv[++i];
    if (name == "--gpu") settings.gpu = std::stoi(value);
    else if (name == "--seconds") settings.seconds = std::stod(value);
    else if (name == "--model") settings.model = value;
    else throw Error(ErrorKind::Usage, name + ": expected --gpu, --seconds or --model");
  }
  return settings;
}

EncoderConfig shape_of(std::size_t layers, std::size_t hidden, std::size_t heads) {
  return {.architecture = "bert", .hidden_size = hidden, .layers = layers, .heads = heads, .intermediate_size = 4 * hidden, .vocabulary_size = 30522,
          .positions = 512, .token_types = 2};
}

PackedTexts random_texts(const EncoderConfig& config, std::size_t count, std::size_t length, std::mt19937& random) {
  PackedTexts texts;
  std::vector<std::int32_t> ids(length);
  for (std::size_t i = 0; i < count; ++i) {
    for (auto& id : ids) id = static_cast<std::int32_t>(random() % config.vocabulary_size);
    texts.add(ids);
  }
  return texts;
}

// The median of as many rounds as fit.
double sequences_a_second(const EncoderEngine& engine, const PackedTexts& texts, double seconds) {
  engine.encode(texts);
  std::vector<double> rounds;
  double spent = 0;
  while (rounds.size() < 3 || spent < seconds) {
    const auto start = std::chrono::steady_clock::now();
    engine.encode(texts);
    rounds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    spent += rounds.back();
  }
  std::sort(rounds.begin(), rounds.end());
  return static_cast<double>(texts.rows()) / rounds[rounds.size() / 2];
}

struct Cost {
  double flops = 0, bytes = 0;  // what a part must do at least
};

// Of all layers, for so many tokens of texts of that length.
std::map<std::string, Cost> least_costs(const EncoderConfig& config, double tokens, double length) {
  const auto h = static_cast<double>(config.hidden_size), wide = static_cast<double>(config.intermediate_size), layers = static_cast<double>(config.layers);
  const auto product = [&](double in, double out) { return Cost{layers * 2 * tokens * in * out, layers * 2 * (tokens * (in + out) + in * out)}; };
  return {{"embeddings", {0, tokens * (4 * h + 12)}},
          {"queries, keys, values", product(h, 3 * h)},
          {"attention", {layers * 4 * tokens * length * h, layers * 2 * tokens * 4 * h}},
          {"attention's output", product(h, h)},
          {"residual and norm", {0, 2 * layers * 2 * tokens * 3 * h}},
          {"wide layer", product(h, wide)},
          {"narrow layer", product(wide, h)},
          {"pooling", {0, 2 * tokens * h}}};
}

// One slice, part by part, by events on its stream; the median of several.
void print_parts(int number, const EncoderWeights& weights, const EncoderConfig& config, const PackedTexts& texts) {
  const std::unique_ptr<gpu::Gpu> gpu = gpu::make_cuda_gpu(number);
  const gpu::DeviceWeights there(*gpu, weights, config);
  const gpu::Workspace space(*gpu, config, texts.ids.size());
  gpu::Staging staging;
  staging.reserve(*gpu, texts.ids.size(), texts.rows(), config.hidden_size);
  std::vector<float> vectors(texts.rows() * config.hidden_size);
  std::map<std::string, std::vector<double>> times;
  for (int round = 0; round < 12; ++round) {
    std::vector<std::pair<std::string, cudaEvent_t>> begins;
    const auto begin = [&](const char* name) {
      cudaEvent_t event;
      cudaEventCreate(&event);
      cudaEventRecord(event, gpu->stream());
      begins.emplace_back(name, event);
    };
    const gpu::BatchRows batch = staging.send(*gpu, texts, {0, texts.rows()}, config.first_position);
    run_layers(*gpu, there, config, batch, space, {false, true}, staging.vectors(), begin);
    begin("end");
    staging.fetch(*gpu, vectors.size(), vectors.data());
    staging.collect(*gpu);
    std::map<std::string, double> sums;
    for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
      float milliseconds = 0;
      cudaEventElapsedTime(&milliseconds, begins[i].second, begins[i + 1].second);
      sums[begins[i].first] += static_cast<double>(milliseconds);
    }
    for (const auto& [name, event] : begins) cudaEventDestroy(event);
    if (round >= 2)
      for (const auto& [name, sum] : sums) times[name].push_back(sum);
  }
  double all = 0;
  for (auto& [name, each] : times) {
    std::sort(each.begin(), each.end());
    all += each[each.size() / 2];
  }
  const double tokens = static_cast<double>(texts.ids.size());
  std::printf("  a slice of %zu texts of %zu tokens, %.3f ms:\n", texts.rows(), texts.length(0), all);
  for (const auto& [name, cost] : least_costs(config, tokens, static_cast<double>(texts.length(0)))) {
    const double seconds = times[name][times[name].size() / 2] / 1e3;
    const double by_flops = cost.flops / kPeakFlops, by_bytes = cost.bytes / kPeakBytes;
    std::printf("    %-22s %8.3f ms %5.1f %%  %6.0f TFLOP/s %6.2f TB/s  %5.1f %% of what %s allows\n", name.c_str(), seconds * 1e3, seconds * 1e5 / all,
                cost.flops / seconds / 1e12, cost.bytes / seconds / 1e12, 100 * std::max(by_flops, by_bytes) / seconds, by_flops > by_bytes ? "arithmetic" : "memory");
  }
}

double worst_cosine(const std::vector<float>& a, const std::vector<float>& b, std::size_t width) {
  double worst = 1;
  for (std::size_t row = 0; row < a.size(); row += width) {
    double dot = 0, left = 0, right = 0;
    for (std::size_t i = row; i < row + width; ++i) {
      dot += static_cast<double>(a[i]) * static_cast<double>(b[i]);
      left += static_cast<double>(a[i]) * static_cast<double>(a[i]);
      right += static_cast<double>(b[i]) * static_cast<double>(b[i]);
    }
    const double cosine = dot / std::sqrt(left * right);
    worst = cosine >= worst ? worst : cosine;  // also where it is no number
    if (cosine != cosine) return cosine;
  }
  return worst;
}

// False where the vectors are not close enough.
bool measure(const Settings& settings, const char* name, const EncoderConfig& config, const EncoderWeights& weights, Pooling pooling) {
  const EngineOptions options{.pooling = pooling};
  const auto make = [&] { return gpu::make_cuda_gpu(settings.gpu); };
  std::mt19937 random(3);
  std::printf("%s: %zu layers, %zu wide, %zu heads\n", name, config.layers, config.hidden_size, config.heads);
  const gpu::GpuEngine engine(weights, config, options, make);
  PackedTexts mixed;
  for (const std::size_t length : {5, 17, 64, 65, 130, 256, 511})
    mixed.add_row(random_texts(config, 1, std::min(length, config.positions - config.first_position), random), 0);
  const double cosine = worst_cosine(engine.encode(mixed), make_float_engine(weights, config, options)->encode(mixed), config.hidden_size);
  std::printf("  cosine to fp32, the worst of %zu: %.6f%s\n", mixed.rows(), cosine, cosine >= 0.999 ? "" : "  TOO LOW, expected .999");
  for (const std::size_t length : {64, 256, 512}) {
    if (length > config.positions - config.first_position) continue;
    const PackedTexts texts = random_texts(config, (std::size_t{1} << 20) / length, length, random);
    std::printf("  %3zu tokens: %9.0f sequences/s\n", length, sequences_a_second(engine, texts, settings.seconds));
    std::fflush(stdout);
  }
  const PackedTexts texts = random_texts(config, 4096, 256, random);
  for (const std::size_t tokens : {8192, 32768, 65536}) {
    const gpu::GpuEngine other(weights, config, options, make, tokens);
    std::printf("  256 tokens, slices of %5zu: %9.0f sequences/s\n", tokens, sequences_a_second(other, texts, settings.seconds / 2));
    std::fflush(stdout);
  }
  const PackedTexts question = random_texts(config, 1, 12, random);
  std::printf("  one text of 12 tokens: %.3f ms\n", 1e3 / sequences_a_second(engine, question, 0.3));
  print_parts(settings.gpu, weights, config, random_texts(config, gpu::kSliceTokens / 256, 256, random));
  return cosine >= 0.999;
}

bool measure_random(const Settings& settings, const char* name, const EncoderConfig& config) {
  const ScratchFolder folder("bench-gpu-encoder");
  const std::filesystem::path file = folder.path() / "model.safetensors";
  write_random_weights(file, config);
  const EncoderWeights weights(file, config);
  return measure(settings, name, config, weights, Pooling::Mean);
}

bool run(const Settings& settings) {
  if (!settings.model.empty()) {
    const ModelDirectory model = read_model_directory(settings.model);
    return measure(settings, model.name.c_str(), model.config, EncoderWeights(model.weights, model.config), model.pooling);
  }
  bool close = measure_random(settings, "as all-MiniLM-L6 (aim at 256 tokens: 45,000/s)", shape_of(6, 384, 12));
  close = measure_random(settings, "as e5-small (aim: 23,000/s)", shape_of(12, 384, 12)) && close;
  return measure_random(settings, "as BERT base (aim: 7,500/s)", shape_of(12, 768, 12)) && close;
}

}  // namespace

int main(int argc, char** argv) {
  int count = 0;
  if (const cudaError_t status = cudaGetDeviceCount(&count); status != cudaSuccess || count == 0) {
    std::printf("bench_gpu_encoder: no GPU: %s\n", status == cudaSuccess ? "none is shown to this process" : cudaGetErrorString(status));
    return 77;
  }
  try {
    return run(read_arguments(argc, argv)) ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_gpu_encoder: %s\n", error.what());
    return 2;
  }
}
