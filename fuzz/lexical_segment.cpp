// Postings as damage leaves them, and as a stranger might have made them: checksums are set right first, so that what lies behind them is reached.
#include <algorithm>
#include <string>
#include <vector>

#include "core/hash.h"
#include "fuzz.h"
#include "in_memory.h"
#include "index/lexical_format.h"
#include "index/lexical_segment.h"
#include "index/lexical_terms.h"

namespace {

constexpr std::size_t kPartTable = 56;

template <typename Number>
void put(std::string& file, std::size_t at, Number number) {
  std::memcpy(file.data() + at, &number, sizeof number);
}

void set_checksums(std::string& file) {
  if (file.size() < rag::kLexicalHeaderBytes) return;
  std::memcpy(file.data(), "ragLEX\r\n\1\0\0", 12);
  put<std::uint64_t>(file, 16, file.size());
  put(file, 24, rag::checksum64(rag::default_analyzer().name()));
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < rag::kLexicalParts; ++i) {
    const std::size_t entry = kPartTable + 24 * i;
    const auto offset = rag::load<std::uint64_t>(file.data() + entry), size = rag::load<std::uint64_t>(file.data() + entry + 8);
    if (offset > file.size() || size > file.size() - offset) return;
    put(file, entry + 16, rag::checksum64(std::string_view(file).substr(offset, size)));
    if (i == static_cast<std::size_t>(rag::LexicalPart::Lengths))
      for (std::size_t at = 0; at + 4 <= size; at += 4) total += rag::load<std::uint32_t>(file.data() + offset + at);
  }
  put(file, 40, total);
  put(file, rag::kLexicalHeaderBytes - 8, rag::checksum64(std::string_view(file).substr(0, rag::kLexicalHeaderBytes - 8)));
}

// Rows ascend and are the segment's, whatever the bytes say.
void walk(const rag::LexicalFile& file) {
  for (rag::TermWalk terms(file); !terms.at_end(); terms.next()) {
    std::uint64_t next = 0;
    for (rag::PostingsCursor cursor(file, terms.postings()); cursor.row() != rag::PostingsCursor::kEnd; cursor.next()) {
      rag::fuzz::require(cursor.row() >= next && cursor.row() < file.rows);
      next = std::uint64_t{cursor.row()} + 1;
    }
  }
}

}  // namespace

FUZZ(bytes) {
  std::string mended(bytes);
  if (!bytes.empty() && (bytes.back() & 3) != 0) set_checksums(mended);  // some of them as they are
  const rag::fuzz::MemoryFile memory(mended);
  const auto segment = rag::open_lexical_segment(rag::MappedFile(memory.path()), "fuzz.lex");
  rag::fuzz::attempt([&] { walk(segment->file()); });
  rag::fuzz::attempt([&] {
    const auto index = rag::make_lexical_index({{segment.get(), nullptr}}, rag::default_analyzer());
    for (const char* query : {"words", "words and the river", "강은 흐른다"})
      for (const rag::Hit& hit : index->search(query, 5, nullptr)) rag::fuzz::require(std::ranges::count(segment->chunk_ids(), hit.chunk) == 1);
    index->score("words of a river", segment->chunk_ids());
  });
  rag::fuzz::attempt([&] {
    const rag::LexicalSegment* one = segment.get();
    rag::merge_lexical_segments({&one, 1}, [](rag::ChunkId chunk) { return chunk.value % 2 == 0; });
  });
}
