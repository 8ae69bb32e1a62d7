#pragma once

#include <string_view>

#include "ingest/document_builder.h"

namespace rag {

// Adds Markdown (UTF-8, GitHub's flavour) to `builder`: the words of each block as a reader sees them, without link targets, markup,
// HTML tags and the tags of site generators.
void add_markdown(std::string_view text, DocumentBuilder& builder);

}  // namespace rag
