#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// Says what is wrong with a compiled normalisation map (a double-array trie and the texts it points at), or nothing.
//
// sentencepiece follows the map's offsets without looking, so a map is accepted only if no walk over it can leave its bytes: every
// unit's children lie in the array, every value points at a text that ends inside the map, no key is a prefix of too many others.
std::optional<std::string> find_charsmap_fault(std::string_view charsmap);

// A sound map in use.
class Charsmap {
 public:
  explicit Charsmap(std::string_view sound_charsmap);

  struct Match {
    std::size_t length = 0;  // bytes of the longest key the text begins with, 0 for none
    std::string_view replacement;
  };
  Match longest_prefix(std::string_view text) const;

  // Multilingual models are trained with the nmt_nfkc map, which makes blanks of zero-width characters: U+200B, and U+200D in the
  // map they were trained with, but no longer in newer copies of it.  Whoever uses such a map does that one himself.
  bool makes_blanks_of_zero_width() const;

 private:
  std::vector<std::uint32_t> units_;
  std::string texts_;
};

}  // namespace rag
