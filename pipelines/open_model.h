#pragma once

#include <memory>
#include <string>

#include "index/records.h"
#include "models/embedder.h"

namespace rag {

inline constexpr const char* kDefaultModel = "multilingual-e5-small";

// The encoder of that name or directory; "hash" is the one that needs no weights.
std::unique_ptr<Embedder> open_model(const std::string& name_or_directory, const EmbedderOptions& options = {});

// The encoder an index was built with.  `wanted` names another one the user asked for, "" for none.
// Throws Error(Mismatch), naming both and the command that mends it, where the encoder at hand is not that one.
std::unique_ptr<Embedder> open_model_of_index(const IndexSettings& settings, const std::string& index_directory,
                                              const std::string& wanted = "", const EmbedderOptions& options = {});

}  // namespace rag
