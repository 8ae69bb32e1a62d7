#include "index/lexical_segment.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "index/lexical_terms.h"

namespace rag {
namespace {

constexpr std::uint32_t kGone = ~std::uint32_t{0};

// The kept chunks of all segments in one order, and each old row's new one.
struct MergedRows {
  std::vector<ChunkId> ids;
  std::vector<std::uint32_t> lengths;
  std::vector<std::vector<std::uint32_t>> new_row;  // by segment, by old row; kGone where not kept
};

struct KeptRow {
  ChunkId id;
  std::size_t segment;
  std::uint32_t row;
};

MergedRows merge_rows(std::span<const LexicalSegment* const> segments, const std::function<bool(ChunkId)>& keep) {
  MergedRows merged;
  std::vector<KeptRow> kept;
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const LexicalFile& file = segments[s]->file();
    merged.new_row.emplace_back(file.rows, kGone);
    for (std::uint32_t row = 0; row < file.rows; ++row)
      if (keep(file.chunk(row))) kept.push_back({file.chunk(row), s, row});
  }
  if (kept.size() > kMaxLexicalRows)
    throw Error(ErrorKind::Usage, "lexical segment: " + std::to_string(kept.size()) + " chunks to merge, one segment holds at most " +
                                      std::to_string(kMaxLexicalRows) + "; merge fewer segments");
  std::sort(kept.begin(), kept.end(), [](const KeptRow& a, const KeptRow& b) { return a.id < b.id; });
  for (const KeptRow& k : kept) {
    const LexicalFile& file = segments[k.segment]->file();
    if (!merged.ids.empty() && merged.ids.back() == k.id)
      file.damaged("chunk " + std::to_string(k.id.value) + " is in another segment, too");
    merged.new_row[k.segment][k.row] = static_cast<std::uint32_t>(merged.ids.size());
    merged.ids.push_back(k.id);
    merged.lengths.push_back(file.length(k.row));
  }
  return merged;
}

struct Posting {
  std::uint32_t row;
  std::uint32_t frequency;
};

void append_kept(const LexicalFile& file, const TermPostings& term, const std::vector<std::uint32_t>& new_row, std::vector<Posting>& out) {
  for (PostingsCursor cursor(file, term); cursor.row() != PostingsCursor::kEnd; cursor.next())
    if (const std::uint32_t row = new_row[cursor.row()]; row != kGone) out.push_back({row, cursor.frequency()});
}

void write_term(LexicalFileWriter& writer, std::string_view term, std::vector<Posting>& postings) {
  if (postings.empty()) return;
  const auto by_row = [](const Posting& a, const Posting& b) { return a.row < b.row; };
  if (!std::is_sorted(postings.begin(), postings.end(), by_row)) std::sort(postings.begin(), postings.end(), by_row);
  std::vector<std::uint32_t> rows, frequencies;
  rows.reserve(postings.size());
  frequencies.reserve(postings.size());
  for (const Posting& p : postings) {
    rows.push_back(p.row);
    frequencies.push_back(p.frequency);
  }
  writer.add_term(term, rows, frequencies);
}

void require_same_analyzer(std::span<const LexicalSegment* const> segments) {
  for (const LexicalSegment* segment : segments)
    if (segment->file().analyzer != segments[0]->file().analyzer)
      throw Error(ErrorKind::Mismatch, segment->file().name + ": written with another analyzer than " + segments[0]->file().name +
                                           "; run 'rag index --rebuild'");
}

}  // namespace

LexicalSegment::LexicalSegment(std::unique_ptr<const LexicalFile> file) : file_(std::move(file)) {}
LexicalSegment::~LexicalSegment() = default;

std::size_t LexicalSegment::chunk_count() const { return file_->rows; }
std::uint64_t LexicalSegment::term_count() const { return file_->terms; }

std::vector<ChunkId> LexicalSegment::chunk_ids() const {
  std::vector<ChunkId> ids;
  ids.reserve(file_->rows);
  for (std::uint32_t row = 0; row < file_->rows; ++row) ids.push_back(file_->chunk(row));
  return ids;
}

std::unique_ptr<LexicalSegment> open_lexical_segment(MappedFile file, const std::string& name) {
  return std::make_unique<LexicalSegment>(std::make_unique<const LexicalFile>(read_lexical_file(std::move(file), name)));
}

std::string merge_lexical_segments(std::span<const LexicalSegment* const> segments, const std::function<bool(ChunkId)>& keep) {
  require_same_analyzer(segments);
  const MergedRows merged = merge_rows(segments, keep);
  LexicalFileWriter writer(segments.empty() ? 0 : segments[0]->file().analyzer, merged.ids, merged.lengths);
  std::vector<TermWalk> walks;
  for (const LexicalSegment* segment : segments) walks.emplace_back(segment->file());
  std::vector<Posting> postings;
  while (true) {
    const TermWalk* least = nullptr;
    for (const TermWalk& walk : walks)
      if (!walk.at_end() && (!least || walk.term() < least->term())) least = &walk;
    if (!least) return writer.finish();
    const std::string term = least->term();
    postings.clear();
    for (std::size_t s = 0; s < walks.size(); ++s) {
      if (walks[s].at_end() || walks[s].term() != term) continue;
      append_kept(segments[s]->file(), walks[s].postings(), merged.new_row[s], postings);
      walks[s].next();
    }
    write_term(writer, term, postings);
  }
}

}  // namespace rag
