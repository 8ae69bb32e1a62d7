#pragma once

#include <cstddef>
#include <vector>

#include "models/engine.h"

namespace rag {

// The engine's row for every text, in the order of `texts`, in calls of at most `batch_tokens` tokens (one text may have more).
//
// Longest first, so that no core is left with a long text when the others are done, and equal lengths side by side.  Larger batches keep
// more cores busy; between two of them it stops where the user asks: throws Error(Interrupted).
std::vector<float> encode_by_length(const EncoderEngine& engine, const PackedTexts& texts, std::size_t width, std::size_t batch_tokens);

}  // namespace rag
