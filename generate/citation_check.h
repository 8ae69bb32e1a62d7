#pragma once

#include <span>
#include <string>

#include "core/answer.h"
#include "core/passage.h"

namespace rag {

// Reads a drafted answer with markers like [2] or [1][3] after its sentences, numbers referring to `passages` from 1, and keeps what holds:
// the passage exists, some sentences of it support the claim, and every number and name of the claim occurs there.
// A sentence whose citations all fail, or that has none, is dropped and counted.  Where nothing is left the answer abstains.
// Markers are renumbered in order of appearance; each citation quotes the supporting bytes.
Answer check_citations(const std::string& draft, std::span<const Passage> passages, const std::string& question);

// The most telling piece of `passage` for a claim: a span of the document's text, verbatim, or an empty one where nothing supports it.
Span find_support(const std::string& claim, const Passage& passage);

}  // namespace rag
