#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/chunk.h"
#include "core/file.h"
#include "index/lexical_bytes.h"

namespace rag {

// A segment's file as docs/formats/lexical.md describes it: header, then five parts.
enum class LexicalPart : std::size_t { ChunkIds, Lengths, Postings, Terms, TermHeads };
inline constexpr std::size_t kLexicalParts = 5;
inline constexpr std::size_t kLexicalHeaderBytes = 64 + kLexicalParts * 24;

// Rows are packed in at most 24 bits, so that no damaged delta can run past 32.
inline constexpr std::uint64_t kMaxLexicalRows = std::uint64_t{1} << 24;
inline constexpr std::size_t kTermsPerHead = 16;
inline constexpr std::size_t kTermHeadBytes = 24;

// The file, its checksums verified, and where the parts lie in it.  A row is a chunk's place in the segment.
struct LexicalFile {
  MappedFile mapping;
  std::string name;            // for messages
  std::uint64_t analyzer = 0;  // checksum64 of Analyzer::name()
  std::uint64_t rows = 0;
  std::uint64_t total_length = 0;  // terms of all chunks
  std::uint64_t terms = 0;
  std::array<std::string_view, kLexicalParts> parts;

  std::string_view part(LexicalPart p) const { return parts[static_cast<std::size_t>(p)]; }
  ChunkId chunk(std::uint32_t row) const { return {load<std::int64_t>(part(LexicalPart::ChunkIds).data() + std::size_t{8} * row)}; }
  std::uint32_t length(std::uint32_t row) const { return load<std::uint32_t>(part(LexicalPart::Lengths).data() + std::size_t{4} * row); }

  // Throws Error(Corrupt) "<name>: <what>; run 'rag repair'".
  [[noreturn]] void damaged(const std::string& what) const;
};

LexicalFile read_lexical_file(MappedFile mapping, const std::string& name);

struct LexicalParts {
  std::uint64_t analyzer = 0;
  std::uint64_t rows = 0;
  std::uint64_t total_length = 0;
  std::uint64_t terms = 0;
  std::array<std::string, kLexicalParts> bytes;
};

std::string write_lexical_file(LexicalParts parts);

}  // namespace rag
