#pragma once

#include <chrono>
#include <filesystem>
#include <memory>

#include "ingest/speech/transcriber.h"

namespace rag {

struct RecogniserLimits {
  std::size_t max_address_space = std::size_t{8} << 30;
  std::chrono::seconds max_start{120};  // until its model is loaded
  // For a stretch of sound: this much, and so many times its length on top.  A machine that needs more is too slow for it.
  std::chrono::seconds max_wall{60};
  double max_wall_per_second = 20;
};

// The speech recogniser of this machine: $RAG_SPEECH, else what scripts/setup_speech.sh installed.  Empty where there is none.
std::filesystem::path find_recogniser();

// Starts that program and speaks with it as docs/formats/recogniser.md says.  One that dies, hangs or answers nonsense costs the sound it was
// given; the next one gets a new process.  Throws Error(Ingest) where it cannot be started.
std::unique_ptr<Transcriber> start_recogniser(const std::filesystem::path& program, const RecogniserLimits& limits = {});

}  // namespace rag
