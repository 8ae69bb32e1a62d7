#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "index/lexical_format.h"
#include "index/lexical_postings.h"

namespace rag {

// The postings of a term; nothing where the segment does not have it.
std::optional<TermPostings> find_term(const LexicalFile& file, std::string_view term);

// Walks over all terms of a segment in the order of their bytes.
class TermWalk {
 public:
  explicit TermWalk(const LexicalFile& file, std::uint64_t first_head = 0);

  bool at_end() const { return at_end_; }
  const std::string& term() const { return term_; }
  const TermPostings& postings() const { return postings_; }
  void next();

 private:
  const LexicalFile* file_;
  ByteReader entries_;
  std::uint64_t left_;         // terms not read yet
  std::uint64_t postings_at_;  // where the next term's postings begin
  bool first_ = true;
  bool at_end_ = false;
  std::string term_;
  TermPostings postings_;
};

// Writes the lengths, postings and dictionary of a segment, term after term.
class LexicalFileWriter {
 public:
  // Row i is chunk `ids[i]` with `lengths[i]` terms.  Ids ascend.
  LexicalFileWriter(std::uint64_t analyzer, std::span<const ChunkId> ids, std::span<const std::uint32_t> lengths);

  // Terms come in the order of their bytes, each once, with at least one posting.  `lengths` of the constructor must still be there.
  void add_term(std::string_view term, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> frequencies);
  std::string finish() { return write_lexical_file(std::move(parts_)); }

 private:
  std::string& part(LexicalPart p) { return parts_.bytes[static_cast<std::size_t>(p)]; }

  LexicalParts parts_;
  std::span<const std::uint32_t> lengths_;
  std::string previous_;
};

}  // namespace rag
