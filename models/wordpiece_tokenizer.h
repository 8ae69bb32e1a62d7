#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "models/bert_normalizer.h"
#include "models/tokenizer.h"
#include "models/tokenizer_frame.h"

namespace rag {

struct WordPieceSettings {
  std::vector<std::string> pieces;  // by id; "" where an id has none
  std::string unknown = "[UNK]";
  std::string continuation = "##";
  std::size_t max_chars_per_word = 100;  // longer words are unknown as a whole
  BertNormalizerOptions normalizer;
  TokenizerFrame frame;
};

// BERT's WordPiece: normalise, split into words and punctuation, then take the longest piece again and again; a word that
// cannot be covered is the unknown token.  Throws Error(Backend), naming `file`, where the vocabulary cannot serve.
std::unique_ptr<Tokenizer> make_wordpiece_tokenizer(WordPieceSettings settings, const std::string& name, const std::filesystem::path& file);

// vocab.txt, one piece a line, with what tokenizer_config.json says.
std::unique_ptr<Tokenizer> open_vocabulary_file(const std::filesystem::path& model_directory, const std::filesystem::path& file);

// The settings as they enter a tokenizer's name.
std::string summary_of(const WordPieceSettings& settings);

}  // namespace rag
