#pragma once

#include <memory>

#include "models/engine.h"

namespace rag {

// The Int8 engine: products of bytes, everything between them in F32, no library needed.  Ready in the time it takes to read the weights
// once.  Throws Error(Backend) where a weight is no number.
std::unique_ptr<EncoderEngine> make_byte_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options);

}  // namespace rag
