#pragma once

#include <filesystem>
#include <memory>

#include "models/embedder.h"

namespace rag {

// The multilingual Universal Sentence Encoder (16 languages, Korean among them; use_network.h), from a folder that 'rag model import' made:
// config.json, sentencepiece.model, model.safetensors.  One sentence's words and their near neighbours make its vector, so it costs a
// twelfth of a small transformer, whose attention sees the whole text.
//
// No prefixes; always F32, whatever precision is asked for; vectors have length 1.  max_tokens is config.json's, 2,048 as imported: the
// network has no limit of its own, but it was trained on sentences, and a sum over thousands of tokens says little of any of them.
//
// Throws Error(Backend): a missing or damaged file, a tokenizer of more ids than the table.  A weight that is no number is noticed by the
// first embed.
std::unique_ptr<Embedder> open_use_embedder(const std::filesystem::path& model_directory, const EmbedderOptions& options = {});

}  // namespace rag
