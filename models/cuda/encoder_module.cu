// What librag_cuda.so exports for the encoder: one function.  Nothing of CUDA gets past it, neither a type nor an exception of its own.
#include <memory>
#include <new>

#include "core/error.h"
#include "models/cuda/cuda_gpu.h"
#include "models/cuda/gpu_engine.h"
#include "models/engine.h"

extern "C" __attribute__((visibility("default"))) rag::EncoderEngine* rag_make_cuda_engine(const rag::EncoderWeights& weights, const rag::EncoderConfig& config,
                                                                                           const rag::EngineOptions& options, int number) {
  try {
    return new rag::gpu::GpuEngine(weights, config, options, [number] { return rag::gpu::make_cuda_gpu(number); });
  } catch (const std::bad_alloc&) {
    throw rag::Error(rag::ErrorKind::Backend, "GPU: the host has no memory to bring the weights up; use a smaller model");
  }
}
