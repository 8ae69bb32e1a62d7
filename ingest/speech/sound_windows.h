#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ingest/speech/sound.h"

namespace rag {

// Cuts a stream of sound into windows of at most `max_seconds`, one after the other without a gap, each ending where it is quietest in its
// last third: between two sentences rather than inside a word.
class SoundWindows {
 public:
  SoundWindows(SoundStream& stream, int max_seconds);

  // The next window, valid until the next call; empty at the end.
  std::span<const std::int16_t> next();

  // Where the window that next() gave begins, in seconds from the beginning of the sound.
  double begin() const { return begin_; }

 private:
  void fill();

  SoundStream& stream_;
  std::vector<std::int16_t> samples_;
  std::size_t most_, filled_ = 0, given_ = 0;
  double begin_ = 0;
  std::uint64_t passed_ = 0;  // samples before samples_[0]
};

// The place in `samples`, not before `earliest`, around which a quarter of a second is quietest; samples.size() where there is no room for one.
std::size_t quietest_place(std::span<const std::int16_t> samples, std::size_t earliest);

}  // namespace rag
