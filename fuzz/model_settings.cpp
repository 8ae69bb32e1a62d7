// The settings in a stranger's model directory: the input are its files, apart by a NUL, in the order of kNames.
#include <filesystem>
#include <fstream>
#include <string>

#include "fuzz.h"
#include "in_memory.h"
#include "models/model_directory.h"
#include "models/tokenizer_config.h"

namespace {

constexpr const char* kNames[] = {"config.json", "modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "tokenizer_config.json", "config_sentence_transformers.json", "special_tokens_map.json"};

}  // namespace

FUZZ(bytes) {
  std::filesystem::create_directory(rag::fuzz::folder() / "1_Pooling");
  for (const char* name : kNames) {
    const std::size_t end = bytes.find('\0');
    const std::string_view content = bytes.substr(0, end);
    bytes = end == std::string_view::npos ? std::string_view() : bytes.substr(end + 1);
    if (content.empty())
      std::filesystem::remove(rag::fuzz::folder() / name);
    else
      std::ofstream(rag::fuzz::folder() / name, std::ios::binary) << content;
  }
  rag::fuzz::attempt([&] { rag::read_tokenizer_config(rag::fuzz::folder()); });
  const rag::ModelDirectory directory = rag::read_model_directory(rag::fuzz::folder());
  rag::fuzz::require(directory.config.hidden_size % directory.config.heads == 0);
  rag::fuzz::require(directory.max_tokens > 0 && directory.config.first_position < directory.config.positions);
}
