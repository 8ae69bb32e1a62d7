#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace rag {

// The words of a text as copies are compared by: runs of letters and digits, case folded; each character of Hangul, Han and kana is one of
// its own, since those scripts write words together.  Punctuation, white space and markup signs count for nothing.  Runs of more than 24
// characters are cut.  Invalid UTF-8 counts as punctuation.
void for_each_compared_word(std::string_view text, const std::function<void(std::string_view word)>& visit);

// Hashes of all runs of four such words, or of eight characters of Hangul, Han and kana, or as much of both, in the order of the text; one
// that comes again is visited again.  A text shorter than such a run is one shingle, a text without a word has none.
//
// A changed English word changes four shingles; a changed Korean word of three syllables ten, where there are three times as many: nearly
// the same share.  Signatures are made of these hashes and lie on disk (docs/formats/index.md): another way to cut is another format.
void for_each_shingle(std::string_view text, const std::function<void(std::uint64_t shingle)>& visit);

// The set of them: ascending, each once.
std::vector<std::uint64_t> shingles_of(std::string_view text);

// |A and B| / |A or B| (Jaccard), and |A and B| / |the smaller one|; 0 where one is empty.
struct ShingleOverlap {
  double resemblance = 0;
  double containment = 0;
};
ShingleOverlap overlap_of(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);

}  // namespace rag
