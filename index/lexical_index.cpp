#include "index/lexical_index.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "index/lexical_search.h"
#include "index/lexical_segment.h"
#include "index/word_pairs.h"

namespace rag {
namespace {

// Where a chunk lies in a segment; nothing where it does not.
std::optional<std::uint32_t> row_of(const LexicalFile& file, ChunkId chunk) {
  std::uint32_t begin = 0, end = static_cast<std::uint32_t>(file.rows);
  while (begin < end) {
    const std::uint32_t middle = begin + (end - begin) / 2;
    if (file.chunk(middle) < chunk)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin < file.rows && file.chunk(begin) == chunk ? std::optional(begin) : std::nullopt;
}

struct AskedRow {
  std::uint32_t row;
  std::size_t place;  // in the caller's list
};

class SegmentedLexicalIndex final : public LexicalIndex {
 public:
  SegmentedLexicalIndex(std::vector<LexicalSegmentView> views, const Analyzer& analyzer) : views_(std::move(views)), analyzer_(analyzer) {
    const std::uint64_t expected = checksum64(analyzer.name());
    for (const LexicalSegmentView& view : views_) {
      const LexicalFile& file = view.segment->file();
      // An empty merge has met no analyzer.
      if (file.rows > 0 && file.analyzer != expected)
        throw Error(ErrorKind::Mismatch,
                    file.name + ": written with another analyzer, this run has '" + analyzer.name() + "'; run 'rag index --rebuild'");
      files_.push_back(&file);
      statistics_.chunks += file.rows;
      statistics_.total_length += file.total_length;
    }
  }

  std::vector<Hit> search(std::string_view query, std::size_t k, const ChunkSet* allowed, const Bm25Options& options) const override {
    const Bm25 bm25(options, statistics_);
    const WeightedQuery weighted = weigh_query(analyzer_.query_terms(query), files_, statistics_);
    TopChunks top(k);
    for (std::size_t s = 0; k > 0 && s < files_.size(); ++s)
      search_segment(*files_[s], weighted.by_segment[s], bm25, {views_[s].deleted, allowed}, top);
    std::vector<Hit> hits;
    for (const ScoredChunk& found : top.take()) hits.push_back({found.chunk, static_cast<double>(found.score) / weighted.scale});
    return hits;
  }

  double weight(std::string_view query) const override { return weigh_query(analyzer_.query_terms(query), files_, statistics_).total; }

  std::vector<double> score(std::string_view query, std::span<const ChunkId> chunks, const Bm25Options& options) const override {
    const Bm25 bm25(options, statistics_);
    const WeightedQuery weighted = weigh_query(analyzer_.query_terms(query), files_, statistics_);
    std::vector<double> scores(chunks.size(), 0.0);
    for (std::size_t s = 0; s < files_.size(); ++s) {
      const std::vector<AskedRow> asked = rows_in(s, chunks);
      std::vector<std::int64_t> sums(asked.size(), 0);
      for (const SegmentTerm& term : weighted.by_segment[s]) add_term(*files_[s], term, bm25, asked, sums);
      for (std::size_t i = 0; i < asked.size(); ++i) scores[asked[i].place] = static_cast<double>(sums[i]) / weighted.scale;
    }
    return scores;
  }

  std::vector<double> score_pairs(std::string_view query, std::span<const std::string> texts, const Bm25Options& options) const override {
    const std::vector<std::string> terms = analyzer_.query_terms(query);
    if (terms.size() < 2 || statistics_.chunks == 0) return std::vector<double>(texts.size());
    std::vector<std::vector<std::string>> read;
    for (const std::string& text : texts) read.push_back(analyzer_.terms(text));
    return word_pair_scores(
        terms, read,
        {.chunks = statistics_.chunks,
         .average_length = std::max(1.0, static_cast<double>(statistics_.total_length) / static_cast<double>(statistics_.chunks)),
         .chunks_with_term = [this](const std::string& term) { return chunks_with(term); }},
        options);
  }

 private:
  std::uint64_t chunks_with(const std::string& term) const {
    std::uint64_t count = 0;
    for (const LexicalFile* file : files_)
      if (const std::optional<TermPostings> postings = find_term(*file, term)) count += postings->count;
    return count;
  }

  std::vector<AskedRow> rows_in(std::size_t segment, std::span<const ChunkId> chunks) const {
    std::vector<AskedRow> asked;
    for (std::size_t place = 0; place < chunks.size(); ++place) {
      if (views_[segment].deleted && chunks[place].value >= 0 && views_[segment].deleted->contains(chunks[place])) continue;
      if (const auto row = row_of(*files_[segment], chunks[place])) asked.push_back({*row, place});
    }
    std::sort(asked.begin(), asked.end(), [](const AskedRow& a, const AskedRow& b) { return a.row < b.row; });
    return asked;
  }

  static void add_term(const LexicalFile& file, const SegmentTerm& term, const Bm25& bm25, const std::vector<AskedRow>& asked,
                       std::vector<std::int64_t>& sums) {
    if (asked.empty()) return;
    PostingsCursor cursor(file, term.postings);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      cursor.seek(asked[i].row);
      if (cursor.row() == asked[i].row) sums[i] += bm25.score(term, cursor.frequency(), file.length(asked[i].row));
    }
  }

  std::vector<LexicalSegmentView> views_;
  std::vector<const LexicalFile*> files_;
  const Analyzer& analyzer_;
  CollectionStatistics statistics_;
};

}  // namespace

std::unique_ptr<LexicalIndex> make_lexical_index(std::vector<LexicalSegmentView> segments, const Analyzer& analyzer) {
  return std::make_unique<SegmentedLexicalIndex>(std::move(segments), analyzer);
}

}  // namespace rag
