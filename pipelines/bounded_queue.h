#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace rag {

// Hands values from one thread to another, in order, holding at most `capacity` units of weight (one value always fits):
// the faster side waits, so memory does not grow with the work.
template <typename T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t capacity) : capacity_(capacity) {}

  // False where the queue was closed: the value is dropped, the producer should stop.
  bool push(T value, std::size_t weight) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return closed_ || items_.empty() || weight_ + weight <= capacity_; });
    if (closed_) return false;
    weight_ += weight;
    items_.emplace_back(std::move(value), weight);
    ready_.notify_one();
    return true;
  }

  // Waits for the next value; nothing where the queue is closed and empty.
  std::optional<T> pop() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
    if (items_.empty()) return std::nullopt;
    auto [value, weight] = std::move(items_.front());
    items_.pop_front();
    weight_ -= weight;
    room_.notify_one();
    return std::move(value);
  }

  // No more values come; what is inside can still be taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.notify_all();
    room_.notify_all();
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  std::deque<std::pair<T, std::size_t>> items_;
  std::size_t weight_ = 0;
  bool closed_ = false;
};

}  // namespace rag
