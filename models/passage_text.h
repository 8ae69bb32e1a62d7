#pragma once

#include <string>

#include "core/chunk.h"
#include "models/embedder.h"

namespace rag {

// What the encoder reads for a chunk: text_with_context(), with as much context as there is room for.
//
// Context shares one vector with the text, so it may take no more than what the chunk leaves free under the encoder's limit, and never more
// than a quarter of the limit.  The table header is kept first (rows say nothing without it), then the title, then the innermost headings,
// outwards; what does not fit is left out whole.  A chunk that fills the limit by itself gives up a quarter to its context.
std::string passage_text(const std::string& title, const Chunk& chunk, const Embedder& embedder);

}  // namespace rag
