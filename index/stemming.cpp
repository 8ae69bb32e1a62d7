#include "index/stemming.h"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <new>
#include <vector>

#include "core/error.h"

namespace rag {
namespace {

constexpr std::size_t kLongestStopWord = 5;

// At most five letters each, so a word is one number.
constexpr std::uint64_t pack(std::string_view word) {
  std::uint64_t packed = 0;
  for (const char c : word) packed = packed << 8 | static_cast<unsigned char>(c);
  return packed;
}

constexpr std::array<std::string_view, 33> kStopWords = {
    "a",  "an", "and", "are",  "as",   "at",  "be",    "but",  "by",    "for",   "if",   "in",   "into", "is",  "it",   "no",  "not",
    "of", "on", "or",  "such", "that", "the", "their", "then", "there", "these", "they", "this", "to",   "was", "will", "with"};

constexpr auto sorted_stop_words() {
  std::array<std::uint64_t, kStopWords.size()> packed{};
  for (std::size_t i = 0; i < packed.size(); ++i) packed[i] = pack(kStopWords[i]);
  std::sort(packed.begin(), packed.end());
  return packed;
}

}  // namespace

bool is_index_stop_word(std::string_view word) {
  static constexpr auto kSorted = sorted_stop_words();
  return word.size() <= kLongestStopWord && std::binary_search(kSorted.begin(), kSorted.end(), pack(word));
}

// A word is kept in the one slot its hash names; a newcomer takes it over.
struct Stemmer::State {
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::size_t kLongest = 23;
  struct Slot {
    std::array<char, kLongest> word;
    std::uint8_t word_size = 0;
    std::array<char, kLongest> stem;
    std::uint8_t stem_size = 0;
  };

  std::unique_ptr<sb_stemmer, void (*)(sb_stemmer*)> porter{sb_stemmer_new("porter", nullptr), &sb_stemmer_delete};
  std::vector<Slot> slots = std::vector<Slot>(kSlots);

  std::string_view compute(std::string_view word) {
    const sb_symbol* stem = sb_stemmer_stem(porter.get(), reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
    if (!stem) throw std::bad_alloc();
    return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(porter.get()))};
  }
};

Stemmer::Stemmer() : state_(std::make_unique<State>()) {
  if (!state_->porter) throw Error(ErrorKind::Backend, "libstemmer: has no stemmer named 'porter'; install Debian's libstemmer0d");
}
Stemmer::~Stemmer() = default;

std::string_view Stemmer::stem(std::string_view word) {
  if (word.size() > State::kLongest) return state_->compute(word);
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  State::Slot& slot = state_->slots[(hash ^ hash >> 29) % State::kSlots];
  if (slot.word_size != word.size() || std::memcmp(slot.word.data(), word.data(), word.size()) != 0) {
    const std::string_view stem = state_->compute(word);
    if (stem.size() > State::kLongest) return stem;
    word.copy(slot.word.data(), word.size());
    slot.word_size = static_cast<std::uint8_t>(word.size());
    stem.copy(slot.stem.data(), stem.size());
    slot.stem_size = static_cast<std::uint8_t>(stem.size());
  }
  return {slot.stem.data(), slot.stem_size};
}

}  // namespace rag
