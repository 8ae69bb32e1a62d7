#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/document.h"

namespace rag {

// Characters that show nothing, counted.
struct InvisibleCharacters {
  std::size_t removed = 0;
  std::size_t tags = 0;          // of them from the tag block, which spells whole sentences unseen
  std::size_t soft_hyphens = 0;  // of them what word processors leave where a word may break: harmless
};

// Takes out of a text what nobody sees: tag characters, zero-width characters, marks of writing direction, soft hyphens, fillers and
// superfluous variation selectors.  Kept are joiners between the parts of an emoji and inside words of scripts that need them (Arabic,
// Indic and their neighbours), the tags of a flag, and one variation selector behind its character.  The text must be valid UTF-8.
std::string without_invisible(std::string_view text, InvisibleCharacters& count);

// The same for a whole document: text, title, headings and metadata, with pages, headings and tables moved to where they then are.
// How many stood in text and metadata is kept as metadata "invisible_characters".  A document without such characters is left alone.
InvisibleCharacters remove_invisible_text(Document& document);

// What is to be told of them; "" where they are too few to be meant: some zero-width spaces or soft hyphens are in many pages.
std::string invisible_text_warning(const InvisibleCharacters& count);

}  // namespace rag
