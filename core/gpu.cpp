#include "core/gpu.h"

#include <dlfcn.h>

#include <charconv>
#include <filesystem>

#include "core/companion.h"
#include "core/error.h"

namespace rag {
namespace {

struct Module {
  std::string path;
  void* handle = nullptr;
  std::string trouble;
};

Module load_module() {
  Module module{.path = find_companion(kCudaModule).string()};
  if (module.path.empty()) {
    module.trouble = "built without CUDA; 'cmake --preset cuda' builds with it";
    return module;
  }
  module.handle = ::dlopen(module.path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!module.handle) {
    const char* reason = ::dlerror();
    module.trouble = module.path + ": cannot be loaded: " + (reason ? reason : "unknown reason") +
                     "; install the CUDA runtime and cuBLAS it names, or put them beside it";
  }
  return module;
}

const Module& cuda_module() {
  static const Module module = load_module();
  return module;
}

GpuState look() {
  const Module& module = cuda_module();
  GpuState state{.module = module.path, .trouble = module.trouble};
  if (!module.handle) return state;
  if (const auto devices = reinterpret_cast<CudaDevices>(cuda_symbol(kCudaDevices))) devices(state);
  else state.trouble = module.path + ": of another build of rag; build or install again";
  return state;
}

}  // namespace

DeviceChoice device_choice(const std::string& option, const std::string& text) {
  if (text == "auto") return {};
  if (text == "cpu") return {DeviceChoice::Kind::Cpu, std::nullopt};
  if (text == "cuda") return {DeviceChoice::Kind::Cuda, std::nullopt};
  int number = -1;
  if (text.starts_with("cuda:")) {
    const auto [end, error] = std::from_chars(text.data() + 5, text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) number = -1;
  }
  if (number < 0) throw Error(ErrorKind::Usage, option + " " + text + ": must be auto, cpu, cuda or the number of a GPU as in cuda:0");
  return {DeviceChoice::Kind::Cuda, number};
}

const GpuState& gpus() {
  static const GpuState state = look();
  return state;
}

std::vector<GpuDevice> usable_gpus(const DeviceChoice& choice) {
  std::vector<GpuDevice> usable;
  if (choice.kind == DeviceChoice::Kind::Cpu) return usable;
  for (const GpuDevice& device : gpus().devices)
    if (device.trouble.empty() && (!choice.number || *choice.number == device.number)) usable.push_back(device);
  return usable;
}

std::string why_no_gpu(const DeviceChoice& choice, const GpuState& state) {
  if (!state.trouble.empty()) return state.trouble;
  if (state.devices.empty()) return "a driver, but no GPU that it shows to this process";
  for (const GpuDevice& device : state.devices)
    if (!device.trouble.empty() && (!choice.number || *choice.number == device.number))
      return "GPU " + std::to_string(device.number) + (device.name.empty() ? "" : " (" + device.name + ")") + ": " + device.trouble;
  const int last = state.devices.back().number;
  return "no GPU " + std::to_string(choice.number.value_or(0)) + " here, expected " + (last == 0 ? "0" : "0 to " + std::to_string(last));
}

void* cuda_symbol(const char* name) { return cuda_module().handle ? ::dlsym(cuda_module().handle, name) : nullptr; }

}  // namespace rag
