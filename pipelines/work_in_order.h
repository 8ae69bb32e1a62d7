#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "pipelines/bounded_queue.h"

namespace rag {

// A stage that works on several values at once: give(work(value)) for each of the queue, work on as many threads as threads() says, give in the order in
// which the values came, by one thread at a time.  threads() is asked whenever a value was taken, so there may become more.  A thread that waits for its
// turn to give takes no other value, so no more results wait than there are threads.
// A give that returns false ends it.  So does an exception: what stood before is given, the queue is closed, and it is thrown again when all have stopped.
template <typename T, typename Work, typename Give>
void work_in_order(BoundedQueue<T>& queue, const std::function<std::size_t()>& threads, const Work& work, const Give& give) {
  std::mutex taking, giving;
  std::condition_variable turn;
  std::size_t next = 0, given = 0, end = SIZE_MAX;  // values from `end` on are not given
  std::size_t running = 1;
  std::vector<std::jthread> helpers;
  std::exception_ptr failure;
  const auto end_at = [&](std::size_t place) {
    const std::lock_guard lock(giving);
    end = std::min(end, place);
    turn.notify_all();
    queue.close();
  };
  const auto ended_before = [&](std::size_t place) {
    const std::lock_guard lock(giving);
    return place >= end;
  };
  const std::function<void()> serve = [&] {
    for (;;) {
      std::unique_lock take(taking);
      std::optional<T> value = queue.pop();
      if (!value || ended_before(next)) return;
      const std::size_t mine = next++;
      if (running < threads()) {
        try {
          helpers.emplace_back(serve);
          ++running;
        } catch (const std::system_error&) {  // no thread can be had: fewer do it as well
        }
      }
      take.unlock();
      try {
        auto result = work(std::move(*value));
        {
          std::unique_lock lock(giving);
          turn.wait(lock, [&] { return given == mine || mine >= end; });
          if (mine >= end) return;
        }
        if (give(std::move(result))) {  // nobody else's turn comes before `given` says so, and none at all after a give that ends it
          const std::lock_guard lock(giving);
          ++given;
          turn.notify_all();
          continue;
        }
      } catch (...) {
        const std::lock_guard lock(giving);
        if (!failure) failure = std::current_exception();
      }
      return end_at(mine);
    }
  };
  serve();
  for (;;) {
    std::vector<std::jthread> done;
    {
      const std::lock_guard lock(taking);
      done.swap(helpers);
    }
    if (done.empty()) break;
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rag
