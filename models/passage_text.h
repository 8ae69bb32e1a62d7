#pragma once

#include <string>

#include "core/chunk.h"
#include "models/embedder.h"

namespace rag {

// What the encoder reads for a chunk: text_with_context(), with as much context as there is room for.
//
// Context shares one vector with the text, so it takes a quarter of the encoder's limit at most.  The table header is kept first (rows say
// nothing without it), then the title, then the innermost headings, outwards; what does not fit is left out whole.  Chunks of the default
// length leave that quarter free; of a longer one the encoder cuts the end, and counts it.
std::string passage_text(const std::string& title, const Chunk& chunk, const Embedder& embedder);

// The same for any model with this tokenizer and limit; 0: none, nothing is left out.
std::string passage_text(const std::string& title, const Chunk& chunk, const Tokenizer& tokenizer, std::size_t max_tokens);

}  // namespace rag
