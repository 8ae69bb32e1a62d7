#pragma once

#include <array>
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

  std::string bytes() const;  // what it was made from

  struct Match {
    std::size_t length = 0;  // bytes of the longest key the text begins with, 0 for none
    std::string_view replacement;
  };
  Match longest_prefix(std::string_view text) const;

  // How many bytes from the start are ASCII without blanks that the map leaves alone, whatever follows them.
  std::size_t plain_prefix(std::string_view text) const {
    std::size_t size = 0;
    while (size < text.size() && stays_[static_cast<unsigned char>(text[size])]) ++size;
    // A key may join an ASCII character and what is not ASCII (e and an accent), but none joins this one and another of ASCII.
    return size > 0 && size < text.size() && !is_ascii(text[size]) ? size - 1 : size;
  }

  // Multilingual models are trained with the nmt_nfkc map, which makes blanks of zero-width characters: U+200B, and U+200D in the
  // map they were trained with, but no longer in newer copies of it.  Whoever uses such a map does that one himself.
  bool makes_blanks_of_zero_width() const;

 private:
  bool joins_ascii(std::uint8_t byte) const;  // a key begins with this byte and another of ASCII
  static bool is_ascii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

  std::vector<std::uint32_t> units_;
  std::string texts_;
  std::array<bool, 256> stays_{};  // ASCII that the map leaves alone where ASCII or nothing follows
};

}  // namespace rag
