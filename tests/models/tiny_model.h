#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace rag::test {

// A complete Hugging Face model directory of a few kilobytes, as files by their paths: BERT, one layer, every weight zero.
inline std::map<std::string, std::string> tiny_model() {
  constexpr std::int64_t kHidden = 4, kWide = 8, kWords = 6, kPositions = 16;
  nlohmann::json header;
  std::size_t bytes = 0;
  const auto add = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
    std::size_t size = sizeof(float);
    for (const std::int64_t extent : shape) size *= static_cast<std::size_t>(extent);
    header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {bytes, bytes + size}}};
    bytes += size;
  };
  const auto add_linear = [&](const std::string& name, std::int64_t out, std::int64_t in) {
    add(name + ".weight", {out, in});
    add(name + ".bias", {out});
  };
  const auto add_norm = [&](const std::string& name) {
    add(name + ".weight", {kHidden});
    add(name + ".bias", {kHidden});
  };
  add("embeddings.word_embeddings.weight", {kWords, kHidden});
  add("embeddings.position_embeddings.weight", {kPositions, kHidden});
  add("embeddings.token_type_embeddings.weight", {2, kHidden});
  add_norm("embeddings.LayerNorm");
  for (const char* part : {"query", "key", "value"}) add_linear(std::string("encoder.layer.0.attention.self.") + part, kHidden, kHidden);
  add_linear("encoder.layer.0.attention.output.dense", kHidden, kHidden);
  add_norm("encoder.layer.0.attention.output.LayerNorm");
  add_linear("encoder.layer.0.intermediate.dense", kWide, kHidden);
  add_linear("encoder.layer.0.output.dense", kHidden, kWide);
  add_norm("encoder.layer.0.output.LayerNorm");
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');
  std::string length(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) length[i] = static_cast<char>(text.size() >> (8 * i) & 0xFF);

  const nlohmann::json config = {{"model_type", "bert"},      {"hidden_size", kHidden},       {"num_hidden_layers", 1},
                                 {"num_attention_heads", 2},  {"intermediate_size", kWide},   {"vocab_size", kWords},
                                 {"type_vocab_size", 2},      {"max_position_embeddings", kPositions}};
  return {{"config.json", config.dump()},
          {"tokenizer_config.json", R"({"do_lower_case":true,"model_max_length":16})"},
          {"vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nriver\n##s\n"},
          {"modules.json", R"([{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},)"
                           R"({"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}])"},
          {"1_Pooling/config.json", R"({"word_embedding_dimension":4,"pooling_mode_mean_tokens":true})"},
          {"model.safetensors", length + text + std::string(bytes, '\0')}};
}

}  // namespace rag::test
