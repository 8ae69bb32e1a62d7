#include <cstdint>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/scratch_folder.h"
#include "models/device_engine.h"
#include "models/float_engine.h"
#include "models/random_weights.h"
#include "models/vector_agreement.h"

namespace rag {
namespace {

constexpr double kLeastCosine = 0.999;  // of vectors in bf16 to those in fp32

// One for each size of a head; as small as shapes come, so that it takes some milliseconds.
EncoderConfig shape_with_heads_of(std::size_t head) {
  return {.architecture = "bert", .hidden_size = 2 * head, .layers = 2, .heads = 2, .intermediate_size = 8 * head, .vocabulary_size = 500, .positions = 200, .token_types = 2};
}

// Shorter and longer than what a GPU takes at once.
PackedTexts some_texts(const EncoderConfig& config) {
  PackedTexts texts;
  std::uint32_t state = 1;
  for (const std::size_t length : {1, 5, 64, 65, 130, 200}) {
    std::vector<std::int32_t> ids(length);
    for (std::int32_t& id : ids) id = static_cast<std::int32_t>((state = state * 1664525U + 1013904223U) >> 8) % static_cast<std::int32_t>(config.vocabulary_size);
    texts.add(ids);
  }
  return texts;
}

}  // namespace

std::string encoder_self_test(const OpenDeviceEngine& open) {
  try {
    const ScratchFolder folder("rag-gpu");
    for (const std::size_t head : {32, 64}) {
      const EncoderConfig config = shape_with_heads_of(head);
      const std::filesystem::path file = folder.path() / (std::to_string(head) + ".safetensors");
      write_random_weights(file, config);
      const EncoderWeights weights(file, config);
      const PackedTexts texts = some_texts(config);
      const auto vectors = [&](const EncoderEngine& engine) { return Embeddings{texts.rows(), config.hidden_size, engine.encode(texts), {}}; };
      const EngineOptions options{.threads = 1};
      const double cosine = vector_agreement(vectors(*make_float_engine(weights, config, options)), vectors(*open(weights, config, options))).cosine_min;
      if (!(cosine >= kLeastCosine)) return "computes vectors of cosine " + std::to_string(cosine) + " to the processor's, expected .999";
    }
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace rag
