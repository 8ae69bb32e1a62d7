#pragma once

#include <filesystem>
#include <memory>

#include "models/embedder.h"

namespace rag {

// An embedder without a network: the mean of its tokens' vectors, looked up in a table.  Some hundred times the speed of an encoder, and
// about what a very small one finds: it knows words, not their order.
//
// Opens what model2vec writes (config.json, tokenizer.json, model.safetensors) and sentence-transformers' StaticEmbedding (modules.json and
// the folder it names).  As in those libraries no special tokens stand around a text, the mean counts every token once whatever its weight,
// and model2vec's models pass over what the vocabulary does not know.  A text of which nothing is left has the zero vector: like nothing.
//
// Vectors have length 1 unless config.json says "normalize": false, or a StaticEmbedding's settings ask for the plain inner product ("dot").
//
// max_tokens: model2vec's config.json "max_length", 512 where it has none, as the library does (which first cuts characters, by a guess at
// how many make so many tokens; we count).  Where there is no limit (null; a
// StaticEmbedding) it is 8,192: memory does not grow with it, but the mean of a whole book says as little of each page as of any other book.
//
// Throws Error(Backend): a missing or damaged file, a module this build does not know, a tokenizer of more ids than the table.  A table's
// value that is no number is noticed by the first embed that meets it.
std::unique_ptr<Embedder> open_static_embedder(const std::filesystem::path& model_directory, const EmbedderOptions& options = {});

}  // namespace rag
