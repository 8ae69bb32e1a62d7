#pragma once

#include <gumbo.h>

#include <cstddef>

namespace rag::html {

// True for what the page itself hides: the attribute `hidden`, "display:none", "visibility:hidden".  Reading leaves it out.
bool is_hidden(const GumboElement& element);

// Letters and digits below `root` that no reader of the page sees: what is_hidden() says, and what is only painted so by a style of its
// own, letters of no size, or white ones where nothing gives them another ground.  The latter are read all the same: a style sheet may
// have more to say, and leaving out what everybody sees would be worse.
std::size_t count_hidden_letters(const GumboNode& root);

}  // namespace rag::html
