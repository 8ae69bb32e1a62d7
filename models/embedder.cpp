#include "models/embedder.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "models/encode_by_length.h"
#include "models/architecture.h"
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
      : model_(encoder_directory(directory)), weights_(model_.weights, model_.config), precision_(options.precision), threads_(options.threads) {
    model_.max_tokens = token_limit(options, model_.max_tokens, model_.name);
    tokenizer_ = open_tokenizer_of(model_);
    name_ = model_.name + '/' + fingerprint().substr(0, 8) + '/' + std::to_string(model_.max_tokens);
  }

  std::string name() const override { return name_; }
  std::size_t dimension() const override { return model_.config.hidden_size; }
  std::size_t max_tokens() const override { return model_.max_tokens; }
  const Tokenizer& tokenizer() const override { return *tokenizer_; }
  std::string prefix(TextKind kind) const override { return kind == TextKind::Query ? model_.query_prefix : model_.passage_prefix; }

  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    Embeddings out{.rows = texts.size(), .dimension = dimension()};
    std::vector<std::vector<std::int32_t>> ids(texts.size());
    out.cut_tokens.resize(texts.size());
    in_parallel(threads_, (texts.size() + kTextsToCut - 1) / kTextsToCut, [&](std::size_t piece) {
      throw_if_interrupted();
      for (std::size_t i = piece * kTextsToCut; i < std::min(texts.size(), (piece + 1) * kTextsToCut); ++i) {
        Tokens tokens = tokenizer_->encode(prefix(kind) + texts[i], model_.max_tokens);
        out.cut_tokens[i] = tokens.cut;
        ids[i] = std::move(tokens.ids);
      }
    });
    if (texts.empty()) return out;
    PackedTexts packed;
    for (const std::vector<std::int32_t>& text : ids) packed.add(text);
    const Precision precision = precision_.value_or(default_precision());
    out.values = encode_by_length(engine(precision), packed, dimension(), batch_tokens_of(precision));
    return out;
  }

 private:
  const EncoderEngine& engine(Precision precision) const {
    const std::lock_guard lock(opening_);
    auto& engine = engines_[precision];
    if (!engine)
      engine = open_engine(weights_, model_.config,
                           {.precision = precision,
                            .threads = threads_,
                            .pooling = model_.pooling,
                            .normalise = model_.normalise,
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
  std::unique_ptr<Tokenizer> tokenizer_;
  std::string name_;
  mutable std::mutex opening_;
  mutable std::map<Precision, std::unique_ptr<EncoderEngine>> engines_;  // read weights_, so they are declared after them
};

}  // namespace

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
  if (architecture == kUseArchitecture) return open_use_embedder(model_directory, options);
  if (architecture == kModel2Vec || architecture == kStaticEmbedding) return open_static_embedder(model_directory, options);
  return std::make_unique<EncoderEmbedder>(model_directory, options);
}

}  // namespace rag
