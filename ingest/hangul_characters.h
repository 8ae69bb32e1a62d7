#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rag {

// Hangul and symbol fonts write some signs as private-use characters.  Those whose meaning is well known become what they show
// (boxed numbers, seals, bullets, arrows); the others stay and are added to `unknown`.
std::string map_private_characters(std::string_view text, std::size_t& unknown);

}  // namespace rag
