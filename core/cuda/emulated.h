#pragma once

// device.h for a C++ compiler: the same kernels on the processor, to test them where no GPU is.  Far too slow for anything else.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include "core/cuda/emulated_block.h"
#include "core/cuda/numbers.h"

#define RAG_KERNEL inline
#define RAG_DEVICE inline
#define RAG_BOUNDS(threads, blocks)
#define RAG_UNROLL
#define RAG_SHARED(type, name, count)      \
  static constexpr char name##_key_ = 0;   \
  type* const name = static_cast<type*>(rag::emulated::block->static_shared(&name##_key_, sizeof(type) * (count)))

namespace rag {

using std::max;
using std::min;

using Stream = struct CUstream_st*;  // what CUDA's headers call cudaStream_t

struct dim3 {
  constexpr dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
  unsigned x, y, z;
};
struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

// Of the thread that runs; set whenever another one goes on.
inline thread_local constinit dim3 threadIdx{0, 0, 0}, blockIdx{0, 0, 0}, blockDim, gridDim;

namespace emulated {

inline thread_local constinit Block* block = nullptr;

using Where = std::source_location;
inline Meeting meeting(const char* what, const Where& where) { return {what, where.line()}; }

template <typename T>
T shuffle(std::uint32_t mask, T value, unsigned from, const char* what, const Where& where) {
  static_assert(sizeof(T) <= 8);
  const unsigned char* slots = block->exchange(mask, &value, sizeof value, meeting(what, where));
  if (!(mask >> from & 1U)) wrong(meeting(what, where).text() + " reads from lane " + std::to_string(from) + ", which is not in the mask");
  std::memcpy(&value, slots + from * kSlotBytes, sizeof value);
  return value;
}

inline unsigned lane() { return block->current() % kLanes; }

// The numbers a lane's register holds, two each.
struct Fragments {
  std::uint32_t a[4], b[2];
};

template <typename Number>
float half_of(std::uint32_t both, unsigned which) {
  return to_float(Number{static_cast<std::uint16_t>(both >> 16 * which)});
}

template <typename Number>
void multiply(float (&c)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], const Where& where) {
  Fragments mine{{a[0], a[1], a[2], a[3]}, {b[0], b[1]}};
  static_assert(sizeof mine <= kSlotBytes);
  const unsigned char* slots = block->exchange(UINT32_MAX, &mine, sizeof mine, meeting("mma", where));
  const auto of = [&](unsigned lane) {
    Fragments theirs;
    std::memcpy(&theirs, slots + lane * kSlotBytes, sizeof theirs);
    return theirs;
  };
  const unsigned group = lane() / 4, column = lane() % 4 * 2;
  for (unsigned quarter = 0; quarter < 4; ++quarter) {  // the four lanes that hold a row of a, or a column of b
    const Fragments rows = of(group * 4 + quarter), left = of(column * 4 + quarter), right = of((column + 1) * 4 + quarter);
    for (unsigned upper = 0; upper < 2; ++upper)  // columns of a from 8 on
      for (unsigned half = 0; half < 2; ++half)
        for (unsigned low = 0; low < 2; ++low) {  // rows of a from 8 on
          const float x = half_of<Number>(rows.a[2 * upper + low], half);
          c[2 * low] += x * half_of<Number>(left.b[upper], half);
          c[2 * low + 1] += x * half_of<Number>(right.b[upper], half);
        }
  }
}

inline void load_rows(std::uint32_t (&r)[4], const void* row, bool transposed, const Where& where) {
  if (reinterpret_cast<std::uintptr_t>(row) % 16 != 0) wrong("ldmatrix on line " + std::to_string(where.line()) + ": a row at no multiple of 16 bytes");
  const unsigned char* slots = block->exchange(UINT32_MAX, &row, sizeof row, meeting("ldmatrix", where));
  const unsigned group = lane() / 4, pair = lane() % 4 * 2;
  const auto number = [&](unsigned matrix, unsigned row, unsigned column) {
    const unsigned char* address;
    std::memcpy(&address, slots + (matrix * 8 + row) * kSlotBytes, sizeof address);
    std::uint16_t bits;
    std::memcpy(&bits, address + 2 * column, sizeof bits);
    return static_cast<std::uint32_t>(bits);
  };
  for (unsigned i = 0; i < 4; ++i)
    r[i] = transposed ? number(i, pair, group) | number(i, pair + 1, group) << 16 : number(i, group, pair) | number(i, group, pair + 1) << 16;
}

}  // namespace emulated

inline void __syncthreads(const emulated::Where& where = emulated::Where::current()) {
  emulated::block->meet_all(emulated::meeting("__syncthreads", where));
}
inline void __syncwarp(std::uint32_t mask = UINT32_MAX, const emulated::Where& where = emulated::Where::current()) {
  emulated::block->meet_warp(mask, emulated::meeting("__syncwarp", where));
}
template <typename T>
T __shfl_sync(std::uint32_t mask, T value, int from, int width = 32, const emulated::Where& where = emulated::Where::current()) {
  const unsigned first = emulated::lane() / static_cast<unsigned>(width) * static_cast<unsigned>(width);
  return emulated::shuffle(mask, value, first + static_cast<unsigned>(from) % static_cast<unsigned>(width), "__shfl_sync", where);
}
template <typename T>
T __shfl_xor_sync(std::uint32_t mask, T value, int with, const emulated::Where& where = emulated::Where::current()) {
  return emulated::shuffle(mask, value, emulated::lane() ^ static_cast<unsigned>(with), "__shfl_xor_sync", where);
}
template <typename T>
T __shfl_down_sync(std::uint32_t mask, T value, unsigned by, const emulated::Where& where = emulated::Where::current()) {
  const unsigned from = emulated::lane() + by;
  return emulated::shuffle(mask, value, from < emulated::kLanes ? from : emulated::lane(), "__shfl_down_sync", where);
}
template <typename T>
T __shfl_up_sync(std::uint32_t mask, T value, unsigned by, const emulated::Where& where = emulated::Where::current()) {
  return emulated::shuffle(mask, value, emulated::lane() >= by ? emulated::lane() - by : emulated::lane(), "__shfl_up_sync", where);
}
inline unsigned __ballot_sync(std::uint32_t mask, int holds, const emulated::Where& where = emulated::Where::current()) {
  const std::uint8_t mine = holds != 0;
  const unsigned char* slots = emulated::block->exchange(mask, &mine, 1, emulated::meeting("__ballot_sync", where));
  unsigned all = 0;
  for (unsigned lane = 0; lane < emulated::kLanes; ++lane)
    if (mask >> lane & 1U && slots[lane * emulated::kSlotBytes]) all |= 1U << lane;
  return all;
}
inline int __any_sync(std::uint32_t mask, int holds, const emulated::Where& where = emulated::Where::current()) {
  return __ballot_sync(mask, holds, where) != 0;
}
inline int __all_sync(std::uint32_t mask, int holds, const emulated::Where& where = emulated::Where::current()) {
  return __ballot_sync(mask, holds, where) == mask;
}

// Only one thread runs at a time, so these are as good as atomic.
template <typename T>
T atomicExch(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, value);
}
template <typename T>
T atomicAdd(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, static_cast<T>(*place + value));
}
template <typename T>
T atomicMax(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, std::max(*place, value));
}
template <typename T>
T atomicMin(T* place, std::type_identity_t<T> value) {
  return std::exchange(*place, std::min(*place, value));
}
template <typename T>
T atomicCAS(T* place, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return std::exchange(*place, *place == expected ? value : *place);
}

inline int __popc(unsigned x) { return std::popcount(x); }
inline int __clz(int x) { return std::countl_zero(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return x == 0 ? 0 : std::countr_zero(static_cast<unsigned>(x)) + 1; }
template <typename T>
T __ldg(const T* place) {
  return *place;
}
inline float rsqrtf(float x) { return 1.0F / std::sqrt(x); }
inline float exp2_fast(float x) { return std::exp2(x); }

inline unsigned char* dynamic_shared() { return emulated::block->dynamic_shared(); }

template <typename T>
class Shared {
 public:
  Shared(std::size_t offset, std::size_t count) : data_(reinterpret_cast<T*>(dynamic_shared() + offset)), count_(count) {
    if (offset % alignof(T) != 0) emulated::wrong("an array begins at byte " + std::to_string(offset) + " of the shared memory, not aligned");
    if (const std::size_t has = emulated::block->dynamic_shared_size(); offset + count * sizeof(T) > has)
      emulated::wrong("an array ends at byte " + std::to_string(offset + count * sizeof(T)) + " of the shared memory, which has " + std::to_string(has));
  }
  T& operator[](std::size_t i) const { return *at(i); }
  T* at(std::size_t i) const {
    if (i >= count_) emulated::wrong("element " + std::to_string(i) + " of a shared array that has " + std::to_string(count_));
    return data_ + i;
  }

 private:
  T* data_;
  std::size_t count_;
};

// The bytes arrive when they are waited for, not before, and in every other block at once: who reads early finds what was there, who still reads what
// was there finds them.
inline void copy_async_16(void* to, const void* from, bool valid) {
  if ((reinterpret_cast<std::uintptr_t>(to) | (valid ? reinterpret_cast<std::uintptr_t>(from) : 0)) % 16 != 0)
    emulated::wrong("an asynchronous copy from or to no multiple of 16 bytes");
  if (emulated::block->copies_at_once()) {
    valid ? std::memcpy(to, from, 16) : std::memset(to, 0, 16);
    return;
  }
  emulated::Thread& thread = emulated::block->thread();
  thread.copies.push_back({to, valid ? from : nullptr, thread.groups});
}
inline void copy_async_commit() { ++emulated::block->thread().groups; }
template <int kPending>
void copy_async_wait() {
  emulated::Thread& thread = emulated::block->thread();
  std::erase_if(thread.copies, [&](const emulated::Copy& copy) {
    if (copy.group + kPending >= thread.groups) return false;
    copy.from ? std::memcpy(copy.to, copy.from, 16) : std::memset(copy.to, 0, 16);
    return true;
  });
}

inline void load_matrices(std::uint32_t (&r)[4], const void* row, const emulated::Where& where = emulated::Where::current()) {
  emulated::load_rows(r, row, false, where);
}
inline void load_matrices_transposed(std::uint32_t (&r)[4], const void* row, const emulated::Where& where = emulated::Where::current()) {
  emulated::load_rows(r, row, true, where);
}
inline void multiply_bf16(float (&c)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                          const emulated::Where& where = emulated::Where::current()) {
  emulated::multiply<Bf16>(c, a, b, where);
}
inline void multiply_fp16(float (&c)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2],
                          const emulated::Where& where = emulated::Where::current()) {
  emulated::multiply<Fp16>(c, a, b, where);
}

// Runs the kernel and returns when it is done.  Limits are those of compute capability 9.0.
template <typename... Parameters, typename... Arguments>
void launch(void (*kernel)(Parameters...), dim3 grid, dim3 block, std::size_t shared_bytes, Stream, Arguments&&... arguments) {
  const unsigned threads = block.x * block.y * block.z;
  if (threads == 0 || threads > 1024) emulated::wrong(std::to_string(threads) + " threads a block, expected 1 to 1,024");
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > INT32_MAX || grid.y > 65535 || grid.z > 65535) emulated::wrong("a grid no GPU takes");
  if (shared_bytes > 227 * 1024) emulated::wrong(std::to_string(shared_bytes) + " bytes of shared memory, there are 232,448");
  emulated::Block running(threads, shared_bytes, [&] { kernel(static_cast<Parameters>(arguments)...); });
  struct Restore {
    emulated::Block* before = std::exchange(emulated::block, nullptr);
    ~Restore() { emulated::block = before; }
  } restore;
  emulated::block = &running;
  blockDim = block;
  gridDim = grid;
  std::size_t number = 0;
  for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
      for (unsigned x = 0; x < grid.x; ++x) {
        blockIdx = {x, y, z};
        running.run(number++ % 2 == 0, [&](unsigned i) { threadIdx = {i % block.x, i / block.x % block.y, i / block.x / block.y}; });
      }
}

}  // namespace rag
