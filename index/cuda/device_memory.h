#pragma once

#include "core/cuda/device.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#if !defined(__CUDACC__)
#include <cstring>
#include <new>

#include "core/error.h"
#endif

// Memory of a GPU, memory of the host that a GPU reaches by itself, and the copies between them; emulated, both are plain memory.
namespace rag::cuda {

#if defined(__CUDACC__)

inline void use_device(int number) { check_cuda(cudaSetDevice(number), "cannot be used"); }
inline void* take_device_bytes(std::size_t bytes) {
  void* data = nullptr;
  const cudaError_t status = cudaMalloc(&data, bytes);
  if (status == cudaErrorMemoryAllocation) cudaGetLastError();  // nothing else is wrong with the device
  check_cuda(status, ("no " + std::to_string(bytes >> 20) + " MiB").c_str());
  return data;
}
inline void give_device_bytes(void* data) { cudaFree(data); }
inline void* take_host_bytes(std::size_t bytes) {
  void* data = nullptr;
  check_cuda(cudaMallocHost(&data, bytes), "host memory for copies");
  return data;
}
inline void give_host_bytes(void* data) { cudaFreeHost(data); }
inline Stream open_stream() {
  Stream stream = nullptr;
  check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "no stream");
  return stream;
}
inline void close_stream(Stream stream) { cudaStreamDestroy(stream); }
inline void wait_for(Stream stream) { check_cuda(cudaStreamSynchronize(stream), "computing failed"); }
inline void copy_bytes(void* to, const void* from, std::size_t bytes, Stream stream) {
  check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream), "a copy failed");
}
inline void copy_lines(void* to, std::size_t to_bytes, const void* from, std::size_t from_bytes, std::size_t line_bytes, std::size_t lines, Stream stream) {
  check_cuda(cudaMemcpy2DAsync(to, to_bytes, from, from_bytes, line_bytes, lines, cudaMemcpyDefault, stream), "a copy failed");
}
inline void clear_bytes(void* data, std::size_t bytes, Stream stream) { check_cuda(cudaMemsetAsync(data, 0, bytes, stream), "clearing failed"); }
inline unsigned processors_of(int number) {
  int count = 0;
  check_cuda(cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, number), "cannot be asked");
  return static_cast<unsigned>(count);
}
inline std::size_t free_device_bytes() {
  std::size_t free = 0, total = 0;
  check_cuda(cudaMemGetInfo(&free, &total), "cannot be asked");
  return free;
}

#else

// What a test lets the emulated GPU have; taking more fails as it does on a GPU.
inline thread_local std::size_t emulated_bytes_free = SIZE_MAX;

inline void use_device(int) {}
inline void* take_device_bytes(std::size_t bytes) {
  if (bytes > emulated_bytes_free) throw Error(ErrorKind::Backend, "GPU: no " + std::to_string(bytes >> 20) + " MiB: out of memory");
  void* data = ::operator new(bytes, std::align_val_t{256});
  std::memset(data, 0xFF, bytes);  // no numbers
  return data;
}
inline void give_device_bytes(void* data) { ::operator delete(data, std::align_val_t{256}); }
inline void* take_host_bytes(std::size_t bytes) { return ::operator new(bytes, std::align_val_t{256}); }
inline void give_host_bytes(void* data) { ::operator delete(data, std::align_val_t{256}); }
inline Stream open_stream() { return nullptr; }
inline void close_stream(Stream) {}
inline void wait_for(Stream) {}
inline void copy_bytes(void* to, const void* from, std::size_t bytes, Stream) {
  if (bytes > 0) std::memcpy(to, from, bytes);
}
inline void copy_lines(void* to, std::size_t to_bytes, const void* from, std::size_t from_bytes, std::size_t line_bytes, std::size_t lines, Stream stream) {
  for (std::size_t i = 0; i < lines; ++i)
    copy_bytes(static_cast<char*>(to) + i * to_bytes, static_cast<const char*>(from) + i * from_bytes, line_bytes, stream);
}
inline void clear_bytes(void* data, std::size_t bytes, Stream) { std::memset(data, 0, bytes); }
inline unsigned processors_of(int) { return 2; }
inline std::size_t free_device_bytes() { return emulated_bytes_free; }

#endif

template <typename T, void* (*kTake)(std::size_t), void (*kGive)(void*)>
class Array {
 public:
  Array() = default;
  explicit Array(std::size_t size) : data_(size > 0 ? static_cast<T*>(kTake(size * sizeof(T))) : nullptr), size_(size) {}
  Array(Array&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Array& operator=(Array&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Array() {
    if (data_) kGive(data_);
  }
  T* data() const { return data_; }
  std::size_t size() const { return size_; }
  // Room for so many; what was in it is gone where it had less.
  T* with_room_for(std::size_t size) {
    if (size > size_) {
      *this = Array();
      *this = Array(size);
    }
    return data_;
  }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

template <typename T>
using DeviceArray = Array<T, take_device_bytes, give_device_bytes>;
template <typename T>
using HostArray = Array<T, take_host_bytes, give_host_bytes>;

// Work of one stream comes one after the other.
class OwnStream {
 public:
  OwnStream() : stream_(open_stream()) {}
  ~OwnStream() { close_stream(stream_); }
  OwnStream(const OwnStream&) = delete;
  OwnStream& operator=(const OwnStream&) = delete;
  Stream get() const { return stream_; }

 private:
  Stream stream_;
};

// `to` and `from` must stay as they are until wait_for(stream).
template <typename T>
void copy(T* to, const T* from, std::size_t count, Stream stream) {
  copy_bytes(to, from, count * sizeof(T), stream);
}

}  // namespace rag::cuda
