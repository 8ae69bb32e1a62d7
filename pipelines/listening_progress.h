#pragma once

#include <string>

#include "core/progress.h"
#include "core/text.h"
#include "core/time_mark.h"

namespace rag {

// Passes progress on, and in the middle of a file that takes minutes says how far that one has come: "meeting.mp3 00:12:00 of 00:45:10".
class ListeningProgress final : public Progress {
 public:
  explicit ListeningProgress(Progress& shown) : shown_(shown) {}

  void update(std::string_view what, std::size_t done, std::size_t total) override {
    done_ = done;
    total_ = total;
    shown_.update(what, done, total);
  }

  // Seconds; `of` 0 where the length is not known.  From the thread that reads.
  void hear(const std::string& uri, double heard, double of) {
    // preview() would cut off the times behind a long name.
    constexpr std::size_t kMostOfAName = 24;
    const std::string name = uri.substr(uri.rfind('/') + 1);
    const std::string shown = name.size() > kMostOfAName ? name.substr(floor_to_character(name, name.size() - kMostOfAName)) : name;
    shown_.update(shown + " " + clock_time(heard) + (of > 0 ? " of " + clock_time(of) : ""), done_, total_);
  }

 private:
  Progress& shown_;
  std::size_t done_ = 0, total_ = 0;
};

}  // namespace rag
