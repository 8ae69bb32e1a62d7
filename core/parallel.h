#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace rag {

// `threads`, or all cores where it is 0.
inline std::size_t threads_or_all(std::size_t threads) { return threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency()); }

// work(i) for each i below `count`, in no order, on at most `threads` threads (0: all cores).  Each thread, the caller's among them, takes the next piece and does it alone: nobody
// waits for anybody but at the end.  Where a piece throws, the first exception is thrown again when all threads have stopped; pieces not
// begun may then be left out.
template <typename Work>
void in_parallel(std::size_t threads, std::size_t count, const Work& work) {
  threads = threads_or_all(threads);
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex failing;
  const auto take = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(failing);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(threads, count); ++i) helpers.emplace_back(take);
    take();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rag
