#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "models/cuda/attention_kernel.h"
#include "models/cuda/device_weights.h"
#include "models/cuda/gpu.h"
#include "models/cuda/row_kernels.h"
#include "models/packed_texts.h"

namespace rag::gpu {

// A slice of texts as the kernels read it, on the GPU.
struct BatchRows {
  const std::int32_t *ids, *positions, *types, *starts;
  const QueryTile* tiles;
  std::size_t tokens, texts, tile_count;
};

// Between the layers.  What is computed for a token is given up as soon as its successor is there, so that more of it stays in the second cache.
struct Workspace {
  static std::size_t bytes_per_token(const EncoderConfig& config) {
    return (3 * config.hidden_size + std::max(3 * config.hidden_size, config.intermediate_size)) * sizeof(Bf16);
  }

  Workspace() = default;
  // For so many tokens, and a few more: cuBLASLt's fast products want matrices that begin at multiples of 256 bytes.
  Workspace(Gpu& gpu, const EncoderConfig& config, std::size_t tokens) {
    tokens = (tokens + 127) / 128 * 128;
    memory = gpu.allocate(tokens * bytes_per_token(config));
    const std::size_t numbers = tokens * config.hidden_size;
    hidden = static_cast<Bf16*>(memory.get());
    context = hidden + numbers;
    sums = context + numbers;
    wide = sums + numbers;
  }

  Memory memory;
  Bf16* hidden = nullptr;   // tokens x hidden size
  Bf16* context = nullptr;  // the same
  Bf16* sums = nullptr;     // the same
  Bf16* wide = nullptr;     // queries, keys and values, later the wide layer
};

struct PoolingChoice {
  bool first_token;
  bool normalise;
};

// Told what is queued next, where somebody wants to know how long each part takes.
using Stage = std::function<void(const char* name)>;

// All layers over a slice; `vectors` on the GPU, texts x hidden size.  Queued, in the order of Devlin et al. 2019: a norm behind every sum.
inline void run_layers(Gpu& gpu, const DeviceWeights& weights, const EncoderConfig& config, const BatchRows& batch, const Workspace& space,
                       const PoolingChoice& pooling, float* vectors, const Stage& stage = [](const char*) {}) {
  const auto tokens = static_cast<unsigned>(batch.tokens), width = static_cast<unsigned>(config.hidden_size);
  const dim3 row_blocks((tokens + kRowsAtOnce - 1) / kRowsAtOnce);
  const Finish activation = config.activation == Activation::Relu ? Finish::BiasRelu : Finish::BiasGelu;
  with_chunks(config.hidden_size, [&](auto chunks) {
    constexpr int kChunks = decltype(chunks)::value;
    stage("embeddings");
    launch(embed_rows<kChunks>, row_blocks, kWarp * kRowsAtOnce, 0, gpu.stream(),
           EmbeddingRows{batch.ids, batch.positions, batch.types, weights.words, weights.positions, weights.types, weights.norm, tokens, width, space.hidden});
    const auto add_and_norm = [&](const Linear& product, const Norm& norm) {
      stage("residual and norm");
      launch(add_and_norm_rows<kChunks>, row_blocks, kWarp * kRowsAtOnce, 0, gpu.stream(),
             ResidualRows{space.sums, product.exact_bias, norm, tokens, width, space.hidden});
    };
    for (const LayerWeights& layer : weights.layers) {
      stage("queries, keys, values");
      gpu.product(space.hidden, batch.tokens, layer.query_key_value, Finish::Bias, space.wide);
      const AttentionRows rows{space.wide, batch.tiles, width, space.context};
      stage("attention");
      const dim3 blocks(static_cast<unsigned>(batch.tile_count), static_cast<unsigned>(config.heads));
      if (config.hidden_size / config.heads == 32)
        launch(attend_texts<32>, blocks, kAttentionThreads, attention_shared_bytes<32>(), gpu.stream(), rows);
      else
        launch(attend_texts<64>, blocks, kAttentionThreads, attention_shared_bytes<64>(), gpu.stream(), rows);
      stage("attention's output");
      gpu.product(space.context, batch.tokens, layer.attention_output, Finish::Nothing, space.sums);
      add_and_norm(layer.attention_output, layer.attention_norm);
      stage("wide layer");
      gpu.product(space.hidden, batch.tokens, layer.widen, activation, space.wide);
      stage("narrow layer");
      gpu.product(space.wide, batch.tokens, layer.narrow, Finish::Nothing, space.sums);
      add_and_norm(layer.narrow, layer.output_norm);
    }
    stage("pooling");
    launch(pool_texts<kChunks>, dim3(static_cast<unsigned>(batch.texts)), kWarp * kPoolingWarps, pooling_shared_bytes(width), gpu.stream(),
           PooledTexts{space.hidden, batch.starts, pooling.first_token, pooling.normalise, width, vectors});
  });
}

}  // namespace rag::gpu
