#include "ingest/speech/transcript.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "core/error.h"
#include "core/text.h"
#include "core/time_mark.h"
#include "ingest/timed_text.h"

namespace rag {
namespace {

constexpr double kDoubtful = 0.5;       // mean probability of the words; clear speech has .8 and more
constexpr double kBreath = 1.0;         // silence that ends a line
constexpr double kMostSecondsALine = 12;

bool ends_sentence(std::string_view word) {
  for (const std::string_view end : {".", "!", "?", "…", "。", "？", "！"})
    if (word.ends_with(end)) return true;
  return false;
}

// A line a sentence or breath, so that pieces begin where somebody begins to speak.
std::vector<Cue> lines_of(const std::vector<SpokenWord>& words) {
  std::vector<Cue> cues;
  bool new_line = true;
  for (const SpokenWord& word : words) {
    if (!new_line) {
      const Cue& line = cues.back();
      new_line = word.begin - line.end > kBreath || word.end - line.begin > kMostSecondsALine;
    }
    if (new_line) cues.push_back({word.begin, word.end, {""}});
    cues.back().end = std::max(cues.back().end, word.end);
    cues.back().lines[0] += word.text;
    new_line = ends_sentence(trim(word.text));
  }
  for (Cue& cue : cues) cue.lines[0] = collapse_white_space(cue.lines[0]);
  return cues;
}

std::string two_digits(double share) {
  char text[8];
  std::snprintf(text, sizeof text, "%.2f", std::clamp(share, 0.0, 1.0));
  return text;
}

}  // namespace

void Transcript::add(Transcription transcription, double begin, double seconds) {
  heard_ = std::max(heard_, begin + seconds);
  unclear_ += transcription.unclear;
  if (transcription.words.empty()) return;
  const auto same = std::find_if(languages_.begin(), languages_.end(), [&](const Counted& c) { return c.language == transcription.language; });
  if (same == languages_.end())
    languages_.push_back({transcription.language, transcription.words.size()});
  else
    same->words += transcription.words.size();
  for (SpokenWord& word : transcription.words) {
    word.begin += begin;
    word.end += begin;
    words_.push_back(std::move(word));
  }
}

Document Transcript::finish(const SoundFacts& facts, const std::string& recogniser, std::vector<std::string>& warnings) && {
  if (words_.empty())
    throw Error(ErrorKind::Ingest, unclear_ > 0 ? "speech in it, but nothing was understood" : "nobody speaks in it, as far as the recogniser hears");
  double sure = 0;
  for (const SpokenWord& word : words_) sure += word.probability;
  sure /= static_cast<double>(words_.size());

  DocumentBuilder builder;
  builder.metadata = facts.metadata;
  builder.title = facts.title;
  add_cues(lines_of(words_), builder);
  builder.metadata["duration"] = {clock_time(heard_)};
  builder.metadata["transcribed_by"] = {recogniser};
  builder.metadata["confidence"] = {two_digits(sure)};
  Document document = builder.finish("no words in what was heard");
  document.language = std::max_element(languages_.begin(), languages_.end(), [](const Counted& a, const Counted& b) { return a.words < b.words; })->language;
  if (sure < kDoubtful) warnings.push_back("hard to understand: the recogniser is " + two_digits(sure) + " sure of its words, of 1");
  if (unclear_ > 0) warnings.push_back("stretches of speech that were not understood: " + std::to_string(unclear_));
  return document;
}

}  // namespace rag
