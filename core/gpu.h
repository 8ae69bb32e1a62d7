#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// Where vectors are computed and compared.
struct DeviceChoice {
  enum class Kind {
    Auto,  // on a GPU where there is one and it gains, else on the processor
    Cpu,
    Cuda,  // on a GPU; where that cannot be it is an error that says why
  };
  Kind kind = Kind::Auto;
  std::optional<int> number;  // of the GPU, from 0; nothing: whichever
};

// "auto", "cpu", "cuda" or "cuda:1".  Throws Error(Usage) that begins with `option` for anything else.
DeviceChoice device_choice(const std::string& option, const std::string& text);

struct GpuDevice {
  int number = 0;
  std::string name;
  int major = 0, minor = 0;  // compute capability
  int processors = 0;        // streaming multiprocessors
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;  // now; others take from it, too
  std::string trouble;           // why it cannot be used, one line; empty where it can
};

// What this process can use.  `trouble` says in one line why there is nothing, with what to do.
struct GpuState {
  std::string module;    // path of librag_cuda.so; empty where this build has none
  std::string driver;    // newest CUDA the driver knows, "13.0"; empty where there is no driver
  std::string compiled;  // architectures in the module, "90-real"
  std::string trouble;
  std::vector<GpuDevice> devices;
};

// Looks once a process; the first look at a GPU takes up to a second.  Never throws.
const GpuState& gpus();
// The devices that a choice allows and that can be used, maybe none.
std::vector<GpuDevice> usable_gpus(const DeviceChoice& choice);
// Why that is none of them, in one line without an end: what `state` says, what is wrong with the first device that the choice allows, or that there is no
// device of this number.
std::string why_no_gpu(const DeviceChoice& choice, const GpuState& state = gpus());

// Everything that runs on a GPU lives in this module, which is loaded with the first call and never unloaded.  Null where it is not there, cannot be
// loaded or has no such symbol; gpus().trouble says why.
inline constexpr char kCudaModule[] = "librag_cuda.so";
void* cuda_symbol(const char* name);

// What the module exports under kCudaDevices (index/cuda/devices.cu): fills `devices`, `driver`, `compiled` and `trouble`.
using CudaDevices = void (*)(GpuState&);
inline constexpr char kCudaDevices[] = "rag_cuda_devices";

}  // namespace rag
