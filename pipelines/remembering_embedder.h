#pragma once

#include <memory>

#include "models/embedder.h"

namespace rag {

// The same embedder, which remembers the vectors of the last few hundred short texts: a question is embedded once although search and
// answer both ask for it, and what every answer compares itself with is embedded once a session.  Thread-safe.
std::unique_ptr<Embedder> make_remembering_embedder(std::unique_ptr<Embedder> embedder);

}  // namespace rag
