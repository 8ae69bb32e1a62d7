#pragma once

#include <cstddef>
#include <memory>

#include "models/embedder.h"

namespace rag {

inline constexpr std::size_t kTextsRemembered = 512;

// The same embedder, which remembers the vectors of so many short texts: a question is embedded once although search and answer both ask
// for it, and what every answer compares itself with is embedded once a session.  Thread-safe.
std::unique_ptr<Embedder> make_remembering_embedder(std::unique_ptr<Embedder> embedder, std::size_t texts = kTextsRemembered);

}  // namespace rag
