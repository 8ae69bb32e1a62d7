#pragma once

#include <filesystem>
#include <memory>

#include "models/tokenizer.h"

namespace rag {

// A Hugging Face tokenizer.json: WordPiece as BERT has it, or Unigram as sentencepiece has it.  Whatever else it holds (BPE, other
// normalisers) is refused by name, because ids that are almost right are wrong.
//
// Special tokens are put around a text as its post-processor says, and never found in it.
std::unique_ptr<Tokenizer> open_tokenizer_json(const std::filesystem::path& file);

}  // namespace rag
