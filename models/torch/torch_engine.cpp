// What librag_torch.so exports: one function.  Nothing of libtorch, neither a type nor an exception, gets past this file.
#include <ATen/Parallel.h>
#ifndef INTRA_OP_PARALLEL
#error "at::parallel_for would run on one thread: compile this file with OpenMP"
#endif
#include <ATen/Tensor.h>
#include <c10/core/InferenceMode.h>
#include <c10/util/Exception.h>

#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "core/error.h"
#include "models/engine.h"
#include "models/torch/encoder.h"

namespace rag {
namespace {

// Runs `work`; whatever libtorch throws becomes our error, in one line.
template <typename Work>
auto guarded(const Work& work) {
  const auto fail = [](const std::string& what) -> Error {
    return Error(ErrorKind::Backend, "libtorch: " + what.substr(0, what.find('\n')));
  };
  try {
    const c10::InferenceMode no_gradients;
    return work();
  } catch (const Error&) {
    throw;
  } catch (const c10::Error& error) {
    throw fail(error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throw fail("out of memory; embed fewer texts at once or use a smaller model");
  } catch (const std::exception& error) {
    throw fail(error.what());
  }
}

// Tokens that go through the layers together: enough to keep the matrix products busy, few enough to stay in the caches.
constexpr std::size_t kSliceTokens = 512;

// A question is a few milliseconds' work on one thread; two would wait for each other at every operator, for longer than they save
// as soon as anything else runs on the machine.
constexpr std::size_t kAloneTokens = 64;

// Threads that operators called from this thread may use.  (at::set_num_threads would set them for the whole process.)
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  ~ThreadLimit() { omp_set_num_threads(before_); }
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  int before_;
};

std::unique_ptr<Encoder> make_encoder(const EncoderWeights& weights, const EncoderConfig& config, Precision precision) {
  return make_float_encoder(weights, config, precision == Precision::Bf16 ? at::kBFloat16 : at::kFloat);
}

class TorchEngine final : public EncoderEngine {
 public:
  TorchEngine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options)
      : config_(config), options_(options), encoder_(make_encoder(weights, config, options.precision)) {}

  std::vector<float> encode(const PackedTexts& texts) const override {
    return guarded([&] {
      check_texts(texts, config_);
      std::vector<float> vectors(texts.rows() * config_.hidden_size);
      const std::vector<Slice> slices = cut_into_slices(texts, static_cast<std::size_t>(at::get_num_threads()), kSliceTokens);
      const ThreadLimit limit(texts.ids.size() <= kAloneTokens ? 1 : omp_get_max_threads());
      if (slices.size() < 2 || at::get_num_threads() == 1) {
        for (const Slice& slice : slices) encode_slice(texts, slice, vectors);
      } else {
        encode_side_by_side(texts, slices, vectors);
      }
      return vectors;
    });
  }

 private:
  // Each thread takes the next slice and goes through all layers with it alone.  Sharing every operator among the threads instead
  // would make them wait for each other some sixty times a layer, which costs half the speed where another program wants a core.
  void encode_side_by_side(const PackedTexts& texts, const std::vector<Slice>& slices, std::vector<float>& vectors) const {
    std::atomic<std::size_t> next = 0;
    const auto workers = std::min(slices.size(), static_cast<std::size_t>(at::get_num_threads()));
    at::parallel_for(0, static_cast<std::int64_t>(workers), 1, [&](std::int64_t, std::int64_t) {
      const c10::InferenceMode no_gradients;  // a setting of the thread
      for (std::size_t i = next++; i < slices.size(); i = next++) encode_slice(texts, slices[i], vectors);
    });
  }

  void encode_slice(const PackedTexts& texts, const Slice& slice, std::vector<float>& vectors) const {
    const std::vector<std::size_t> starts(texts.starts.begin() + static_cast<std::ptrdiff_t>(slice.first),
                                          texts.starts.begin() + static_cast<std::ptrdiff_t>(slice.last) + 1);
    const at::Tensor hidden = encoder_->forward(texts, starts);
    for (std::size_t row = 0; row + 1 < starts.size(); ++row) {
      const at::Tensor vector =
          pool(hidden, static_cast<std::int64_t>(starts[row] - starts[0]), static_cast<std::int64_t>(starts[row + 1] - starts[0]));
      std::copy_n(vector.const_data_ptr<float>(), config_.hidden_size, vectors.data() + (slice.first + row) * config_.hidden_size);
    }
  }

  at::Tensor pool(const at::Tensor& hidden, std::int64_t begin, std::int64_t end) const {
    at::Tensor vector = options_.pooling == Pooling::Cls ? hidden.select(0, begin).clone() : hidden.narrow(0, begin, end - begin).mean(0);
    if (options_.normalise) vector.div_(vector.norm().clamp_min(1e-12));
    return vector;
  }

  EncoderConfig config_;
  EngineOptions options_;
  std::unique_ptr<Encoder> encoder_;
};

}  // namespace
}  // namespace rag

extern "C" __attribute__((visibility("default"))) rag::EncoderEngine* rag_make_torch_engine(const rag::EncoderWeights& weights,
                                                                                            const rag::EncoderConfig& config,
                                                                                            const rag::EngineOptions& options) {
  return rag::guarded([&]() -> rag::EncoderEngine* {
    if (options.threads > 0) at::set_num_threads(static_cast<int>(options.threads));
    return new rag::TorchEngine(weights, config, options);
  });
}
