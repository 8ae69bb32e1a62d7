#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/cuda/device.h"

namespace rag {
namespace {

RAG_KERNEL void number_threads(std::vector<int>* seen) {
  (*seen)[(blockIdx.y * gridDim.x + blockIdx.x) * blockDim.x * blockDim.y + threadIdx.y * blockDim.x + threadIdx.x] += 1;
}

RAG_KERNEL void reverse_by_shared(int* numbers) {
  const Shared<int> all(0, blockDim.x);
  all[threadIdx.x] = numbers[threadIdx.x];
  __syncthreads();
  numbers[threadIdx.x] = all[blockDim.x - 1 - threadIdx.x];
}

RAG_KERNEL void reverse_without_barrier(int* numbers) {
  const Shared<int> all(0, blockDim.x);
  all[threadIdx.x] = numbers[threadIdx.x];
  numbers[threadIdx.x] = all[blockDim.x - 1 - threadIdx.x];
}

RAG_KERNEL void sum_of_block(float* sum) {
  RAG_SHARED(float, by_warp, 8);
  auto x = static_cast<float>(threadIdx.x);
  for (int with = 16; with > 0; with /= 2) x += __shfl_xor_sync(UINT32_MAX, x, with);
  if (threadIdx.x % 32 == 0) by_warp[threadIdx.x / 32] = x;
  __syncthreads();
  if (threadIdx.x != 0) return;
  for (unsigned warp = 0; warp < blockDim.x / 32; ++warp) *sum += by_warp[warp];
}

RAG_KERNEL void half_at_barrier() {
  if (threadIdx.x < 32) __syncthreads();
}

RAG_KERNEL void two_barriers() {
  if (threadIdx.x < 32)
    __syncthreads();
  else
    __syncthreads();
}

RAG_KERNEL void shuffle_in_half_a_warp(int* got) {
  if (threadIdx.x < 16) *got += __shfl_sync(UINT32_MAX, 1, 0);
}

RAG_KERNEL void beyond_shared() { *Shared<int>(0, 4).at(threadIdx.x) = 1; }

RAG_KERNEL void copy(const uint4* from, uint4* to, bool wait) {
  const Shared<uint4> tile(0, blockDim.x);
  copy_async_16(tile.at(threadIdx.x), from + threadIdx.x, threadIdx.x != 1);
  copy_async_commit();
  if (wait) copy_async_wait<0>();
  to[threadIdx.x] = tile[threadIdx.x];
  copy_async_wait<0>();
}

RAG_KERNEL void ballots(unsigned* odd, int* first, int* below) {
  const unsigned mine = __ballot_sync(UINT32_MAX, threadIdx.x % 2);
  const int down = __shfl_down_sync(UINT32_MAX, static_cast<int>(threadIdx.x), 1), up = __shfl_up_sync(UINT32_MAX, static_cast<int>(threadIdx.x), 1);
  if (threadIdx.x == 5) {
    *odd = mine;
    *first = down;
    *below = up;
  }
}

std::string failure(const auto& work) {
  try {
    work();
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

TEST(CudaEmulator, RunsEveryThreadOfEveryBlockOnce) {
  std::vector<int> seen(3 * 2 * 8 * 4);
  launch(number_threads, {3, 2}, {8, 4}, 0, nullptr, &seen);
  EXPECT_EQ(seen, std::vector<int>(seen.size(), 1));
}

TEST(CudaEmulator, HoldsThreadsAtABarrier) {
  std::vector<int> numbers(100);
  std::iota(numbers.begin(), numbers.end(), 0);
  launch(reverse_by_shared, 1, 100, 400, nullptr, numbers.data());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], 99 - i);
}

TEST(CudaEmulator, ShowsThatABarrierIsMissing) {
  std::vector<int> numbers(64, 7);
  launch(reverse_without_barrier, 1, 64, 256, nullptr, numbers.data());
  EXPECT_NE(numbers, std::vector<int>(64, 7)) << "shared memory should hold no numbers at first";
}

TEST(CudaEmulator, PassesNumbersBetweenLanes) {
  float sum = 0;
  launch(sum_of_block, 1, 256, 0, nullptr, &sum);
  EXPECT_EQ(sum, 255 * 128);
  unsigned odd = 0;
  int down = 0, up = 0;
  launch(ballots, 1, 32, 0, nullptr, &odd, &down, &up);
  EXPECT_EQ(odd, 0xAAAAAAAAU);
  EXPECT_EQ(down, 6);
  EXPECT_EQ(up, 4);
}

TEST(CudaEmulator, SaysWhoWaitsForWhom) {
  EXPECT_NE(failure([] { launch(half_at_barrier, 1, 64, 0, nullptr); }).find("has returned without reaching"), std::string::npos);
  EXPECT_NE(failure([] { launch(two_barriers, 1, 64, 0, nullptr); }).find("and at __syncthreads on line"), std::string::npos);
  int got = 0;
  EXPECT_NE(failure([&] { launch(shuffle_in_half_a_warp, 1, 32, 0, nullptr, &got); }).find("waits at __shfl_sync"), std::string::npos);
}

TEST(CudaEmulator, SaysWhereSharedMemoryEnds) {
  launch(beyond_shared, 1, 4, 16, nullptr);
  EXPECT_EQ(failure([] { launch(beyond_shared, 1, 5, 16, nullptr); }), "kernel: element 4 of a shared array that has 4");
  EXPECT_NE(failure([] { launch(beyond_shared, 1, 4, 12, nullptr); }), "");
  EXPECT_NE(failure([] { launch(beyond_shared, 1, 2000, 16, nullptr); }), "");
}

TEST(CudaEmulator, CopiesNoEarlierThanItIsWaitedFor) {
  std::vector<uint4> from(4, uint4{1, 2, 3, 4}), to(4);
  launch(copy, 1, 4, 64, nullptr, from.data(), to.data(), true);
  EXPECT_EQ(to[3].w, 4U);
  EXPECT_EQ(to[1].w, 0U) << "what is not valid is zero";
  launch(copy, 1, 4, 64, nullptr, from.data(), to.data(), false);
  EXPECT_EQ(to[3].w, UINT32_MAX);
}

// c = a b with a 16 x 16 and b 16 x 8, row by row in memory.
template <typename Number>
RAG_KERNEL void one_product(const Number* a, const Number* b, float* c) {
  const Shared<Number> left(0, 256), right(512, 256);  // b's columns 8 to 15 are another matrix's
  for (unsigned i = threadIdx.x; i < 256; i += 32) {
    left[i] = a[i];
    right[i] = b[i];
  }
  __syncwarp();
  const unsigned lane = threadIdx.x;
  std::uint32_t rows[4], columns[4];
  load_matrices(rows, left.at((lane % 16) * 16 + lane / 16 * 8));
  load_matrices_transposed(columns, right.at((lane % 16) * 16 + lane / 16 * 8));
  for (unsigned part = 0; part < 2; ++part) {
    float sums[4] = {};
    const std::uint32_t half[2] = {columns[2 * part], columns[2 * part + 1]};
    if constexpr (sizeof(Number) == 2 && std::is_same_v<Number, Bf16>)
      multiply_bf16(sums, rows, half);
    else
      multiply_fp16(sums, rows, half);
    for (unsigned i = 0; i < 4; ++i) c[(lane / 4 + i / 2 * 8) * 16 + part * 8 + lane % 4 * 2 + i % 2] = sums[i];
  }
}

template <typename Number>
void expect_product(Number (*narrow)(float)) {
  std::mt19937 random(3);
  std::vector<Number> a(256), b(256);
  for (auto* matrix : {&a, &b})
    for (Number& x : *matrix) x = narrow(static_cast<float>(random() % 64) / 16 - 2);
  std::vector<float> c(256);
  launch(one_product<Number>, 1, 32, 1024, nullptr, a.data(), b.data(), c.data());
  for (std::size_t row = 0; row < 16; ++row)
    for (std::size_t column = 0; column < 16; ++column) {
      float sum = 0;
      for (std::size_t k = 0; k < 16; ++k) sum += to_float(a[row * 16 + k]) * to_float(b[k * 16 + column]);
      ASSERT_EQ(c[row * 16 + column], sum);
    }
}

TEST(CudaEmulator, MultipliesMatricesAsTensorCoresDo) {
  expect_product<Bf16>([](float x) { return to_bf16(x); });
  expect_product<Fp16>([](float x) { return to_fp16(x); });
}

TEST(SixteenBits, RoundToTheNearest) {
  EXPECT_EQ(to_float(to_bf16(1.0F + 0x1p-8F)), 1.0F) << "ties to even";
  EXPECT_EQ(to_float(to_bf16(1.0F + 0x1.8p-7F)), 1.0F + 0x1p-6F);
  EXPECT_TRUE(std::isnan(to_float(to_bf16(std::nanf("")))));
  EXPECT_EQ(first_bf16(pack_bf16(2, 3)), 2);
  EXPECT_EQ(second_bf16(pack_bf16(2, 3)), 3);
  EXPECT_EQ(to_fp16(65504).bits, 0x7BFF);
  EXPECT_EQ(to_fp16(65520).bits, 0x7C00);
  EXPECT_EQ(to_fp16(0x1p-24F).bits, 1);
  EXPECT_EQ(to_fp16(-0x1p-14F).bits, 0x8400);
  EXPECT_EQ(to_fp16(0x1p-25F).bits, 0) << "ties to even";
  EXPECT_TRUE(std::isnan(to_float(to_fp16(std::nanf("")))));
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    const Fp16 half{static_cast<std::uint16_t>(bits)};
    if (!std::isnan(to_float(half))) {
      ASSERT_EQ(to_fp16(to_float(half)).bits, bits);
    }
  }
}

}  // namespace
}  // namespace rag
