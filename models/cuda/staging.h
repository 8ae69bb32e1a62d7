#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/cuda/forward.h"
#include "models/cuda/gpu.h"
#include "models/packed_texts.h"

namespace rag::gpu {

// Where a slice of texts waits for the GPU, and its vectors for the host: pinned memory here, as much there.  A caller has two, so that one
// is filled and emptied while the GPU works on the other.
class Staging {
 public:
  // Makes room; what was there is gone.
  void reserve(Gpu& gpu, std::size_t tokens, std::size_t texts, std::size_t width) {
    const std::size_t bytes = 3 * whole(tokens * sizeof(std::int32_t)) + whole((texts + 1) * sizeof(std::int32_t)) +
                              whole((tokens / kQueryRows + texts) * sizeof(QueryTile));
    if (bytes > input_bytes_) {
      input_bytes_ = 0;
      pinned_input_ = gpu.allocate_pinned(bytes);
      input_ = gpu.allocate(bytes);
      input_bytes_ = bytes;
    }
    if (texts * width > vector_floats_) {
      vector_floats_ = 0;
      pinned_vectors_ = gpu.allocate_pinned(texts * width * sizeof(float));
      vectors_ = gpu.allocate(texts * width * sizeof(float));
      vector_floats_ = texts * width;
    }
  }

  // Lays out the slice in pinned memory and queues its way up.
  BatchRows send(Gpu& gpu, const PackedTexts& texts, const Slice& slice, std::size_t first_position) {
    const std::size_t first = texts.starts[slice.first], tokens = texts.starts[slice.last] - first, count = slice.last - slice.first;
    used_ = 0;
    auto [ids, ids_there] = place<std::int32_t>(tokens);
    auto [positions, positions_there] = place<std::int32_t>(tokens);
    auto [types, types_there] = place<std::int32_t>(tokens);
    auto [starts, starts_there] = place<std::int32_t>(count + 1);
    std::memcpy(ids, texts.ids.data() + first, tokens * sizeof(std::int32_t));
    std::size_t tile_count = 0;
    for (std::size_t i = 0; i < count; ++i) tile_count += (texts.length(slice.first + i) + kQueryRows - 1) / kQueryRows;
    auto [tiles, tiles_there] = place<QueryTile>(tile_count);
    for (std::size_t i = 0; i < count; ++i) {
      const auto start = static_cast<std::int32_t>(texts.starts[slice.first + i] - first), length = static_cast<std::int32_t>(texts.length(slice.first + i));
      starts[i] = start;
      for (std::int32_t k = 0; k < length; ++k) {
        positions[start + k] = k + static_cast<std::int32_t>(first_position);
        types[start + k] = texts.type(first + static_cast<std::size_t>(start + k));
      }
      for (std::int32_t query = 0; query < length; query += kQueryRows) *tiles++ = {start, length, query};
    }
    starts[count] = static_cast<std::int32_t>(tokens);
    gpu.upload(input_.get(), pinned_input_.get(), used_);
    gpu.compute_what_went_up();
    return {ids_there, positions_there, types_there, starts_there, tiles_there, tokens, count, tile_count};
  }

  float* vectors() const { return static_cast<float*>(vectors_.get()); }  // on the GPU

  // Queues the way down of so many vectors' numbers; they go to `to` when collect() is called.
  void fetch(Gpu& gpu, std::size_t floats, float* to) {
    gpu.download(pinned_vectors_.get(), vectors_.get(), floats * sizeof(float));
    mark_ = gpu.mark();
    floats_ = floats;
    to_ = to;
  }
  void collect(Gpu& gpu) {
    if (!to_) return;
    gpu.wait(mark_);
    std::copy_n(static_cast<const float*>(pinned_vectors_.get()), floats_, to_);
    to_ = nullptr;
  }
  // Nobody waits for the vectors any more: where something failed.
  void forget() { to_ = nullptr; }

 private:
  template <typename T>
  struct Placed {
    T* here;
    const T* there;
  };
  static std::size_t whole(std::size_t bytes) { return (bytes + 255) / 256 * 256; }

  // The next piece of the input, at the same distance from the beginning on both sides.
  template <typename T>
  Placed<T> place(std::size_t count) {
    const std::size_t at = used_;
    used_ = whole(used_ + count * sizeof(T));
    return {reinterpret_cast<T*>(static_cast<char*>(pinned_input_.get()) + at), reinterpret_cast<const T*>(static_cast<const char*>(input_.get()) + at)};
  }

  Memory pinned_input_, input_, pinned_vectors_, vectors_;
  std::size_t input_bytes_ = 0, vector_floats_ = 0, used_ = 0;
  std::size_t mark_ = 0, floats_ = 0;
  float* to_ = nullptr;
};

}  // namespace rag::gpu
