#include "models/use_embedder.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "core/hash.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "models/json_fields.h"
#include "models/model_directory.h"
#include "models/use_network.h"
#include "models/use_weights.h"

namespace rag {
namespace {

// Tokens that go through the network together: enough that reading the weights costs little, few enough to stay in the second cache.
constexpr std::size_t kBatchTokens = 256;
constexpr std::size_t kMostTextsAtATime = 64;  // that one thread takes

class UseEmbedder final : public Embedder {
 public:
  UseEmbedder(const std::filesystem::path& directory, const EmbedderOptions& options)
      : weights_(directory / "model.safetensors"),
        threads_(options.threads > 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency())) {
    const Fields config(directory / "config.json", read_json(directory / "config.json"));
    const std::string name = model_name_of(directory);
    max_tokens_ = token_limit(options, config.count("max_tokens", 3, 1'000'000), name);
    epsilon_ = static_cast<float>(config.small_number("layer_norm_eps", 1e-12));
    tokenizer_ = open_tokenizer(directory);
    if (tokenizer_->vocabulary_size() > weights_.shape().vocabulary)
      refuse_model(directory, "the tokenizer has " + std::to_string(tokenizer_->vocabulary_size()) + " tokens, the weights " +
                                  std::to_string(weights_.shape().vocabulary) + "; its files belong to different models");
    if (const std::size_t pieces = config.count("vocab_size", 1, 10'000'000); tokenizer_->vocabulary_size() != pieces)
      refuse_model(directory, "the tokenizer has " + std::to_string(tokenizer_->vocabulary_size()) + " tokens, config.json says " +
                                  std::to_string(pieces) + "; import the model again");
    if (tokenizer_->encode("", 0).ids.empty())  // the mean of nothing is no vector
      refuse_model(directory, "its tokenizer puts nothing around a text, expected <s> and </s>; import the model again");
    const std::string all = weights_.fingerprint() + '\n' + tokenizer_->name() + "\nuse\n" + std::to_string(max_tokens_) + '\n' +
                            std::to_string(static_cast<double>(epsilon_) * 1e12);
    name_ = name + '/' + sha256_hex(all).substr(0, 8) + '/' + std::to_string(max_tokens_);
  }

  std::string name() const override { return name_; }
  std::size_t dimension() const override { return weights_.shape().output; }
  std::size_t max_tokens() const override { return max_tokens_; }
  const Tokenizer& tokenizer() const override { return *tokenizer_; }
  std::string prefix(TextKind) const override { return ""; }

  Embeddings embed(std::span<const std::string> texts, TextKind) const override {
    Embeddings out{.rows = texts.size(), .dimension = dimension(), .values = std::vector<float>(texts.size() * dimension())};
    out.cut_tokens.resize(texts.size());
    const UseNetwork& network = opened();
    const std::size_t block = std::clamp<std::size_t>(texts.size() / (4 * threads_), 1, kMostTextsAtATime);
    in_parallel(threads_, (texts.size() + block - 1) / block, [&](std::size_t i) {
      embed_some(network, texts, i * block, std::min(texts.size(), (i + 1) * block), out);
    });
    return out;
  }

 private:
  void embed_some(const UseNetwork& network, std::span<const std::string> texts, std::size_t first, std::size_t last, Embeddings& out) const {
    PackedTexts batch;
    for (std::size_t row = first; row < last; ++row) {
      const Tokens tokens = tokenizer_->encode(texts[row], max_tokens_);
      out.cut_tokens[row] = tokens.cut;
      batch.add(tokens.ids);
      if (batch.ids.size() < kBatchTokens && row + 1 < last) continue;
      throw_if_interrupted();
      network.encode(batch, out.values.data() + (row + 1 - batch.rows()) * dimension());
      batch = {};
    }
  }

  const UseNetwork& opened() const {
    const std::lock_guard lock(opening_);
    if (!network_) network_.emplace(weights_, epsilon_);
    return *network_;
  }

  UseWeights weights_;
  std::size_t threads_;
  std::size_t max_tokens_ = 0;
  float epsilon_ = 0;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::string name_;
  mutable std::mutex opening_;
  mutable std::optional<UseNetwork> network_;  // reads weights_, so it is declared after them
};

}  // namespace

std::unique_ptr<Embedder> open_use_embedder(const std::filesystem::path& model_directory, const EmbedderOptions& options) {
  return std::make_unique<UseEmbedder>(model_directory, options);
}

}  // namespace rag
