#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace rag {

enum class Activation { Gelu, GeluTanh, Relu };
enum class Pooling { Mean, Cls };

// The shape of a BERT-like encoder, as config.json gives it.  Every number has been checked against sane bounds.
struct EncoderConfig {
  std::string architecture;  // "bert", "roberta", "xlm-roberta", "camembert"
  std::size_t hidden_size = 0;
  std::size_t layers = 0;
  std::size_t heads = 0;  // divides hidden_size
  std::size_t intermediate_size = 0;
  std::size_t vocabulary_size = 0;
  std::size_t positions = 0;       // rows of the position table
  std::size_t first_position = 0;  // where positions start: 0 for BERT, pad_token_id + 1 for RoBERTa
  std::size_t token_types = 0;     // 0: no such table
  double layer_norm_epsilon = 1e-12;
  Activation activation = Activation::Gelu;
};

// What a Hugging Face directory says about turning a text into one vector, or a pair of texts into a score.
struct ModelDirectory {
  std::filesystem::path path;
  std::filesystem::path weights;  // model.safetensors
  std::string name;               // the directory's own, the repository's in a Hugging Face cache
  EncoderConfig config;
  Pooling pooling = Pooling::Mean;
  bool normalise = true;
  std::size_t max_tokens = 0;  // special tokens included
  std::size_t labels = 0;      // outputs of a head for classes: 1 for a cross-encoder; 0: none, an encoder
  std::string query_prefix;
  std::string passage_prefix;
};

// The directory's own name.  A Hugging Face cache calls it .../models--OWNER--NAME/snapshots/COMMIT, whose name is NAME.
std::string model_name_of(const std::filesystem::path& directory);

// Reads config.json and, where they are there, modules.json, the pooling's config.json, sentence_bert_config.json,
// tokenizer_config.json and config_sentence_transformers.json.  Where those are silent, what is known of the model's name
// decides (see models/presets.h), else mean pooling without prefixes.  A directory whose architecture is "...ForSequenceClassification" has
// labels, unless its modules.json lists a Pooling: that makes vectors whatever it once was.  Does not open the weights.
// Throws Error(Backend): a missing or cut file, an absurd number, a part this build does not know.
ModelDirectory read_model_directory(const std::filesystem::path& directory);

}  // namespace rag
