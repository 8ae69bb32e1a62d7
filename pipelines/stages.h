#pragma once

#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace rag {

// The threads of a pipeline, each a stage between two bounded queues.
//
// A stage that ends, for whatever reason, closes the queues at both of its sides: the one before it stops, the one behind it takes what is
// left and then stops as well.
class Stages {
 public:
  Stages() = default;
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  // `close` must not throw and closes the stage's queues.  Where no thread can be had, the queues are closed as if the stage had failed, and
  // the std::system_error is thrown.
  void start(std::function<void()> work, std::function<void()> close) {
    try {
      threads_.emplace_back([this, work = std::move(work), close] {
        try {
          work();
        } catch (...) {
          const std::lock_guard lock(mutex_);
          if (!failure_) failure_ = std::current_exception();
        }
        close();
      });
    } catch (...) {
      close();
      throw;
    }
  }

  // Waits for all.  The first failure of a stage, or null.
  std::exception_ptr join() {
    threads_.clear();
    return failure_;
  }

 private:
  std::mutex mutex_;
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;  // joined before what they use goes
};

}  // namespace rag
