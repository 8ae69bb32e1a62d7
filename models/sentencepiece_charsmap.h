#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace rag {

// Says what is wrong with a compiled normalisation map (a double-array trie and the texts it points at), or nothing.
//
// sentencepiece follows the map's offsets without looking, so a map is accepted only if no walk over it can leave its bytes: every
// unit's children lie in the array, every value points at a text that ends inside the map, no key is a prefix of too many others.
std::optional<std::string> find_charsmap_fault(std::string_view charsmap);

// What a sound map turns exactly `text` into; nothing where it has no such key.
std::optional<std::string> replacement_of(std::string_view charsmap, std::string_view text);

// Multilingual models are trained with the nmt_nfkc map, which makes blanks of zero-width characters: U+200B, and U+200D in the map
// they were trained with, but no longer in newer copies of it.  Whoever uses such a map does that one himself.
bool makes_blanks_of_zero_width(std::string_view charsmap);

}  // namespace rag
