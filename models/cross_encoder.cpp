#include "models/cross_encoder.h"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/error.h"
#include "core/interrupt.h"
#include "models/device_engine.h"
#include "models/embedder.h"
#include "models/encode_by_length.h"
#include "models/encoder_weights.h"
#include "models/json_fields.h"
#include "models/model_directory.h"
#include "models/prepared_layers.h"
#include "models/score_head.h"

namespace rag {
namespace {

// Tokens of one call of the engine: a second's work for a small model, a few for a large one, and still several slices for each core.
constexpr std::size_t kBatchTokens = 4096;
// A GPU cuts its own slices.
constexpr std::size_t kGpuBatchTokens = 1 << 20;

ModelDirectory cross_encoder_directory(const std::filesystem::path& directory) {
  ModelDirectory model = read_model_directory(directory);
  if (model.labels == 0) refuse_model(directory, "an encoder, which makes vectors and scores no pairs; use it with --model");
  if (model.labels > 1)
    refuse_model(directory / "config.json", "a classifier of " + std::to_string(model.labels) + " labels, a reranker has one");
  return model;
}

class EncoderCrossEncoder final : public CrossEncoder {
 public:
  EncoderCrossEncoder(const std::filesystem::path& directory, const CrossEncoderOptions& options)
      : model_(cross_encoder_directory(directory)),
        weights_(model_.weights, model_.config),
        head_(weights_, model_.config),
        tokenizer_(open_tokenizer_of(model_)),
        options_(options),
        device_(encoder_device(options.device, options.precision)) {
    if (options.max_tokens > model_.max_tokens)
      throw Error(ErrorKind::Usage, model_.name + ": a limit of " + std::to_string(options.max_tokens) + " tokens, it takes at most " +
                                        std::to_string(model_.max_tokens));
    if (options.max_tokens > 0) model_.max_tokens = options.max_tokens;
    check_frame(directory);
    name_ = model_.name + '/' + weights_.fingerprint().substr(0, 8) + '/' + std::to_string(model_.max_tokens);
  }

  std::string name() const override { return name_; }
  std::size_t max_tokens() const override { return model_.max_tokens; }
  const Tokenizer& tokenizer() const override { return *tokenizer_; }

  PairScores score(const std::string& query, std::span<const std::string> passages) const override {
    PairScores out;
    PackedTexts packed;
    for (const std::string& passage : passages) {
      throw_if_interrupted();
      const TokenPair pair = tokenizer_->encode_pair(query, passage, model_.max_tokens);
      out.cut_tokens.push_back(pair.cut_second);
      packed.add(pair.ids, has_types() ? pair.types : std::vector<std::uint8_t>());
    }
    if (passages.empty()) return out;
    const std::size_t width = model_.config.hidden_size;
    const bool gpu = device_.kind == DeviceChoice::Kind::Cuda;
    const std::vector<float> hidden = encode_by_length(engine(), packed, width, gpu ? kGpuBatchTokens : kBatchTokens);
    // Asked of the states, not of the scores: tanh makes 1 of the infinite.
    if (!std::ranges::all_of(hidden, [](float x) { return std::isfinite(x); }))
      throw Error(ErrorKind::Backend, name_ + ": hidden states that are no numbers; the weights are damaged, fetch the model again");
    for (std::size_t row = 0; row < passages.size(); ++row)
      out.scores.push_back(head_.score(std::span(hidden).subspan(row * width, width)));
    return out;
  }

 private:
  // RoBERTa's descendants are never told the segments, whatever their tokenizer says.
  bool has_types() const { return model_.config.architecture == "bert" && model_.config.token_types > 0; }

  // The frame's own tokens must leave room for both texts, and its segments must be the weights'.
  void check_frame(const std::filesystem::path& directory) const {
    if (model_.max_tokens < tokenizer_->encode_pair("", "").ids.size() + 2)
      refuse_model(directory, "a limit of " + std::to_string(model_.max_tokens) + " tokens leaves no room for two texts");
    const std::size_t largest = std::ranges::max(tokenizer_->encode_pair("a", "a").types);
    if (has_types() && largest >= model_.config.token_types)
      refuse_model(directory, "the tokenizer counts segments up to " + std::to_string(largest) + ", the weights have " +
                                  std::to_string(model_.config.token_types) + "; its files belong to different models");
  }

  const EncoderEngine& engine() const {
    const std::lock_guard lock(opening_);
    if (!engine_)
      engine_ = open_engine(weights_, model_.config,
                            {.precision = options_.precision.value_or(default_precision()),
                             .threads = options_.threads,
                             .pooling = Pooling::Cls,
                             .normalise = false,
                             .device = device_.kind == DeviceChoice::Kind::Cuda ? device_ : DeviceChoice{DeviceChoice::Kind::Cpu, std::nullopt},
                             .prepared = prepared_layers_file(weights_)});
    return *engine_;
  }

  ModelDirectory model_;
  EncoderWeights weights_;
  ScoreHead head_;
  std::unique_ptr<Tokenizer> tokenizer_;
  CrossEncoderOptions options_;
  DeviceChoice device_;  // of Auto's, the processor: fifty pairs are done before a GPU has begun
  std::string name_;
  mutable std::mutex opening_;
  mutable std::unique_ptr<EncoderEngine> engine_;  // reads weights_, so it is declared after them
};

}  // namespace

std::unique_ptr<CrossEncoder> open_cross_encoder(const std::filesystem::path& model_directory, const CrossEncoderOptions& options) {
  return std::make_unique<EncoderCrossEncoder>(model_directory, options);
}

}  // namespace rag
