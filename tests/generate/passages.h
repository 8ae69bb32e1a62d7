#pragma once

#include <string>
#include <utility>

#include "core/passage.h"

namespace rag::testing {

// A passage that begins at byte 100 of its document, so that a test notices offsets counted from the wrong place.
inline Passage passage(std::string uri, std::string text, std::string title = "") {
  Passage passage;
  passage.chunk.document_id = "id:" + uri;
  passage.chunk.span = {100, 100 + text.size()};
  passage.chunk.text = std::move(text);
  passage.uri = std::move(uri);
  passage.title = std::move(title);
  return passage;
}

}  // namespace rag::testing
