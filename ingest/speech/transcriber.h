#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rag {

// What recognisers hear: one channel, 16 bits, so many samples a second.
constexpr int kSamplesPerSecond = 16000;

struct SpokenWord {
  double begin = 0, end = 0;  // seconds from the first sample, ascending; inside the sound
  std::string text;           // UTF-8, with the blank before it where its language writes one
  double probability = 1;     // 0 to 1: how sure the recogniser is
};

struct Transcription {
  std::string language;           // ISO 639-1, "" where nothing is said
  std::vector<SpokenWord> words;  // in order; empty where nothing is said
  int unclear = 0;                // stretches of speech that were not understood and are left out
};

// Turns speech into words with their times.
class Transcriber {
 public:
  virtual ~Transcriber() = default;

  // "whisper-base": told in the documents it makes.
  virtual std::string name() const = 0;

  // `languages`: the ones it may be in (ISO 639-1); none: any that the recogniser knows.  Sound of at most kMostSecondsAtOnce.
  // Throws Error(Ingest) with a reason where it fails at this sound; the next one may be tried.  Throws Error(Interrupted) where a stop
  // was requested.
  virtual Transcription transcribe(std::span<const std::int16_t> samples, const std::vector<std::string>& languages) = 0;

  static constexpr int kMostSecondsAtOnce = 120;
};

}  // namespace rag
