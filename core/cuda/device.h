#pragma once

// What a kernel is written with.  A kernel is a RAG_KERNEL function in a header; a .cu file compiles it for a GPU, and a test compiles
// the same header with g++ and runs it on the processor, thread by thread (emulated.h), where no GPU and no CUDA toolkit is.
// Host code that launches kernels includes this too; other files of the house include nothing of core/cuda but numbers.h.
//
// Both give, under CUDA's own names: threadIdx, blockIdx, blockDim, gridDim, dim3, float2, float4, uint2, uint4, __syncthreads, __syncwarp,
// __shfl_sync, __shfl_xor_sync, __shfl_down_sync, __shfl_up_sync, __ballot_sync, __any_sync, __all_sync, atomicAdd, atomicMax, atomicMin,
// atomicExch, atomicCAS, __popc, __ffs, __clz, __ldg, rsqrtf, and the C library's functions; min and max.  And under ours:
//
//   RAG_KERNEL, RAG_DEVICE    before a kernel, before a function that kernels call
//   RAG_BOUNDS(threads, blocks)  __launch_bounds__
//   RAG_UNROLL                before a loop that must be unrolled, because its counter chooses registers
//   RAG_SHARED(type, name, count)  a static shared array; count is a constant
//   Shared<T>(offset, count)  `count` of T in the dynamic shared memory, from byte `offset` on; [i] and .at(i), the address
//   copy_async_16(to, from, valid)  cp.async: 16 bytes into shared memory, zeros where not valid; both 16-byte aligned
//   copy_async_commit(), copy_async_wait<N>()  a group ends; wait until at most the last N groups are on their way
//   load_matrices(r, row), load_matrices_transposed(r, row)  ldmatrix.x4 of 8x8 matrices of 16-bit numbers
//   multiply_bf16(c, a, b), multiply_fp16(c, a, b)  mma.sync m16n8k16, c += a b in float
//   exp2_fast(x)  2^x, one instruction
//   launch(kernel, grid, block, shared_bytes, stream, arguments...)
//
// Which lane has what (PTX ISA, "Matrix Fragments for mma.m16n8k16"); g = lane / 4, t = lane % 4, two numbers a register, lower half first:
//   a (16 x 16)  a[0]: row g, columns 2t, 2t+1   a[1]: row g+8   a[2]: row g, columns 2t+8, 2t+9   a[3]: row g+8, the same
//   b (16 x 8)   b[0]: rows 2t, 2t+1, column g   b[1]: rows 2t+8, 2t+9
//   c (16 x 8)   c[0], c[1]: row g, columns 2t, 2t+1   c[2], c[3]: row g+8
// load_matrices: lanes 8i to 8i+7 name the rows (16 bytes each) of matrix i; r[i] is row g, columns 2t and 2t+1 of it.
// Transposed: rows 2t and 2t+1, column g.

#include "core/cuda/numbers.h"

#if defined(__CUDACC__)
#include "core/cuda/compiled.h"
#else
#include "core/cuda/emulated.h"
#endif
