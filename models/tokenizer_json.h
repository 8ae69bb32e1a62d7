#pragma once

#include <filesystem>
#include <memory>

#include "models/tokenizer.h"

namespace rag {

// A Hugging Face tokenizer.json: WordPiece as BERT has it, or Unigram as sentencepiece has it.  Whatever else it holds (BPE, other
// normalisers) is refused by name, because ids that are almost right are wrong.
//
// Special tokens are put around a text as its post-processor says (not with Frame::None), and never found in it.
enum class Frame { FromFile, None };
std::unique_ptr<Tokenizer> open_tokenizer_json(const std::filesystem::path& file, Frame frame = Frame::FromFile);

}  // namespace rag
