#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/speech/transcriber.h"

namespace rag {

// What we and a speech recogniser say to one another (docs/formats/recogniser.md): JSON, a line each, and the samples.  The recogniser's
// lines are not trusted: whatever cannot be a transcription of that sound throws Error(Ingest).

constexpr std::size_t kMostBytesOfAnAnswer = std::size_t{4} << 20;

// The line, with its end, after which the samples follow.
std::string encode_request(std::size_t samples, const std::vector<std::string>& languages);

// The recogniser's name out of its first line.
std::string decode_greeting(std::string_view line);

// Of a sound that long.
Transcription decode_transcription(std::string_view line, double seconds);

}  // namespace rag
