#pragma once

#include <memory>

#include "index/analyzer.h"

namespace rag {

// What the analyzer does beyond cutting at blanks.  The defaults are what docs/formats/lexical.md measured best; bench/lexical
// tries the others.  All that change a stored text's terms are part of the analyzer's name().
struct AnalyzerOptions {
  bool stem = true;             // English stems for words in Latin letters
  bool drop_stop_words = true;  // 33 English function words are not indexed
  bool hyphenated = true;       // "in-network" is a term beside "in" and "network"
  bool cjk_bigrams = true;      // neighbouring characters inside a word of Hangul, Han or kana
  bool cjk_words = false;       // such a word as a whole, too
  bool drop_particles = true;   // a question leaves out the bigrams of a Korean word's particle or ending ("휴가는 며칠인가요": 휴가, 며칠)
};

std::unique_ptr<Analyzer> make_analyzer(const AnalyzerOptions& options);

}  // namespace rag
