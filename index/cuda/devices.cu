// What the GPUs of this machine are, for core/gpu.h.
#include <cuda_runtime.h>

#include <string>

#include "core/gpu.h"

namespace rag {
namespace {

// Only looked at: whether a device has code for it tells whether it has code for all the others.
__global__ void probe() {}

std::string words(cudaError_t error) { return cudaGetErrorString(error); }

std::string version_text(int version) { return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10); }

GpuDevice look_at(int number) {
  GpuDevice device{.number = number};
  cudaDeviceProp properties{};
  if (const cudaError_t error = cudaGetDeviceProperties(&properties, number); error != cudaSuccess) {
    device.trouble = "cannot be asked: " + words(error);
    return device;
  }
  device.name = properties.name;
  device.major = properties.major;
  device.minor = properties.minor;
  device.processors = properties.multiProcessorCount;
  device.total_bytes = properties.totalGlobalMem;
  std::size_t free = 0, total = 0;
  cudaFuncAttributes attributes{};
  if (cudaError_t error = cudaSetDevice(number); error != cudaSuccess || (error = cudaMemGetInfo(&free, &total)) != cudaSuccess) {
    device.trouble = "cannot be used: " + words(error);
  } else if (cudaFuncGetAttributes(&attributes, probe) != cudaSuccess) {
    device.trouble = "compute capability " + std::to_string(device.major) + "." + std::to_string(device.minor) + ", this build has code for " +
                     RAG_CUDA_COMPILED + "; build with -DRAG_CUDA_ARCHITECTURES=" + std::to_string(device.major) + std::to_string(device.minor) + "-real";
  }
  cudaGetLastError();  // an error of a look is no error of what comes after
  device.free_bytes = free;
  return device;
}

}  // namespace

extern "C" __attribute__((visibility("default"))) void rag_cuda_devices(GpuState& state) {
  state.compiled = RAG_CUDA_COMPILED;
  int version = 0, count = 0;
  if (cudaDriverGetVersion(&version) != cudaSuccess || version == 0) {
    state.trouble = "no NVIDIA driver (libcuda.so.1); install one for CUDA " + version_text(CUDART_VERSION) + " or newer";
    return;
  }
  state.driver = version_text(version);
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaErrorInsufficientDriver)
    state.trouble = "the driver knows CUDA " + state.driver + ", this build needs " + version_text(CUDART_VERSION) + "; install a newer driver";
  else if (error != cudaSuccess || count == 0)
    state.trouble = error == cudaErrorNoDevice || error == cudaSuccess ? "a driver, but no GPU that it shows to this process"
                                                                      : "the GPUs cannot be asked: " + words(error);
  cudaGetLastError();
  if (!state.trouble.empty()) return;
  int before = 0;
  cudaGetDevice(&before);
  for (int number = 0; number < count; ++number) state.devices.push_back(look_at(number));
  cudaSetDevice(before);
}

}  // namespace rag
