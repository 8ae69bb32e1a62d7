#pragma once

#include <gumbo.h>

#include <cstddef>

#include "ingest/html_styles.h"

namespace rag::html {

// True for what the page itself hides: the attribute `hidden`, "display:none", "visibility:hidden".  Reading leaves it out.
bool is_hidden(const GumboElement& element);

// Letters and digits below `root` that no reader of the page sees: what is_hidden() says, what the page's own style sheet hides, and what is
// only painted so, letters of no size or opacity, or white ones where nothing gives them another ground.  All but the first are read all
// the same: a style sheet may have more to say, a script opens what a sheet folds (answers below their questions, tabs), and leaving out
// what everybody sees would be worse.
std::size_t count_hidden_letters(const GumboNode& root, const PageStyles& styles);

}  // namespace rag::html
