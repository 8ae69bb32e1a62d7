#include "models/engine.h"

#include <dlfcn.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "core/companion.h"
#include "core/error.h"
#include "models/byte_engine.h"
#include "models/device_engine.h"
#include "models/float_engine.h"
#include "models/kernels/attention_kernel.h"

namespace rag {
namespace {

// Never unloaded: the engines' code and libtorch's own threads live in it until the process ends.
TorchFactory load_torch_factory() {
  const std::filesystem::path module = find_companion(kTorchModule);
  if (module.empty())
    throw Error(ErrorKind::Backend, std::string(kTorchModule) + ": not found beside the program; build or install rag again");
  void* handle = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* factory = handle ? ::dlsym(handle, kTorchFactory) : nullptr;
  if (!factory) {
    const char* reason = ::dlerror();
    throw Error(ErrorKind::Backend, module.string() + ": cannot be loaded: " + (reason ? reason : "unknown reason") +
                                        "; run 'rag doctor' to see what is missing");
  }
  return reinterpret_cast<TorchFactory>(factory);
}

// Whether fp32 comes from libtorch: for heads our attention has no kernel for, or because the environment asks (RAG_FP32=libtorch).
bool fp32_by_libtorch(const EncoderConfig& config) {
  fastest_float_instructions();  // throws where RAG_FP32 is something else
  const char* asked = std::getenv("RAG_FP32");
  return !has_attention_kernel(config.hidden_size / config.heads) || (asked != nullptr && std::strcmp(asked, "libtorch") == 0);
}

std::unique_ptr<EncoderEngine> open_on_processor(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  if (options.precision == Precision::Int8) return make_byte_engine(weights, config, options);
  if (options.precision == Precision::Fp32 && !fp32_by_libtorch(config)) return make_float_engine(weights, config, options);
  static const TorchFactory make = load_torch_factory();  // tried again by the next caller where it throws
  return std::unique_ptr<EncoderEngine>(make(weights, config, options));
}

}  // namespace

std::unique_ptr<EncoderEngine> open_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  if (options.device.kind == DeviceChoice::Kind::Cuda) return open_cuda_engine(weights, config, options);
  if (options.device.kind == DeviceChoice::Kind::Cpu || !gpu_is_there(options.device)) return open_on_processor(weights, config, options);
  return make_engine_with_fallback([&] { return open_cuda_engine(weights, config, options); },
                                   [&weights, config, options] { return open_on_processor(weights, config, options); }, config);
}

}  // namespace rag
