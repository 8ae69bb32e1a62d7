// The one file of the encoder that talks to CUDA and cuBLASLt.
#include "models/cuda/cuda_gpu.h"

#include <cublasLt.h>
#include <cuda_runtime.h>

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "models/cuda/product_rows.h"

namespace rag::gpu {
namespace {

std::string name_of(int number) { return "GPU " + std::to_string(number); }

class CudaGpu final : public Gpu {
 public:
  // By way of the other constructor, so that what was made is given back where the next thing cannot be.
  explicit CudaGpu(int number) : CudaGpu(number, Empty{}) {
    enter();
    for (cudaStream_t* stream : {&up_, &compute_, &down_}) check(cudaStreamCreateWithFlags(stream, cudaStreamNonBlocking), "a stream");
    for (cudaEvent_t* event : {&went_up_, &computed_}) check(cudaEventCreateWithFlags(event, cudaEventDisableTiming), "an event");
    // A caller that waits sleeps: its core can cut the next texts into tokens.
    for (cudaEvent_t& event : marks_) check(cudaEventCreateWithFlags(&event, cudaEventDisableTiming | cudaEventBlockingSync), "an event");
    check(cublasLtCreate(&products_), "cuBLASLt");
    scratch_ = allocate(kScratchBytes);
  }

  ~CudaGpu() override {
    cudaSetDevice(number_);
    for (cudaStream_t stream : {up_, compute_, down_})
      if (stream) cudaStreamSynchronize(stream);
    scratch_.reset();
    if (products_) cublasLtDestroy(products_);
    for (cudaEvent_t event : {went_up_, computed_, marks_[0], marks_[1], marks_[2], marks_[3]})
      if (event) cudaEventDestroy(event);
    for (cudaStream_t stream : {up_, compute_, down_})
      if (stream) cudaStreamDestroy(stream);
  }

  void enter() override { check(cudaSetDevice(number_), "cannot be used"); }

  Memory allocate(std::size_t bytes) override {
    void* memory = nullptr;
    check_memory(cudaMalloc(&memory, bytes), bytes);
    return {memory, [number = number_](void* memory) {
              cudaSetDevice(number);
              cudaFree(memory);
            }};
  }

  Memory allocate_pinned(std::size_t bytes) override {
    void* memory = nullptr;
    check_memory(cudaHostAlloc(&memory, bytes, cudaHostAllocDefault), bytes);
    return {memory, [](void* memory) { cudaFreeHost(memory); }};
  }

  void upload(void* to, const void* from, std::size_t bytes) override { check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, up_), "copying up"); }
  void compute_what_went_up() override {
    check(cudaEventRecord(went_up_, up_), "copying up");
    check(cudaStreamWaitEvent(compute_, went_up_), "copying up");
  }
  void wait_for_uploads() override { check(cudaStreamSynchronize(up_), "copying up"); }

  void download(void* to, const void* from, std::size_t bytes) override {
    check(cudaEventRecord(computed_, compute_), "computing");
    check(cudaStreamWaitEvent(down_, computed_), "computing");
    check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, down_), "copying down");
  }
  std::size_t mark() override {
    check(cudaEventRecord(marks_[++marked_ % marks_.size()], down_), "copying down");
    return marked_;
  }
  void wait(std::size_t mark) override { check(cudaEventSynchronize(marks_[mark % marks_.size()]), "computing"); }

  CUstream_st* stream() override { return compute_; }

  // cuBLASLt counts columns first.  Read that way our row-major matrices are their own transposes, so it computes out^T = W x^T.
  void product(const Bf16* x, std::size_t rows, const Linear& layer, Finish finish, Bf16* out) override {
    cublasLtMatmulDescOpaque_t product;
    check(cublasLtMatmulDescInit(&product, CUBLAS_COMPUTE_32F, CUDA_R_32F), "a product");
    const auto set = [&](cublasLtMatmulDescAttributes_t attribute, const auto& value) {
      check(cublasLtMatmulDescSetAttribute(&product, attribute, &value, sizeof value), "a product");
    };
    set(CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
    set(CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue_of(finish));
    if (finish != Finish::Nothing) set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, static_cast<const void*>(layer.bias));
    const Shape shape{layer.outputs, layer.inputs, product_rows(rows), finish};
    auto found = algorithms_.find(shape);
    if (found == algorithms_.end()) found = algorithms_.emplace(shape, find_algorithm(product, layer, shape.rows)).first;
    Layouts layouts(layer, rows);
    const float one = 1, zero = 0;
    const auto run = [&](const cublasLtMatmulAlgo_t& algorithm) {
      return cublasLtMatmul(products_, &product, &one, layer.weight, &layouts.weight, x, &layouts.rows, &zero, out, &layouts.out, out, &layouts.out, &algorithm,
                            scratch_.get(), kScratchBytes, compute_);
    };
    if (run(found->second) != CUBLAS_STATUS_SUCCESS)  // chosen for a few rows more
      check(run(find_algorithm(product, layer, rows)), "a matrix product");
  }

 private:
  struct Empty {};
  CudaGpu(int number, Empty) : number_(number) {}

  static constexpr std::size_t kScratchBytes = 32 << 20;  // what cuBLASLt likes on Hopper

  struct Shape {
    std::size_t outputs, inputs, rows;
    Finish finish;
    auto operator<=>(const Shape&) const = default;
  };

  struct Layouts {
    Layouts(const Linear& layer, std::size_t count) {
      cublasLtMatrixLayoutInit(&weight, CUDA_R_16BF, layer.inputs, layer.outputs, static_cast<std::int64_t>(layer.inputs));
      cublasLtMatrixLayoutInit(&rows, CUDA_R_16BF, layer.inputs, count, static_cast<std::int64_t>(layer.inputs));
      cublasLtMatrixLayoutInit(&out, CUDA_R_16BF, layer.outputs, count, static_cast<std::int64_t>(layer.outputs));
    }
    cublasLtMatrixLayoutOpaque_t weight, rows, out;
  };

  static cublasLtEpilogue_t epilogue_of(Finish finish) {
    switch (finish) {
      case Finish::Nothing: return CUBLASLT_EPILOGUE_DEFAULT;
      case Finish::Bias: return CUBLASLT_EPILOGUE_BIAS;
      case Finish::BiasGelu: return CUBLASLT_EPILOGUE_GELU_BIAS;
      case Finish::BiasRelu: return CUBLASLT_EPILOGUE_RELU_BIAS;
    }
    return CUBLASLT_EPILOGUE_DEFAULT;
  }

  cublasLtMatmulAlgo_t find_algorithm(cublasLtMatmulDescOpaque_t& product, const Linear& layer, std::size_t rows) {
    cublasLtMatmulPreferenceOpaque_t preference;
    check(cublasLtMatmulPreferenceInit(&preference), "a product");
    const std::size_t scratch = kScratchBytes;
    check(cublasLtMatmulPreferenceSetAttribute(&preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &scratch, sizeof scratch), "a product");
    Layouts layouts(layer, rows);
    cublasLtMatmulHeuristicResult_t best{};
    int count = 0;
    check(cublasLtMatmulAlgoGetHeuristic(products_, &product, &layouts.weight, &layouts.rows, &layouts.out, &layouts.out, &preference, 1, &best, &count),
          "a matrix product");
    if (count == 0) throw Error(ErrorKind::Backend, name_of(number_) + ": cuBLASLt has no product for " + std::to_string(layer.outputs) + " x " + std::to_string(layer.inputs));
    return best.algo;
  }

  void check(cudaError_t status, const char* what) const {
    if (status == cudaSuccess) return;
    cudaGetLastError();  // told now; it should not be taken for the next call's
    const std::string message = name_of(number_) + ": " + what + ": " + cudaGetErrorString(status);
    if (status == cudaErrorMemoryAllocation) throw OutOfMemory(message);
    throw Error(ErrorKind::Backend, message);
  }
  void check(cublasStatus_t status, const char* what) const {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    const std::string message = name_of(number_) + ": " + what + ": " + cublasLtGetStatusString(status);
    if (status == CUBLAS_STATUS_ALLOC_FAILED) throw OutOfMemory(message);
    throw Error(ErrorKind::Backend, message);
  }
  void check_memory(cudaError_t status, std::size_t bytes) const {
    std::size_t free = 0, total = 0;
    if (status == cudaErrorMemoryAllocation && cudaMemGetInfo(&free, &total) == cudaSuccess) {
      cudaGetLastError();
      throw OutOfMemory(name_of(number_) + ": out of memory: " + std::to_string(bytes >> 20) + " MiB wanted, " + std::to_string(free >> 20) + " of " +
                        std::to_string(total >> 20) + " MiB free; end what else uses it, or use --device cpu");
    }
    check(status, "memory");
  }

  int number_;
  cudaStream_t up_ = nullptr, compute_ = nullptr, down_ = nullptr;
  cudaEvent_t went_up_ = nullptr, computed_ = nullptr;
  std::array<cudaEvent_t, 4> marks_{};  // a caller waits for at most the last two
  std::size_t marked_ = 0;
  cublasLtHandle_t products_ = nullptr;
  Memory scratch_;
  std::map<Shape, cublasLtMatmulAlgo_t> algorithms_;
};

}  // namespace

std::unique_ptr<Gpu> make_cuda_gpu(int number) { return std::make_unique<CudaGpu>(number); }

}  // namespace rag::gpu
