#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/models/tensor_bytes.h"

namespace rag::test {

// WordPiece with five pieces; the frame it names must not matter to a static embedder.
inline std::string tiny_tokenizer_json() {
  return R"({"normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
    "pre_tokenizer":{"type":"BertPreTokenizer"},
    "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
                      "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[0],"tokens":["[CLS]"]}}},
    "model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
             "vocab":{"[CLS]":0,"[UNK]":1,"river":2,"##s":3,"bank":4}}})";
}

// Token 2 is (3, 0), 3 is (0, 4), 4 is (1, 1); the unknown one, 1, is (100, 100).
inline std::vector<float> tiny_rows() { return {9, 9, 100, 100, 3, 0, 0, 4, 1, 1}; }

inline std::map<std::string, std::string> tiny_model2vec(bool normalise = true) {
  return {{"config.json", nlohmann::json{{"model_type", "model2vec"}, {"normalize", normalise}}.dump()},
          {"tokenizer.json", tiny_tokenizer_json()},
          {"model.safetensors", safetensors_of({{"embeddings", "F32", {5, 2}, bytes_of(tiny_rows())}})}};
}

inline std::map<std::string, std::string> tiny_static_embedding() {
  return {{"modules.json", R"([{"idx":0,"name":"0","path":"0_StaticEmbedding","type":"sentence_transformers.models.StaticEmbedding"}])"},
          {"config_sentence_transformers.json", R"({"similarity_fn_name":"cosine"})"},
          {"0_StaticEmbedding/tokenizer.json", tiny_tokenizer_json()},
          {"0_StaticEmbedding/model.safetensors", safetensors_of({{"embedding.weight", "F32", {5, 2}, bytes_of(tiny_rows())}})}};
}

}  // namespace rag::test
