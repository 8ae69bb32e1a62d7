#pragma once

#include <cstddef>

#include "models/kernels/float_instructions.h"

namespace rag {

// Whether attend_head is fast for heads of that width.
constexpr bool has_attention_kernel(std::size_t head_size) { return head_size == 32 || head_size == 64; }

// Scaled dot product attention of one head within one text: softmax(Q K^T / sqrt(head_size)) V, all in F32.
//
// `query`, `key` and `value` point at the head's first number of the text's first token; the next token is `stride` floats further.
// `context` likewise, with `context_stride`.  Scores are never held for more than a few queries, so memory is about
// 2 x tokens x head_size floats, kept for the thread's next call.  Any head_size; see has_attention_kernel.  `with`: something this
// processor has.
void attend_head(const float* query, const float* key, const float* value, std::size_t stride, std::size_t tokens, std::size_t head_size,
                 float* context, std::size_t context_stride, FloatInstructions with = fastest_float_instructions());

}  // namespace rag
