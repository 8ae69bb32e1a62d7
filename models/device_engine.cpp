#include "models/device_engine.h"

#include <mutex>
#include <utility>

#include "core/error.h"
#include "core/gpu.h"
#include "core/notice.h"
#include "models/packed_texts.h"

namespace rag {
namespace {

// Why no GPU serves, in one line.
std::string why_no_gpu(const DeviceChoice& device) {
  if (!gpus().trouble.empty()) return gpus().trouble;
  for (const GpuDevice& gpu : gpus().devices)
    if (!gpu.trouble.empty() && (!device.number || *device.number == gpu.number)) return "GPU " + std::to_string(gpu.number) + ": " + gpu.trouble;
  return "there are GPUs 0 to " + std::to_string(gpus().devices.size() - 1);
}

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

}  // namespace

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
  const auto make = reinterpret_cast<CudaEngineFactory>(cuda_symbol(kCudaEngineFactory));
  if (!make) throw Error(ErrorKind::Backend, std::string(kCudaModule) + ": of another build of rag; build or install again, or use --device cpu");
  return std::unique_ptr<EncoderEngine>(make(weights, config, options, usable.front().number));
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
