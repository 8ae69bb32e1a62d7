#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace rag {

// How much text of large documents is under way from reading to storing.  Each stage of a pipeline holds a document several times over (text, chunks,
// vectors, terms), and between two stages others wait, so that a few of the largest documents there may be would take most of a gigabyte.
class TextsUnderWay {
 public:
  // Held by a document until it is stored; what it takes is free when the last copy goes.
  using Room = std::shared_ptr<void>;

  // Smaller documents are bounded by the batches they travel in.
  static constexpr std::size_t kLarge = std::size_t{4} << 20;

  explicit TextsUnderWay(std::size_t capacity) : capacity_(capacity) {}

  // Waits until so many bytes fit (a text that is larger than all of it: until no other is under way).  Null where the text is not large, and once closed.
  Room enter(std::size_t bytes) {
    if (bytes < kLarge) return nullptr;
    std::unique_lock lock(mutex_);
    left_.wait(lock, [&] { return closed_ || taken_ == 0 || taken_ + bytes <= capacity_; });
    if (closed_) return nullptr;
    taken_ += bytes;
    return Room(this, [bytes](void* of) { static_cast<TextsUnderWay*>(of)->leave(bytes); });
  }

  // Nobody waits any more: where the stages behind have stopped, nothing would ever leave.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    left_.notify_all();
  }

 private:
  void leave(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    taken_ -= bytes;
    left_.notify_all();
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable left_;
  std::size_t taken_ = 0;
  bool closed_ = false;
};

}  // namespace rag
