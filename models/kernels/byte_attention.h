#pragma once

#include <cstddef>

#include "models/kernels/byte_product.h"
#include "models/kernels/row_kernels.h"

namespace rag {

// One head within one text, as an int8 product of query, key and value leaves it: a token's number d is
// sums[d] * scale of the token + offset of the token * weight_sums[d] + bias[d].
struct HeadProducts {
  struct Part {
    const float* sums = nullptr;  // of the text's first token; the next token's are `stride` floats further
    LayerOutputs outputs;
  };
  Part query, key, value;
  std::size_t stride = 0;
  const float* scales = nullptr;   // one a token
  const float* offsets = nullptr;  // likewise
};

// Whether this processor and this width have attend_bytes(): AVX2 or better, 32 or 64 numbers a head.
bool has_byte_attention(std::size_t head_size);

// Scaled dot product attention, softmax(Q K^T / sqrt(head_size)) V, into `context`, whose tokens are `context_stride` floats apart.
//
// Queries and keys become bytes with a scale each for the text, values bytes with a scale a number, and the softmax's weights bytes of
// which each passes on what its rounding left over.  This costs a tenth of what the int8 products around it cost: 1 - cosine to fp32 of
// MiniLM's vectors .0012 instead of .0011 (.0025 when the left-overs are dropped), at a third of the time.
// Memory: about 3 x tokens x head_size bytes, kept for the thread's next call.
// `with`: Avx2 or better, which this processor has; they give the same numbers.
void attend_bytes(const HeadProducts& head, std::size_t tokens, std::size_t head_size, float* context, std::size_t context_stride,
                  ByteInstructions with = fastest_byte_instructions());

}  // namespace rag
