#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "models/tokenizer.h"
#include "models/tokenizer_frame.h"

namespace rag {

// The Unigram model of a tokenizer.json, turned back into the sentencepiece model it was made from, so that text is cut by the
// original code and not by a retelling of it.  `bytes` are the file's, for the name.
std::unique_ptr<Tokenizer> open_unigram_json(const nlohmann::json& root, TokenizerFrame frame, std::string_view bytes,
                                             const std::filesystem::path& file);

}  // namespace rag
