#pragma once

#include <cstddef>
#include <cstdint>
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

// Many encoders put another prefix before a question than before a passage.
enum class TextKind { Query, Passage };

struct Embeddings {
  std::size_t rows = 0;
  std::size_t dimension = 0;
  std::vector<float> values;             // rows x dimension, each row of length 1 where the model normalises
  std::vector<std::size_t> cut_tokens;   // per row: tokens lost to the model's limit
};

// What somebody with many texts should hand over so that nothing waits that could compute: more does not help, and is lost where he is interrupted.
struct Batching {
  std::size_t texts = 256;  // a call
  std::size_t callers = 1;  // at the same time
};

// Texts to vectors.  Thread-safe: several threads may call embed at once.
class Embedder {
 public:
  virtual ~Embedder() = default;
  virtual std::string name() const = 0;  // model, weights' and settings' fingerprint: "multilingual-e5-small/3fa9c2d1/512"
  virtual std::size_t dimension() const = 0;
  virtual std::size_t max_tokens() const = 0;
  virtual const Tokenizer& tokenizer() const = 0;
  // The text put before each text of that kind; "" where there is none.
  virtual std::string prefix(TextKind kind) const = 0;
  // One vector a text, in order.  An empty text has a vector too; an empty list gives none.
  virtual Embeddings embed(std::span<const std::string> texts, TextKind kind) const = 0;
  // May become more while it is used: Auto goes to a GPU when there is much text.
  virtual Batching batching() const { return {}; }
};

// Int8 where this processor is fast at it, else Fp32.
Precision default_precision();

struct EmbedderOptions {
  // None: default_precision().
  // Not part of the embedder's name: vectors of one model stand beside each other whatever they were computed in.
  std::optional<Precision> precision;
  std::size_t threads = 0;     // 0: all cores
  std::size_t max_tokens = 0;  // 0: what the model says; smaller cuts earlier
  DeviceChoice device;         // Cuda computes in bf16; Auto takes a GPU for much text
};

// What an embedder with these options computes in; where Auto finds a GPU that is for little text only.
Precision precision_of(const EmbedderOptions& options);

// The limit an embedder has under these options: what the model allows (`most`), or less.
// Throws Error(Usage) where more is asked for, or so little that special tokens leave no room.
std::size_t token_limit(const EmbedderOptions& options, std::size_t most, const std::string& model);

// Opens a model directory by what its config.json (or modules.json) says it is: an encoder of Hugging Face's BERT or XLM-RoBERTa family, a
// table of token vectors (static_embedder.h), or a Universal Sentence Encoder (use_embedder.h).  Cheap until the first embed: the directory
// is read and checked and the tokenizer is ready, while libtorch and the weights come in when they are first needed.
// Throws Error(Backend): a missing or cut file, an architecture this build does not know, a cross-encoder (see cross_encoder.h).
std::unique_ptr<Embedder> open_embedder(const std::filesystem::path& model_directory, const EmbedderOptions& options = {});

// Needs no weights: words and character pairs hashed into 256 dimensions.  Finds shared words, nothing more; for tests and demonstrations.
std::unique_ptr<Embedder> make_hashing_embedder();

}  // namespace rag
