#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/file.h"
#include "index/lexical_segment.h"

namespace rag {

using Texts = std::map<ChunkId, std::string>;

// Opens bytes as a segment, through a file that is gone again at once: the mapping holds it.
inline std::unique_ptr<LexicalSegment> open_bytes(const std::string& bytes, const std::string& name = "0000000017.lex") {
  const auto file = std::filesystem::temp_directory_path() / ("rag-lexical-test-" + std::to_string(::getpid()));
  std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));  // no fsync: thousands of these
  MappedFile mapped(file);
  std::filesystem::remove(file);
  return open_lexical_segment(std::move(mapped), name);
}

inline std::string segment_bytes(const Texts& texts, const Analyzer& analyzer = default_analyzer()) {
  LexicalSegmentBuilder builder(analyzer);
  for (const auto& [id, text] : texts) builder.add(id, text);
  return builder.finish();
}

inline std::unique_ptr<LexicalSegment> segment_of(const Texts& texts) { return open_bytes(segment_bytes(texts)); }

}  // namespace rag
