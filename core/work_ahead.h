#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/make_room.h"
#include "core/parallel.h"

namespace rag {

// How far the work may be ahead of the one who takes its results.
struct AheadLimits {
  std::size_t threads = 0;                             // 0: all cores
  std::size_t pieces = 1000;                           // begun, but not taken
  std::size_t weight = static_cast<std::size_t>(-1);   // of results that wait: once they weigh so much, only the one that is taken next is begun
};

// work(piece, make_room) for each piece that pull() gives, until it gives nothing, on threads of its own; take(i, result) on the caller's thread for
// the i-th of them, in order, whatever is ready first.  So what comes of it does not depend on the number of threads.  pull() returns an optional,
// and is called by one of the threads at a time.  A `take` that returns false ends it: results of the rest are dropped.
// Where a piece throws, the exception is thrown again once all threads have stopped; results before it may be lost.
template <typename Pull, typename Work, typename Weigh, typename Take>
void work_ahead(const AheadLimits& limits, Pull pull, const Work& work, const Weigh& weigh, const Take& take) {
  using Result = decltype(work(*pull(), MakeRoom{}));
  std::mutex mutex;
  std::condition_variable room, ready;
  std::map<std::size_t, Result> waiting;
  std::size_t next = 0, taken = 0, weight = 0;
  bool stopped = false, all_begun = false;
  std::exception_ptr failure;
  const auto stop = [&] {
    const std::lock_guard lock(mutex);
    stopped = true;
    room.notify_all();
    ready.notify_all();
  };
  const auto serve = [&] {
    std::unique_lock lock(mutex);
    for (;;) {
      room.wait(lock, [&] { return stopped || all_begun || next == taken || (next - taken < limits.pieces && weight < limits.weight); });
      if (stopped || all_begun) return;
      auto work_on = decltype(pull()){};
      std::exception_ptr trouble;
      try {
        work_on = pull();
      } catch (...) {
        trouble = std::current_exception();
      }
      if (!work_on) {
        if (trouble && !failure) failure = trouble;
        all_begun = true;
        stopped |= trouble != nullptr;
        room.notify_all();
        ready.notify_one();
        return;
      }
      const std::size_t piece = next++;
      lock.unlock();
      std::size_t reserved = 0;
      const MakeRoom make_room = [&, piece](std::size_t more, std::chrono::milliseconds most) {
        std::unique_lock asking(mutex);
        if (!room.wait_for(asking, most, [&] { return stopped || piece == taken || (weight < limits.weight && more <= limits.weight - weight); })) return false;
        weight += more;
        reserved += more;
        return true;
      };
      std::optional<Result> result;
      try {
        result.emplace(work(*work_on, make_room));
      } catch (...) {
        trouble = std::current_exception();
      }
      lock.lock();
      weight -= reserved;
      if (trouble) {
        if (!failure) failure = trouble;
        stopped = true;
        room.notify_all();
      } else {
        weight += weigh(*result);
        waiting.emplace(piece, std::move(*result));
        if (reserved > 0) room.notify_all();
      }
      ready.notify_one();
    }
  };
  {
    std::vector<std::jthread> threads;
    struct Stop {  // before the threads are joined, whatever happens
      const decltype(stop)& now;
      ~Stop() { now(); }
    } stop_first{stop};
    for (std::size_t i = 0; i < threads_or_all(limits.threads); ++i) threads.emplace_back(serve);
    for (std::size_t i = 0;; ++i) {
      std::unique_lock lock(mutex);
      ready.wait(lock, [&] { return failure || waiting.contains(i) || (all_begun && i == next); });
      if (failure || !waiting.contains(i)) break;
      auto found = waiting.extract(i);
      weight -= weigh(found.mapped());
      taken = i + 1;
      room.notify_all();
      lock.unlock();
      if (!take(i, std::move(found.mapped()))) break;
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace rag
