#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/chunk.h"
#include "core/file.h"
#include "index/analyzer.h"
#include "index/hit.h"
#include "index/lexical_index.h"

namespace rag {

struct LexicalFile;  // index/lexical_format.h: where the parts of a segment's bytes lie

// Collects the postings of chunks in memory and writes them as one immutable segment (docs/formats/lexical.md).
// Holds about 8 bytes for each different term of each chunk, and every different term once.
class LexicalSegmentBuilder {
 public:
  explicit LexicalSegmentBuilder(const Analyzer& analyzer);  // kept by reference
  LexicalSegmentBuilder(LexicalSegmentBuilder&&) noexcept;
  LexicalSegmentBuilder& operator=(LexicalSegmentBuilder&&) noexcept;
  ~LexicalSegmentBuilder();

  // `text` is text_with_context() of the chunk; it may be empty.  Ids must ascend, or Error(Usage) is thrown.
  void add(ChunkId chunk, std::string_view text);

  std::size_t chunk_count() const;
  std::size_t bytes() const;  // memory held

  // The bytes of the segment's file; the builder is empty again.  A segment without chunks is a valid one.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// An open segment.  Reads the mapped file when asked, so it is cheap to hold; safe to share between threads.
class LexicalSegment {
 public:
  explicit LexicalSegment(std::unique_ptr<const LexicalFile> file);
  LexicalSegment(const LexicalSegment&) = delete;
  LexicalSegment& operator=(const LexicalSegment&) = delete;
  ~LexicalSegment();

  std::size_t chunk_count() const;
  std::vector<ChunkId> chunk_ids() const;  // ascending
  std::uint64_t term_count() const;        // different terms

  const LexicalFile& file() const { return *file_; }

 private:
  std::unique_ptr<const LexicalFile> file_;
};

// Checks magic, version, sizes and every checksum before a byte is believed.  `name` is what messages call the segment:
// throws Error(Corrupt) where it is damaged, Error(Mismatch) where a newer build wrote it.
std::unique_ptr<LexicalSegment> open_lexical_segment(MappedFile file, const std::string& name);

// The bytes of one segment with the chunks of all these that `keep` accepts, without analysing a text again.
// The segments must come from the same analyzer (else Error(Mismatch)) and share no chunk (else Error(Corrupt)).
std::string merge_lexical_segments(std::span<const LexicalSegment* const> segments, const std::function<bool(ChunkId)>& keep);

// A segment as one snapshot sees it.  What is pointed at must outlive the index made of it.
struct LexicalSegmentView {
  const LexicalSegment* segment = nullptr;
  const ChunkSet* deleted = nullptr;  // null: none
};

// Searches all of them as one collection: document frequencies, chunk count and average length are sums over the segments,
// deleted chunks included until compact takes them out.  Throws Error(Mismatch) where a segment has another analyzer.
// Safe to search from several threads at once.
std::unique_ptr<LexicalIndex> make_lexical_index(std::vector<LexicalSegmentView> segments, const Analyzer& analyzer);

}  // namespace rag
