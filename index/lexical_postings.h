#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "index/lexical_bitpack.h"
#include "index/lexical_format.h"

namespace rag {

// What bounds the score of a set of postings for any k1 and b: BM25 grows with the frequency and falls with the length.
struct Impact {
  std::uint32_t max_frequency = 0;
  std::uint32_t min_length = 0;
};

// One term of a segment: how many chunks have it, and where its postings lie.
struct TermPostings {
  std::uint32_t count = 0;
  std::string_view bytes;
  Impact impact;
};

// Appends the postings of one term: rows ascend, frequencies are at least 1.  Returns the bound over all of them.
Impact append_postings(std::string& out, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> frequencies,
                       std::span<const std::uint32_t> lengths_by_row);

// Walks the postings of one term upwards, a block of 128 at a time.  Whatever the bytes say, rows ascend and stay below the
// segment's; Error(Corrupt) otherwise.
class PostingsCursor {
 public:
  static constexpr std::uint32_t kEnd = ~std::uint32_t{0};

  PostingsCursor(const LexicalFile& file, const TermPostings& term);

  // The posting stood on; kEnd behind the last.
  std::uint32_t row() const { return row_; }
  std::uint32_t frequency() const { return frequencies_[at_]; }

  void next() {
    if (++at_ < size_)
      row_ = rows_[at_];
    else
      open_block(block_ + 1);
  }

  // To the first posting at `row` or behind it.  Never moves back.
  void seek(std::uint32_t row) {
    if (row <= row_) return;
    if (row > last_row_) skip_to_block_of(row);
    if (row_ == kEnd) return;
    while (rows_[at_] < row) ++at_;
    row_ = rows_[at_];
  }

  // Calls visit(row, frequency) for every posting from here to below `end`, and stands behind them.
  template <typename Visit>
  void visit_below(std::uint32_t end, Visit&& visit) {
    while (row_ < end) {
      const std::size_t stop = last_row_ < end ? size_ : first_at_or_above(end);
      for (std::size_t i = at_; i < stop; ++i) visit(rows_[i], frequencies_[i]);
      at_ = stop - 1;
      next();
    }
  }

  // The bound over all blocks that reach into rows [begin, end), for begin not below any earlier call's.
  template <typename Bound>
  auto max_bound(std::uint32_t begin, std::uint32_t end, Bound&& bound) {
    if (blocks_ <= 1) return bound(impact_);
    while (bound_block_ + 1 < blocks_ && last_row_of(bound_block_) < begin) ++bound_block_;
    auto most = bound(impact_of(bound_block_));
    for (std::size_t b = bound_block_; b + 1 < blocks_ && last_row_of(b) + 1 < end; ++b) most = std::max(most, bound(impact_of(b + 1)));
    return most;
  }

 private:
  static constexpr std::size_t kRecordBytes = 16;

  std::uint32_t last_row_of(std::size_t block) const { return load<std::uint32_t>(records_ + kRecordBytes * block); }
  std::uint32_t end_of(std::size_t block) const { return load<std::uint32_t>(records_ + kRecordBytes * block + 4); }
  Impact impact_of(std::size_t block) const {
    return {load<std::uint32_t>(records_ + kRecordBytes * block + 8), load<std::uint32_t>(records_ + kRecordBytes * block + 12)};
  }
  std::size_t first_at_or_above(std::uint32_t row) const {
    std::size_t i = at_;
    while (i < size_ && rows_[i] < row) ++i;
    return i;
  }

  void open_block(std::size_t block);
  void skip_to_block_of(std::uint32_t row);
  void decode_packed(std::string_view bytes, std::uint32_t before);
  void decode_varints(std::string_view bytes, std::uint32_t before);
  std::string_view block_bytes(std::size_t block) const;

  const LexicalFile* file_;
  const char* records_;    // of the blocks; none where there is only one
  std::string_view data_;  // of the blocks
  Impact impact_;
  std::uint32_t count_;
  std::size_t blocks_;
  std::size_t block_ = 0;
  std::size_t bound_block_ = 0;
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t last_row_ = 0;
  std::array<std::uint32_t, kPackedNumbers> rows_;
  std::array<std::uint32_t, kPackedNumbers> frequencies_;
};

}  // namespace rag
