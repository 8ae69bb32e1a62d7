#include "ingest/speech/sound_windows.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "ingest/speech/transcriber.h"

namespace rag {
namespace {

constexpr std::size_t kPause = kSamplesPerSecond / 4;
constexpr std::size_t kStep = kPause / 5;

}  // namespace

SoundWindows::SoundWindows(SoundStream& stream, int max_seconds) : stream_(stream), most_(static_cast<std::size_t>(max_seconds) * kSamplesPerSecond) {
  samples_.resize(most_);
}

void SoundWindows::fill() {
  while (filled_ < most_) {
    const std::size_t got = stream_.read(std::span(samples_).subspan(filled_));
    if (got == 0) return;
    filled_ += got;
  }
}

std::span<const std::int16_t> SoundWindows::next() {
  std::copy(samples_.begin() + static_cast<std::ptrdiff_t>(given_), samples_.begin() + static_cast<std::ptrdiff_t>(filled_), samples_.begin());
  filled_ -= given_;
  passed_ += given_;
  begin_ = static_cast<double>(passed_) / kSamplesPerSecond;
  fill();
  const std::span<const std::int16_t> all = std::span(samples_).first(filled_);
  given_ = filled_ < most_ ? filled_ : quietest_place(all, most_ / 3 * 2);
  return all.first(given_);
}

std::size_t quietest_place(std::span<const std::int16_t> samples, std::size_t earliest) {
  std::size_t best = samples.size();
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t at = earliest; at + kPause <= samples.size(); at += kStep) {
    std::uint64_t loudness = 0;
    for (const std::int16_t sample : samples.subspan(at, kPause)) loudness += static_cast<std::uint64_t>(std::abs(int{sample}));
    if (loudness >= least) continue;
    least = loudness;
    best = at + kPause / 2;
  }
  return best;
}

}  // namespace rag
