#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "core/document.h"

namespace rag {

// The programs that take the sound out of a recording: $RAG_FFMPEG, else `ffmpeg` on PATH, and the `ffprobe` beside it.
struct SoundTools {
  std::filesystem::path ffmpeg, ffprobe;
  bool found() const { return !ffmpeg.empty() && !ffprobe.empty(); }
};
SoundTools find_sound_tools();

struct SoundLimits {
  std::size_t max_address_space = std::size_t{2} << 30;
  std::chrono::seconds max_cpu{60};       // and one second on top for every kCpuPerSecond of the recording
  std::chrono::seconds max_silence{120};  // without a sample or an end
  double max_seconds = 4 * 3600;          // of sound; what is behind it is not read
};

// What a recording says about itself before it is decoded.
struct SoundFacts {
  bool has_sound = false;
  double seconds = 0;  // as the file claims; 0 where it does not say
  std::string title;
  Metadata metadata;   // author, album, created: where the file names them
};

// Both read from an open file and leave it open.  What the file holds is believed to be hostile: only formats of recordings, no network, no
// other file.  Both throw Error(Ingest) with a reason for what is no recording, and Error(Interrupted) where a stop was requested.
SoundFacts look_at_sound(const SoundTools& tools, int file, const SoundLimits& limits);

// The first sound track as one channel of kSamplesPerSecond, in order, as it is decoded: never more than a pipe's worth in memory.
class SoundStream {
 public:
  virtual ~SoundStream() = default;
  // Fills what it can; 0 at the end only.
  virtual std::size_t read(std::span<std::int16_t> into) = 0;
  // After the end: why there was no more, "" where the recording ended well.
  virtual std::string trouble() = 0;
};
std::unique_ptr<SoundStream> open_sound(const SoundTools& tools, int file, const SoundFacts& facts, const SoundLimits& limits);

}  // namespace rag
