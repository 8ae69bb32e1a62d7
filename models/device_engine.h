#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/engine.h"

namespace rag {

// An engine that computes on a GPU as long as that works.  The first time it fails, at opening or in the middle of a batch, this is told once
// (core/notice.h), `open_other` is called, and the same texts and all that follow go there.
//
// Only Error(Backend) of the GPU counts as failing: a text that the model does not have is refused as any engine refuses it, and an interrupt ends
// the call.
std::unique_ptr<EncoderEngine> make_engine_with_fallback(std::function<std::unique_ptr<EncoderEngine>()> open_gpu,
                                                         std::function<std::unique_ptr<EncoderEngine>()> open_other, const EncoderConfig& config);

// Several engines as one: a call goes to the one with fewest, and is opened for it where all that are open compute.  The first is opened at once.
// One that fails with Error(Backend) is left for good, which is told; its call and all that follow go to the others.  Where none is left it throws what the
// last one threw.  At least one must be given.
std::unique_ptr<EncoderEngine> make_engine_of_several(std::vector<std::function<std::unique_ptr<EncoderEngine>()>> open);

using OpenDeviceEngine = std::function<std::unique_ptr<EncoderEngine>(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options)>;

// Two small encoders with random weights on such an engine, beside the processor in fp32: empty where all vectors agree (cosine .999), else what went wrong.
std::string encoder_self_test(const OpenDeviceEngine& open);

// The same on the GPU of this number, once a process.
const std::string& encoder_self_test_of_gpu(int number);

// The engine of librag_cuda.so on the GPUs that `options.device` allows.  Throws Error(Backend) in one line that says why there is none and what to do.
// Each GPU has to pass its self-test first.  `weights` must outlive it.
std::unique_ptr<EncoderEngine> open_cuda_engine(const EncoderWeights& weights, const EncoderConfig& config, const EngineOptions& options);

// Where an encoder computes that was asked for this: a GPU computes in bf16, so Auto stays with the processor where another precision was asked
// for, and Cuda throws Error(Usage).
DeviceChoice encoder_device(const DeviceChoice& device, std::optional<Precision> precision);

// Whether Auto would find a GPU.  Where the build is made for one and none can be used, this is told once.
bool gpu_is_there(const DeviceChoice& device);

}  // namespace rag
