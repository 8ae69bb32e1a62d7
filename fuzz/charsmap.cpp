// A compiled normalisation map: what is found sound is walked without looking, here and in the library.
#include <string>

#include "core/text.h"
#include "fuzz.h"
#include "models/sentencepiece_charsmap.h"

namespace {

// The input as little-endian numbers of a trie and, behind a NUL byte, its texts, in the frame that every map has.
std::string framed(std::string_view bytes) {
  const std::size_t units = bytes.size() / 2 / 1024 * 1024;
  const auto size = static_cast<std::uint32_t>(units);
  return std::string(reinterpret_cast<const char*>(&size), sizeof size) + std::string(bytes) + '\0';
}

}  // namespace

FUZZ(bytes) {
  for (const std::string& map : {std::string(bytes), framed(bytes)}) {
    if (rag::find_charsmap_fault(map)) continue;
    const rag::Charsmap sound(map);
    rag::fuzz::require(sound.bytes() == map);
    for (const std::string_view text : {std::string_view("words"), std::string_view("e\xCC\x81 \xE2\x80\x8B"), bytes.substr(bytes.size() / 2)}) {
      const rag::Charsmap::Match match = sound.longest_prefix(text);
      rag::fuzz::require(match.length <= text.size() && !rag::find_invalid_utf8(match.replacement));
      rag::fuzz::require(sound.plain_prefix(text) <= text.size());
    }
    sound.makes_blanks_of_zero_width();
  }
}
