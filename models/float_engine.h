#pragma once

#include <memory>

#include "models/engine.h"

namespace rag {

// The Fp32 engine: everything in F32, no library needed.  Holds a packed copy of the layers' weights.
// Throws Error(Backend) where a weight is no number.
std::unique_ptr<EncoderEngine> make_float_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options);

}  // namespace rag
