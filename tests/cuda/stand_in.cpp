// Stands in for libcudart and libcublasLt where there is no GPU: put before them by LD_PRELOAD it shows librag_cuda.so one GPU whose memory is the
// host's and whose kernels do nothing.  What is wrong with it stands in RAG_STAND_IN:
//
//   no-driver, old-driver, no-device, other-architecture    what a look at it finds
//   crowded              all but 8 MiB of its 80 GiB are taken
//   lost                 it has gone when the first kernel was started
//   (nothing)            a GPU that computes nothing at all, and does not say so
#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <map>
#include <string>

namespace {

constexpr std::size_t kTotal = std::size_t{80} << 30, kLittle = std::size_t{8} << 20;

bool is(const char* trouble) {
  const char* named = std::getenv("RAG_STAND_IN");
  return named && std::string(named) == trouble;
}

std::atomic<bool> lost = false;
std::atomic<cudaError_t> last = cudaSuccess;
std::mutex guard;
std::map<void*, std::size_t> taken;
std::size_t taken_bytes = 0;

cudaError_t told(cudaError_t error) {
  if (error != cudaSuccess) last = error;
  return error;
}
cudaError_t state() { return told(lost ? cudaErrorUnknown : cudaSuccess); }
std::size_t free_bytes() { return (is("crowded") ? kLittle : kTotal) - taken_bytes; }

}  // namespace

extern "C" {

void** __cudaRegisterFatBinary(void*) {
  static void* handle;
  return &handle;
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
void __cudaRegisterFunction(void**, const char*, char*, const char*, int, uint3*, uint3*, dim3*, dim3*, int*) {}
void __cudaRegisterVar(void**, char*, char*, const char*, int, std::size_t, int, int) {}
char __cudaInitModule(void**) { return 1; }
unsigned __cudaPushCallConfiguration(dim3, dim3, std::size_t, CUstream_st*) { return 0; }
cudaError_t __cudaPopCallConfiguration(dim3*, dim3*, std::size_t*, void*) { return cudaSuccess; }
cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  *kernel = reinterpret_cast<cudaKernel_t>(const_cast<void*>(function));
  return cudaSuccess;
}
static cudaError_t start() {
  if (is("lost")) lost = true;  // noticed by whoever waits
  return cudaSuccess;
}
cudaError_t __cudaLaunchKernel(cudaKernel_t, dim3, dim3, void**, std::size_t, cudaStream_t) { return start(); }
cudaError_t cudaLaunchKernel(const void*, dim3, dim3, void**, std::size_t, cudaStream_t) { return start(); }

cudaError_t cudaDriverGetVersion(int* version) {
  *version = is("no-driver") ? 0 : is("old-driver") ? 12040 : 13000;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceCount(int* count) {
  *count = 0;
  if (is("old-driver")) return told(cudaErrorInsufficientDriver);
  if (is("no-device")) return told(cudaErrorNoDevice);
  *count = 1;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = {};
  std::strcpy(properties->name, "Stand-in");
  properties->major = is("other-architecture") ? 7 : 9;
  properties->multiProcessorCount = 132;
  properties->totalGlobalMem = kTotal;
  return cudaSuccess;
}
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  return told(is("other-architecture") ? cudaErrorNoKernelImageForDevice : cudaSuccess);
}
cudaError_t cudaFuncSetAttribute(const void*, cudaFuncAttribute, int) { return state(); }
cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr, int) {
  *value = 132;
  return state();
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaSetDevice(int) { return state(); }
cudaError_t cudaGetLastError() { return lost ? cudaErrorUnknown : last.exchange(cudaSuccess); }
const char* cudaGetErrorString(cudaError_t error) {
  return error == cudaErrorMemoryAllocation ? "out of memory" : error == cudaErrorUnknown ? "unknown error" : "some error";
}

cudaError_t cudaMemGetInfo(std::size_t* free, std::size_t* total) {
  const std::lock_guard lock(guard);
  *free = free_bytes();
  *total = kTotal;
  return state();
}
cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  if (state() != cudaSuccess) return state();
  const std::lock_guard lock(guard);
  if (bytes > free_bytes()) return told(cudaErrorMemoryAllocation);
  *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  std::memset(*memory, 0, bytes);
  taken[*memory] = bytes;
  taken_bytes += bytes;
  return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  const std::lock_guard lock(guard);
  if (const auto found = taken.find(memory); found != taken.end()) {
    taken_bytes -= found->second;
    taken.erase(found);
  }
  std::free(memory);
  return state();
}
cudaError_t cudaMallocHost(void** memory, std::size_t bytes) {
  *memory = std::calloc(1, bytes);
  return state();
}
cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) { return cudaMallocHost(memory, bytes); }
cudaError_t cudaFreeHost(void* memory) {
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t) {
  if (state() == cudaSuccess && bytes > 0) std::memcpy(to, from, bytes);
  return state();
}
cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_bytes, const void* from, std::size_t from_bytes, std::size_t line, std::size_t lines, cudaMemcpyKind, cudaStream_t) {
  for (std::size_t i = 0; i < lines; ++i) std::memcpy(static_cast<char*>(to) + i * to_bytes, static_cast<const char*>(from) + i * from_bytes, line);
  return state();
}
cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t) {
  std::memset(to, value, bytes);
  return state();
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = nullptr;
  return state();
}
cudaError_t cudaStreamDestroy(cudaStream_t) { return state(); }
cudaError_t cudaStreamSynchronize(cudaStream_t) { return state(); }
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return state(); }
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = nullptr;
  return state();
}
cudaError_t cudaEventDestroy(cudaEvent_t) { return state(); }
cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return state(); }
cudaError_t cudaEventSynchronize(cudaEvent_t) { return state(); }

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = nullptr;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t) { return CUBLAS_STATUS_SUCCESS; }
const char* cublasLtGetStatusString(cublasStatus_t) { return "some status"; }
cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t, const void*, const void*, cublasLtMatrixLayout_t, const void*, cublasLtMatrixLayout_t, const void*, const void*,
                              cublasLtMatrixLayout_t, void*, cublasLtMatrixLayout_t, const cublasLtMatmulAlgo_t*, void*, std::size_t, cudaStream_t) {
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatmulPreference_t, int, cublasLtMatmulHeuristicResult_t[], int* found) {
  *found = 1;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescInit_internal(cublasLtMatmulDesc_t, std::size_t, cublasComputeType_t, cudaDataType_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t, const void*, std::size_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasLtMatmulPreferenceInit_internal(cublasLtMatmulPreference_t, std::size_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t, cublasLtMatmulPreferenceAttributes_t, const void*, std::size_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasLtMatrixLayoutInit_internal(cublasLtMatrixLayout_t, std::size_t, cudaDataType, uint64_t, uint64_t, int64_t) { return CUBLAS_STATUS_SUCCESS; }

}  // extern "C"
