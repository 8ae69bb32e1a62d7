#include "models/device_engine.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "core/error.h"
#include "core/gpu.h"
#include "core/notice.h"
#include "models/packed_texts.h"

namespace rag {
namespace {

class EngineWithFallback final : public EncoderEngine {
 public:
  using Open = std::function<std::unique_ptr<EncoderEngine>()>;

  EngineWithFallback(Open open_gpu, Open open_other, const EncoderConfig& config) : open_other_(std::move(open_other)), config_(config) {
    try {
      gpu_ = open_gpu();
    } catch (const Error& error) {
      fall_back(error);
    }
  }

  std::vector<float> encode(const PackedTexts& texts) const override {
    check_texts(texts, config_);
    const Shared gpu = now(gpu_);
    if (!gpu) return now(other_)->encode(texts);
    try {
      return gpu->encode(texts);
    } catch (const Error& error) {
      fall_back(error);
    }
    return now(other_)->encode(texts);
  }

 private:
  using Shared = std::shared_ptr<EncoderEngine>;

  // Several callers may meet the failure; the first to come opens the other engine.  The GPU's goes when the last of them has left it.
  void fall_back(const Error& error) const {
    if (error.kind() != ErrorKind::Backend) throw error;
    notice(std::string(error.what()) + "; computing on the processor");
    const std::lock_guard lock(changing_);
    gpu_.reset();
    if (!other_) other_ = open_other_();
  }
  Shared now(const Shared& engine) const {
    const std::lock_guard lock(changing_);
    return engine;
  }

  Open open_other_;
  EncoderConfig config_;
  mutable std::mutex changing_;
  mutable Shared gpu_, other_;  // one of them
};

class EngineOfSeveral final : public EncoderEngine {
 public:
  using Open = std::function<std::unique_ptr<EncoderEngine>()>;

  explicit EngineOfSeveral(std::vector<Open> open) {
    for (Open& each : open) places_.push_back(std::make_unique<Place>(std::move(each)));
    for (;;) {
      Place& place = take();
      const Leaving leaving(*this, place);
      if (try_on(place, [&] { opened(place); })) return;
    }
  }

  std::vector<float> encode(const PackedTexts& texts) const override {
    std::vector<float> vectors;
    for (;;) {
      Place& place = take();
      const Leaving leaving(*this, place);
      if (try_on(place, [&] { vectors = opened(place).encode(texts); })) return vectors;
    }
  }

 private:
  struct Place {
    explicit Place(Open open) : open(std::move(open)) {}
    Open open;
    std::mutex opening;
    std::unique_ptr<EncoderEngine> engine;  // null until it is needed
    std::size_t calls = 0;
    bool failed = false;
  };
  struct Leaving {
    Leaving(const EngineOfSeveral& all, Place& place) : all(all), place(place) {}
    ~Leaving() {
      const std::lock_guard lock(all.choosing_);
      --place.calls;
    }
    const EngineOfSeveral& all;
    Place& place;
  };

  // The first of those with fewest calls: one that computes nothing before one that is not open yet.
  Place& take() const {
    const std::lock_guard lock(choosing_);
    const auto busy = [](const std::unique_ptr<Place>& place) { return std::pair(place->failed, place->calls); };
    const auto& best = *std::ranges::min_element(places_, {}, busy);
    ++best->calls;
    return *best;
  }

  static EncoderEngine& opened(Place& place) {
    const std::lock_guard lock(place.opening);
    if (!place.engine) place.engine = place.open();
    return *place.engine;
  }

  // False where this one failed and another one is to be asked.
  template <typename Work>
  bool try_on(Place& place, const Work& work) const {
    try {
      work();
      return true;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Backend) throw;
      {
        const std::lock_guard lock(choosing_);
        place.failed = true;
        if (std::ranges::all_of(places_, [](const auto& each) { return each->failed; })) throw;
      }
      notice(std::string(error.what()) + "; computing on the other GPUs");
      return false;
    }
  }

  mutable std::mutex choosing_;
  std::vector<std::unique_ptr<Place>> places_;
};

std::unique_ptr<EncoderEngine> open_on_gpu(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options, int number) {
  const auto make = reinterpret_cast<CudaEngineFactory>(cuda_symbol(kCudaEngineFactory));
  if (!make) throw Error(ErrorKind::Backend, std::string(kCudaModule) + ": of another build of rag; build or install again, or use --device cpu");
  return std::unique_ptr<EncoderEngine>(make(weights, config, options, number));
}

}  // namespace

std::unique_ptr<EncoderEngine> make_engine_of_several(std::vector<std::function<std::unique_ptr<EncoderEngine>()>> open) {
  return std::make_unique<EngineOfSeveral>(std::move(open));
}

std::unique_ptr<EncoderEngine> make_engine_with_fallback(std::function<std::unique_ptr<EncoderEngine>()> open_gpu,
                                                         std::function<std::unique_ptr<EncoderEngine>()> open_other, const EncoderConfig& config) {
  return std::make_unique<EngineWithFallback>(std::move(open_gpu), std::move(open_other), config);
}

std::unique_ptr<EncoderEngine> open_cuda_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  const std::vector<GpuDevice> usable = usable_gpus(options.device);
  if (usable.empty()) {
    const std::string name = options.device.number ? "cuda:" + std::to_string(*options.device.number) : "cuda";
    throw Error(ErrorKind::Backend, "--device " + name + ": " + why_no_gpu(options.device) + "; or use --device cpu");
  }
  std::vector<std::function<std::unique_ptr<EncoderEngine>()>> open;
  for (const GpuDevice& device : usable)
    open.emplace_back([&weights, config, options, number = device.number] {
      auto engine = open_on_gpu(weights, config, options, number);
      if (const std::string& trouble = encoder_self_test_of_gpu(number); !trouble.empty())
        throw Error(ErrorKind::Backend, "GPU " + std::to_string(number) + ": failed its self-test: " + trouble);
      return engine;
    });
  return open.size() == 1 ? open.front()() : make_engine_of_several(std::move(open));
}

const std::string& encoder_self_test_of_gpu(int number) {
  static std::mutex testing;
  static std::map<int, std::string> results;
  const std::lock_guard lock(testing);
  const auto found = results.find(number);
  if (found != results.end()) return found->second;
  const OpenDeviceEngine open = [number](const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
    return open_on_gpu(weights, config, options, number);
  };
  return results.emplace(number, encoder_self_test(open)).first->second;
}

DeviceChoice encoder_device(const DeviceChoice& device, std::optional<Precision> precision) {
  if (precision.value_or(Precision::Bf16) == Precision::Bf16) return device;
  if (device.kind == DeviceChoice::Kind::Cuda)
    throw Error(ErrorKind::Usage, "--device cuda: computes in bf16, --precision asks for another; leave one of them out");
  return {DeviceChoice::Kind::Cpu, std::nullopt};
}

bool gpu_is_there(const DeviceChoice& device) {
  if (!usable_gpus(device).empty()) return true;
  if (device.kind != DeviceChoice::Kind::Cpu && !gpus().module.empty()) notice(why_no_gpu(device) + "; computing on the processor");
  return false;
}

}  // namespace rag
