// Every chunk is a verbatim piece of its document, whatever the text.
#include "fuzz.h"
#include "ingest/charset.h"
#include "ingest/chunker.h"
#include "ingest/format.h"

FUZZ(bytes) {
  static const rag::Format& format = *rag::find_format("text/markdown");
  std::vector<std::string> warnings;
  const rag::Document document = format.read(bytes, "a.md", warnings);
  const auto chunker = rag::make_structure_chunker({.max_tokens = 16, .overlap_tokens = 4}, [](std::string_view text) { return text.size() / 4 + 1; });
  for (const rag::Chunk& chunk : chunker->split(document))
    rag::fuzz::require(document.text.substr(chunk.span.begin, chunk.span.end - chunk.span.begin) == chunk.text);
}
