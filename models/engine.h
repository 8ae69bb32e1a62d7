#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "core/gpu.h"
#include "core/interrupt.h"
#include "models/encoder_weights.h"
#include "models/kernels/byte_product.h"
#include "models/model_directory.h"
#include "models/packed_texts.h"

namespace rag {

// What the matrix products are computed in.  Fp32 is exact.  Int8 needs a quarter of the time or less where the processor multiplies bytes
// (VNNI, AMX; two thirds with AVX2 alone, see has_fast_int8(); elsewhere it is slow) and turns a vector by a few degrees at most; Bf16 half
// of it where the processor has that type.
enum class Precision { Fp32, Bf16, Int8 };

struct EngineOptions {
  Precision precision = Precision::Fp32;
  std::size_t threads = 0;  // 0: all cores
  Pooling pooling = Pooling::Mean;
  bool normalise = true;
  DeviceChoice device{DeviceChoice::Kind::Cpu, std::nullopt};
  bool (*interrupted)() noexcept = rag::interrupted;  // the program's: a module that is loaded has one of its own, which nobody sets
  std::filesystem::path prepared;  // where Int8 keeps its layers for the next process, see PreparedLayers; empty: nowhere
};

// The arithmetic of an encoder.  The interface knows nothing of the library that does it.
class EncoderEngine {
 public:
  virtual ~EncoderEngine() = default;
  // rows x hidden_size.  No text may be empty or longer than the model's positions.  Texts of equal length are fastest side by side,
  // and long lists faster than short ones; memory stays bounded (about 20 MB a thread at hidden size 384, or what the longest text
  // needs).  Several threads may call at once.  Throws Error(Backend).
  virtual std::vector<float> encode(const PackedTexts& texts) const = 0;
};

// On a GPU (device Cuda, or Auto where one can be used): bf16 whatever the precision, from librag_cuda.so.  Where that fails, at once or in the
// middle, Auto tells it once (core/notice.h) and goes on with what follows; Cuda throws Error(Backend).
// Else, Int8 and Fp32: our own engines (byte_engine.h, float_engine.h).  Bf16, and Fp32 where heads are neither 32 nor 64 wide: the libtorch
// engine, from a module of its own (librag_torch.so) that is loaded with the first call; this takes a third of a second.  RAG_FP32=libtorch
// in the environment takes Fp32 from there as well, to compare; other values limit what ours computes with (fastest_float_instructions()).
// The weights stay where they are mapped and must outlive the engine.  Throws Error(Backend) where the module is not there or a weight is
// no number, Error(Usage) where RAG_FP32 is something else.
std::unique_ptr<EncoderEngine> open_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options);

// What the module exports under kTorchFactory.
using TorchFactory = EncoderEngine* (*)(const EncoderWeights&, const EncoderConfig&, const EngineOptions&);
inline constexpr char kTorchModule[] = "librag_torch.so";
inline constexpr char kTorchFactory[] = "rag_make_torch_engine";

// What librag_cuda.so exports under kCudaEngineFactory; the last is the GPU's number.
using CudaEngineFactory = EncoderEngine* (*)(const EncoderWeights&, const EncoderConfig&, const EngineOptions&, int);
inline constexpr char kCudaEngineFactory[] = "rag_make_cuda_engine";

}  // namespace rag
