#pragma once

#include <filesystem>

#include "models/model_directory.h"

namespace rag {

// Writes a model.safetensors of this shape whose numbers are random, always the same, and as large as those of trained models, so that scores and
// activations are: to test and to measure encoders where no model is at hand.  Throws Error(Io).
void write_random_weights(const std::filesystem::path& file, const EncoderConfig& config);

}  // namespace rag
