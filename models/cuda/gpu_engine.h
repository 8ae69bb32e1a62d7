#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "core/interrupt.h"
#include "models/cuda/device_weights.h"
#include "models/cuda/forward.h"
#include "models/cuda/gpu.h"
#include "models/cuda/staging.h"
#include "models/engine.h"

namespace rag::gpu {

// Tokens that go through the layers together: enough that the matrix products fill a large GPU and launching hides behind them.  What a small
// model computes for so many is about the size of an H200's second cache.
inline constexpr std::size_t kSliceTokens = 16384;
// Callers that compute at the same time; more wait.  A question needs not wait for the end of a batch.
inline constexpr std::size_t kLanes = 3;

// An encoder on a GPU.  Slices of texts follow one another without a pause: while one is computed the next is on its way up and the vectors of
// the one before come down.
class GpuEngine final : public EncoderEngine {
 public:
  using MakeGpu = std::function<std::unique_ptr<Gpu>()>;

  // The weights go up at once and need not outlive it.  Throws Error(Backend), also for a shape that the kernels do not have.
  GpuEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options, MakeGpu make, std::size_t slice_tokens = kSliceTokens)
      : config_(checked(config)), pooling_{options.pooling == Pooling::Cls, options.normalise}, interrupted_(options.interrupted), make_(std::move(make)), slice_tokens_(slice_tokens) {
    free_.push_back(make_lane());
    weights_ = std::make_unique<DeviceWeights>(*free_.back()->gpu, weights, config);
  }

  std::vector<float> encode(const PackedTexts& texts) const override {
    check_texts(texts, config_);
    std::vector<float> vectors(texts.rows() * config_.hidden_size);
    if (vectors.empty()) return vectors;
    std::unique_ptr<Lane> lane = take();
    try {
      lane->gpu->enter();
      encode_slices(*lane, texts, make_room(*lane, texts), vectors.data());
    } catch (...) {
      give_back(nullptr);  // what it was in the middle of ends with it
      throw;
    }
    give_back(std::move(lane));
    return vectors;
  }

 private:
  struct Lane {
    std::unique_ptr<Gpu> gpu;
    Workspace space;
    std::size_t space_tokens = 0;
    Staging staging[2];
  };

  static const EncoderConfig& checked(const EncoderConfig& config) {
    const auto refuse = [](const std::string& what) {
      throw Error(ErrorKind::Backend, "GPU: " + what + ", which its kernels do not have; use --device cpu");
    };
    const std::size_t head = config.hidden_size / config.heads;
    if (head != 32 && head != 64) refuse("heads of " + std::to_string(head) + " numbers, expected 32 or 64");
    if (config.hidden_size % kRowStep != 0 || config.hidden_size > kWidestRow)
      refuse("a hidden size of " + std::to_string(config.hidden_size) + ", expected a multiple of 8 up to " + std::to_string(kWidestRow));
    if (config.intermediate_size % kRowStep != 0) refuse("a wide layer of " + std::to_string(config.intermediate_size) + ", expected a multiple of 8");
    return config;
  }

  std::unique_ptr<Lane> make_lane() const {
    auto lane = std::make_unique<Lane>();
    lane->gpu = make_();
    return lane;
  }

  std::unique_ptr<Lane> take() const {
    std::unique_lock lock(taking_);
    returned_.wait(lock, [&] { return !free_.empty() || busy_ < kLanes; });
    ++busy_;
    if (!free_.empty()) {
      std::unique_ptr<Lane> lane = std::move(free_.back());
      free_.pop_back();
      return lane;
    }
    lock.unlock();
    try {
      return make_lane();
    } catch (...) {
      give_back(nullptr);
      throw;
    }
  }

  void give_back(std::unique_ptr<Lane> lane) const {
    const std::lock_guard lock(taking_);
    if (lane) free_.push_back(std::move(lane));
    --busy_;
    returned_.notify_one();
  }

  // Slices for which the lane has room.  Where the GPU has less memory than that takes, they become smaller, for all that comes later too.
  std::vector<Slice> make_room(Lane& lane, const PackedTexts& texts) const {
    for (;;) {
      const std::size_t most = slice_tokens_;
      const std::vector<Slice> slices = cut_into_slices(texts, 1, most);
      std::size_t tokens = 0, rows = 0;
      for (const Slice& slice : slices) {
        tokens = std::max(tokens, texts.starts[slice.last] - texts.starts[slice.first]);
        rows = std::max(rows, slice.last - slice.first);
      }
      try {
        reserve(lane, tokens, rows);
        return slices;
      } catch (const OutOfMemory&) {
        lane.space = {};
        lane.space_tokens = 0;
        for (Staging& staging : lane.staging) staging = {};
        if (slices.size() == texts.rows()) throw;  // a text each already
        slice_tokens_ = std::max<std::size_t>(1, std::min(most, tokens) / 2);
      }
    }
  }

  void reserve(Lane& lane, std::size_t tokens, std::size_t rows) const {
    if (tokens > lane.space_tokens) {
      lane.space = {};
      lane.space_tokens = 0;
      const std::size_t room = std::max(tokens, std::min<std::size_t>(2 * tokens, slice_tokens_));  // not a little more each time
      lane.space = Workspace(*lane.gpu, config_, room);
      lane.space_tokens = room;
    }
    for (Staging& staging : lane.staging) staging.reserve(*lane.gpu, tokens, rows, config_.hidden_size);
  }

  void encode_slices(Lane& lane, const PackedTexts& texts, const std::vector<Slice>& slices, float* vectors) const {
    Gpu& gpu = *lane.gpu;
    const std::size_t width = config_.hidden_size;
    for (std::size_t i = 0; i < slices.size(); ++i) {
      if (interrupted_()) throw_interrupted();
      Staging& staging = lane.staging[i % 2];
      staging.collect(gpu);
      const BatchRows batch = staging.send(gpu, texts, slices[i], config_.first_position);
      run_layers(gpu, *weights_, config_, batch, lane.space, pooling_, staging.vectors());
      staging.fetch(gpu, batch.texts * width, vectors + slices[i].first * width);
    }
    for (Staging& staging : lane.staging) staging.collect(gpu);
  }

  EncoderConfig config_;
  PoolingChoice pooling_;
  bool (*interrupted_)() noexcept;
  MakeGpu make_;
  mutable std::atomic<std::size_t> slice_tokens_;
  mutable std::mutex taking_;
  mutable std::condition_variable returned_;
  mutable std::size_t busy_ = 0;
  std::unique_ptr<DeviceWeights> weights_;  // goes after the lanes that use it
  mutable std::vector<std::unique_ptr<Lane>> free_;
};

}  // namespace rag::gpu
