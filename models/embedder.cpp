#include "models/embedder.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/notice.h"
#include "core/parallel.h"
#include "models/architecture.h"
#include "models/device_engine.h"
#include "models/encode_by_length.h"
#include "models/encoder_weights.h"
#include "models/engine.h"
#include "models/json_fields.h"
#include "models/model_directory.h"
#include "models/prepared_layers.h"
#include "models/static_embedder.h"
#include "models/use_embedder.h"

namespace rag {
namespace {

// Tokens that are given to libtorch in one call: long enough to keep all cores busy, short enough (a second or two) to stop between two
// calls when the user asks.  The int8 engine stops within a call, and no core of it waits at the end of each.
constexpr std::size_t kBatchTokens = 16384;
std::size_t batch_tokens_of(Precision precision) { return precision == Precision::Int8 ? 64 * kBatchTokens : kBatchTokens; }
// A GPU cuts its own slices, and stops between two of them.
constexpr std::size_t kGpuBatchTokens = 64 * kBatchTokens;

// What an embedder has seen when Auto goes to a GPU: beginning there takes a second or so, in which a processor of several cores computes as much.
constexpr std::size_t kWorthAGpu = 65536;

// Texts that are cut into tokens while the GPU computes those before.
constexpr std::size_t kTextsAhead = 4096;

// Texts of a call to a GPU, a twelfth of a second's work for a small model; and calls at once for each GPU: one is computed while others are cut into
// tokens before, or stored behind.
constexpr std::size_t kTextsForAGpu = 4096;
constexpr std::size_t kCallersOfAGpu = 2;

// Texts that one thread cuts into tokens at a time; a question alone starts no thread.
constexpr std::size_t kTextsToCut = 16;

ModelDirectory encoder_directory(const std::filesystem::path& directory) {
  ModelDirectory model = read_model_directory(directory);
  if (model.labels == 1) refuse_model(directory, "a cross-encoder, which scores pairs of texts and makes no vectors; use it with --reranker");
  if (model.labels > 1) refuse_model(directory, "a classifier of " + std::to_string(model.labels) + " labels, expected an encoder");
  return model;
}

class EncoderEmbedder final : public Embedder {
 public:
  EncoderEmbedder(const std::filesystem::path& directory, const EmbedderOptions& options)
      : model_(encoder_directory(directory)), weights_(model_.weights, model_.config), precision_(options.precision), threads_(options.threads), device_(encoder_device(options.device, options.precision)) {
    model_.max_tokens = token_limit(options, model_.max_tokens, model_.name);
    tokenizer_ = open_tokenizer_of(model_);
    name_ = model_.name + '/' + fingerprint().substr(0, 8) + '/' + std::to_string(model_.max_tokens);
  }

  std::string name() const override { return name_; }
  std::size_t dimension() const override { return model_.config.hidden_size; }
  std::size_t max_tokens() const override { return model_.max_tokens; }
  const Tokenizer& tokenizer() const override { return *tokenizer_; }
  std::string prefix(TextKind kind) const override { return kind == TextKind::Query ? model_.query_prefix : model_.passage_prefix; }

  Batching batching() const override {
    const bool gpu = device_.kind == DeviceChoice::Kind::Cuda || (device_.kind == DeviceChoice::Kind::Auto && tokens_seen_ >= kWorthAGpu);
    const std::size_t gpus = gpu ? usable_gpus(device_).size() : 0;
    return gpus == 0 ? Batching{} : Batching{.texts = kTextsForAGpu, .callers = 1 + kCallersOfAGpu * gpus};
  }

  // Many texts piece by piece where a GPU computes, so that it has the next when it is done with the one before.
  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    Embeddings out{.rows = texts.size(), .dimension = dimension()};
    out.values.resize(texts.size() * dimension());
    out.cut_tokens.resize(texts.size());
    const bool by_pieces = texts.size() > kTextsAhead && device_.kind != DeviceChoice::Kind::Cpu && gpu_is_there(device_);
    std::future<void> encoding;
    for (std::size_t begin = 0; begin < texts.size();) {
      const std::size_t count = std::min(texts.size() - begin, by_pieces ? kTextsAhead : texts.size());
      PackedTexts packed = cut_into_tokens(texts.subspan(begin, count), kind, out.cut_tokens.data() + begin);
      if (encoding.valid()) encoding.get();
      const auto encode = [this, packed = std::move(packed), to = out.values.data() + begin * dimension()] { this->encode(packed, to); };
      begin += count;
      if (begin == texts.size()) encode();
      else encoding = std::async(std::launch::async, encode);
    }
    return out;
  }

 private:
  PackedTexts cut_into_tokens(std::span<const std::string> texts, TextKind kind, std::size_t* cut_tokens) const {
    std::vector<std::vector<std::int32_t>> ids(texts.size());
    in_parallel(threads_, (texts.size() + kTextsToCut - 1) / kTextsToCut, [&](std::size_t piece) {
      throw_if_interrupted();
      for (std::size_t i = piece * kTextsToCut; i < std::min(texts.size(), (piece + 1) * kTextsToCut); ++i) {
        Tokens tokens = tokenizer_->encode(prefix(kind) + texts[i], model_.max_tokens);
        cut_tokens[i] = tokens.cut;
        ids[i] = std::move(tokens.ids);
      }
    });
    PackedTexts packed;
    for (const std::vector<std::int32_t>& text : ids) packed.add(text);
    return packed;
  }

  void encode(const PackedTexts& packed, float* to) const {
    const bool gpu = takes_gpu(packed.ids.size());
    const Precision precision = precision_.value_or(default_precision());
    const std::vector<float> vectors =
        encode_by_length(engine(precision, gpu), packed, dimension(), gpu ? kGpuBatchTokens : batch_tokens_of(precision));
    std::ranges::copy(vectors, to);
  }

  bool takes_gpu(std::size_t tokens) const {
    if (device_.kind != DeviceChoice::Kind::Auto) return device_.kind == DeviceChoice::Kind::Cuda;
    return (tokens_seen_ += tokens) >= kWorthAGpu && gpu_is_there(device_);
  }

  const EncoderEngine& engine(Precision precision, bool gpu) const {
    const std::lock_guard lock(opening_);
    auto& engine = engines_[{precision, gpu}];
    if (!engine)
      engine = open_engine(weights_, model_.config,
                           {.precision = precision,
                            .threads = threads_,
                            .pooling = model_.pooling,
                            .normalise = model_.normalise,
                            .device = gpu ? device_ : DeviceChoice{DeviceChoice::Kind::Cpu, std::nullopt},
                            .prepared = prepared_layers_file(weights_)});
    return *engine;
  }

  // Everything that changes a vector.
  std::string fingerprint() const {
    const EncoderConfig& config = model_.config;
    std::string all = weights_.fingerprint() + '\n' + tokenizer_->name() + '\n' + config.architecture + '\n';
    for (const std::size_t number : {config.layers, config.heads, config.first_position, static_cast<std::size_t>(config.activation),
                                     static_cast<std::size_t>(model_.pooling), std::size_t{model_.normalise}, model_.max_tokens})
      all += std::to_string(number) + '\n';
    all += std::to_string(config.layer_norm_epsilon * 1e12) + '\n';
    return sha256_hex(all + std::to_string(model_.query_prefix.size()) + ' ' + model_.query_prefix + model_.passage_prefix);
  }

  ModelDirectory model_;
  EncoderWeights weights_;
  std::optional<Precision> precision_;
  std::size_t threads_ = 0;
  DeviceChoice device_;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::string name_;
  mutable std::mutex opening_;
  mutable std::atomic<std::size_t> tokens_seen_ = 0;
  mutable std::map<std::pair<Precision, bool>, std::unique_ptr<EncoderEngine>> engines_;  // read weights_, so they are declared after them
};

}  // namespace

Precision precision_of(const EmbedderOptions& options) {
  return options.device.kind == DeviceChoice::Kind::Cuda ? Precision::Bf16 : options.precision.value_or(default_precision());
}

Precision default_precision() { return has_fast_int8() ? Precision::Int8 : Precision::Fp32; }

std::size_t token_limit(const EmbedderOptions& options, std::size_t most, const std::string& model) {
  if (options.max_tokens > most)
    throw Error(ErrorKind::Usage,
                "--max-tokens: " + std::to_string(options.max_tokens) + ", " + model + " takes at most " + std::to_string(most));
  if (options.max_tokens == 1 || options.max_tokens == 2)
    throw Error(ErrorKind::Usage, "--max-tokens: " + std::to_string(options.max_tokens) + " leaves no room for a text; use at least 3");
  return options.max_tokens == 0 ? most : options.max_tokens;
}

std::unique_ptr<Embedder> open_embedder(const std::filesystem::path& model_directory, const EmbedderOptions& options) {
  const std::string architecture = architecture_of(model_directory);
  const bool cheap = architecture == kUseArchitecture || architecture == kModel2Vec || architecture == kStaticEmbedding;
  if (cheap && options.device.kind == DeviceChoice::Kind::Cuda) notice(model_directory.string() + ": computes on the processor whatever --device says; it would gain nothing on a GPU");
  if (architecture == kUseArchitecture) return open_use_embedder(model_directory, options);
  if (architecture == kModel2Vec || architecture == kStaticEmbedding) return open_static_embedder(model_directory, options);
  return std::make_unique<EncoderEmbedder>(model_directory, options);
}

}  // namespace rag
