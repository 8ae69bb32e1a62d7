#pragma once

#include <mutex>
#include <string>

#include "core/progress.h"
#include "core/text.h"
#include "core/time_mark.h"

namespace rag {

// Passes progress on, and in the middle of a file that takes minutes says how far that one has come: "meeting.mp3 00:12:00 of 00:45:10",
// "scan.pdf recognising page 12".  Safe to use from several threads at once.
class ReadingProgress final : public Progress {
 public:
  explicit ReadingProgress(Progress& shown) : shown_(shown) {}

  void update(std::string_view what, std::size_t done, std::size_t total) override {
    const std::lock_guard lock(mutex_);
    done_ = done;
    total_ = total;
    shown_.update(what, done, total);
  }

  // Seconds; `of` 0 where the length is not known.
  void hear(const std::string& uri, double heard, double of) { tell(uri, clock_time(heard) + (of > 0 ? " of " + clock_time(of) : "")); }

  // The n-th page, or picture, of a file that has no text of its own.
  void see(const std::string& uri, std::size_t page) { tell(uri, "recognising page " + std::to_string(page)); }

 private:
  void tell(const std::string& uri, const std::string& how_far) {
    // preview() would cut off what stands behind a long name.
    constexpr std::size_t kMostOfAName = 24;
    const std::string name = uri.substr(uri.rfind('/') + 1);
    const std::string shown = name.size() > kMostOfAName ? name.substr(floor_to_character(name, name.size() - kMostOfAName)) : name;
    const std::lock_guard lock(mutex_);
    shown_.update(shown + " " + how_far, done_, total_);
  }

  Progress& shown_;
  std::mutex mutex_;
  std::size_t done_ = 0, total_ = 0;
};

}  // namespace rag
