#include "models/engine.h"

#include <dlfcn.h>

#include <string>

#include "core/companion.h"
#include "core/error.h"

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

}  // namespace

bool has_fast_int8() { return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw"); }

std::unique_ptr<EncoderEngine> open_torch_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options) {
  if (options.precision == Precision::Int8 && !has_fast_int8())
    throw Error(ErrorKind::Usage, "--precision int8: this processor has no AVX-512 VNNI, bytes would be neither exact nor fast; use --precision fp32");
  static const TorchFactory make = load_torch_factory();  // tried again by the next caller where it throws
  return std::unique_ptr<EncoderEngine>(make(weights, config, options));
}

}  // namespace rag
