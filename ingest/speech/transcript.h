#pragma once

#include <string>
#include <vector>

#include "core/document.h"
#include "ingest/speech/sound.h"
#include "ingest/speech/transcriber.h"

namespace rag {

// Grows a document out of the transcriptions of a recording's windows.
class Transcript {
 public:
  // `begin`: where the window begins in the recording, seconds.
  void add(Transcription transcription, double begin, double seconds);

  // Its text in sentences after their times, its language the one most words are in.  Metadata: duration, transcribed_by, confidence (the words' mean,
  // 0 to 1), author ... of the recording.  What makes the text doubtful becomes a warning.  Throws Error(Ingest) where nothing was said.
  Document finish(const SoundFacts& facts, const std::string& recogniser, std::vector<std::string>& warnings) &&;

 private:
  struct Counted {
    std::string language;
    std::size_t words = 0;
  };
  std::vector<SpokenWord> words_;
  std::vector<Counted> languages_;
  int unclear_ = 0;
  double heard_ = 0;
};

}  // namespace rag
