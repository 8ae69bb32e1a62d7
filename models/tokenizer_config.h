#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "models/tokenizer_frame.h"

namespace rag {

// What a model directory says about its tokenizer outside the vocabulary: tokenizer_config.json, special_tokens_map.json and the
// model type of config.json.  Each of these files may be absent.
struct TokenizerConfig {
  std::string tokenizer_class;  // "BertTokenizer"; "Fast" is taken off its end
  std::string model_type;       // "bert", "xlm-roberta"
  std::optional<bool> do_lower_case;
  std::optional<bool> strip_accents;
  std::optional<bool> tokenize_chinese_chars;
  std::optional<bool> add_bos_token;
  std::optional<bool> add_eos_token;
  std::map<std::string, std::string> roles;  // "cls_token" -> "[CLS]"
  std::set<std::string> special_tokens;      // every token that is named special anywhere
};

// Throws Error(Backend) where a file is there but broken.
TokenizerConfig read_tokenizer_config(const std::filesystem::path& model_directory);

// A JSON file, at most 256 MiB and nested at most 32 deep.  Throws Error(Backend).
nlohmann::json read_model_json(const std::filesystem::path& file);
nlohmann::json parse_model_json(std::string_view bytes, const std::filesystem::path& file);

// Runs `read`; a field that is missing or of the wrong type becomes Error(Backend) naming `file`.
void with_json_of(const std::filesystem::path& file, const std::function<void()>& read);

// The frame of a tokenizer.json's post-processor: TemplateProcessing, BertProcessing, RobertaProcessing, a sequence with one of them, or
// null.
TokenizerFrame read_frame(const nlohmann::json& post_processor, const std::filesystem::path& file);

// "kind/1a2b3c4d": the last part changes with the vocabulary's bytes and with the settings.
std::string tokenizer_name(std::string_view kind, std::string_view vocabulary_bytes, std::string_view settings);

// A whole vocabulary or model file.  Throws Error(Backend).
std::string read_model_file(const std::filesystem::path& file);

}  // namespace rag
