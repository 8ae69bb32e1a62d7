#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/gpu.h"
#include "models/engine.h"
#include "models/tokenizer.h"

namespace rag {

struct PairScores {
  std::vector<double> scores;           // one a passage, in order
  std::vector<std::size_t> cut_tokens;  // per passage: tokens of it lost to the model's limit
};

// Reads a query and a passage together and says how well the passage answers.  Slower than comparing vectors, and better: for the best
// few of a search.  Thread-safe.
class CrossEncoder {
 public:
  virtual ~CrossEncoder() = default;
  virtual std::string name() const = 0;  // model, weights' fingerprint, limit: "bge-reranker-base/5ce8a3d0/512"
  virtual std::size_t max_tokens() const = 0;
  virtual const Tokenizer& tokenizer() const = 0;
  // Scores are what the model puts out (logits; no sigmoid, which would change neither their order nor what they mean): unbounded, larger
  // is better, to be compared within one query only.  A pair that is too long loses the passage's end, and a query of more than half of
  // the limit its own (Tokenizer::encode_pair).  An empty passage has a score too; no passages give none.
  // Throws Error(Interrupted) between two batches of pairs where the user asks, Error(Backend) where the weights give no numbers.
  virtual PairScores score(const std::string& query, std::span<const std::string> passages) const = 0;
};

struct CrossEncoderOptions {
  std::optional<Precision> precision;  // none: default_precision()
  std::size_t threads = 0;             // 0: all cores
  std::size_t max_tokens = 0;          // of a pair; 0: what the model says
  DeviceChoice device;                 // as in EmbedderOptions
};

// Opens a Hugging Face directory of a reranker: BertForSequenceClassification, or RoBERTa's and XLM-RoBERTa's, with one label.  Cheap until
// the first score, like open_embedder.
// Throws Error(Backend): a missing or cut file, an encoder without a head, a head with more labels, a tokenizer that knows no pairs.
std::unique_ptr<CrossEncoder> open_cross_encoder(const std::filesystem::path& model_directory, const CrossEncoderOptions& options = {});

}  // namespace rag
