#include "index/lexical_search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <vector>

namespace rag {
namespace {

// Rows searched at once: their sums stay in the first-level cache.
constexpr std::uint32_t kWindow = 2048;

struct Leg {
  Leg(const LexicalFile& file, const SegmentTerm& of) : cursor(file, of.postings), term(&of) {}

  PostingsCursor cursor;
  const SegmentTerm* term;
  std::int64_t bound = 0;  // of its scores in this window
};

struct Candidate {
  std::uint32_t row;
  std::int64_t score;
};

// MaxScore (Turtle and Flood 1995), window by window.  In each window the terms are ordered by the most they can add there.
// The weak ones, that together cannot lift a chunk over the threshold, are not walked: only chunks that have a strong term are
// candidates, and the weak terms are looked up for those that can still make it.
class SegmentSearch {
 public:
  SegmentSearch(const LexicalFile& file, std::span<const SegmentTerm> terms, const Bm25& bm25, const ChunkFilter& filter, TopChunks& top)
      : file_(file), bm25_(bm25), filter_(filter), top_(top) {
    legs_.reserve(terms.size());
    for (const SegmentTerm& term : terms) legs_.emplace_back(file, term);
    for (Leg& leg : legs_) order_.push_back(&leg);
  }

  void run() {
    for (std::uint32_t begin = 0; begin < file_.rows; begin += kWindow) {
      const auto end = static_cast<std::uint32_t>(std::min<std::uint64_t>(file_.rows, begin + kWindow));
      const std::size_t weak = split(begin, end);
      if (weak == order_.size()) continue;
      add_strong(weak, begin, end);
      gather(weak, begin);
      add_weak(weak);
      for (const Candidate& c : candidates_) top_.offer(c.score, file_.chunk(c.row));
    }
  }

 private:
  // Orders the legs by what they can add in this window, least first, and returns how many of them are weak.
  std::size_t split(std::uint32_t begin, std::uint32_t end) {
    std::erase_if(order_, [](const Leg* leg) { return leg->cursor.row() == PostingsCursor::kEnd; });
    for (Leg* leg : order_)
      leg->bound =
          leg->cursor.row() >= end ? 0 : leg->cursor.max_bound(begin, end, [&](const Impact& i) { return bm25_.bound(*leg->term, i); });
    std::sort(order_.begin(), order_.end(), [](const Leg* a, const Leg* b) { return a->bound < b->bound; });
    bounds_up_to_.resize(order_.size() + 1);
    bounds_up_to_[0] = 0;
    std::size_t weak = 0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      bounds_up_to_[i + 1] = bounds_up_to_[i] + order_[i]->bound;
      if (bounds_up_to_[i + 1] < top_.threshold()) weak = i + 1;
    }
    return weak;
  }

  void add_strong(std::size_t weak, std::uint32_t begin, std::uint32_t end) {
    const char* lengths = file_.part(LexicalPart::Lengths).data();
    for (std::size_t i = weak; i < order_.size(); ++i) {
      Leg& leg = *order_[i];
      leg.cursor.seek(begin);
      leg.cursor.visit_below(end, [&](std::uint32_t row, std::uint32_t frequency) {
        const std::uint32_t at = row - begin;
        sums_[at] += bm25_.score(*leg.term, frequency, load<std::uint32_t>(lengths + std::size_t{4} * row));
        touched_[at / 64] |= std::uint64_t{1} << (at % 64);
      });
    }
  }

  // The touched chunks that can still come in.  Leaves sums and marks at zero for the next window.
  void gather(std::size_t weak, std::uint32_t begin) {
    candidates_.clear();
    const std::int64_t least = top_.threshold() - bounds_up_to_[weak];
    for (std::size_t word = 0; word < touched_.size(); ++word) {
      for (std::uint64_t marks = touched_[word]; marks != 0; marks &= marks - 1) {
        const std::size_t at = word * 64 + static_cast<std::size_t>(std::countr_zero(marks));
        const std::int64_t sum = sums_[at];
        sums_[at] = 0;
        if (sum < least) continue;
        const auto row = begin + static_cast<std::uint32_t>(at);
        if (filter_.everything() || filter_.accepts(file_.chunk(row))) candidates_.push_back({row, sum});
      }
      touched_[word] = 0;
    }
  }

  void add_weak(std::size_t weak) {
    for (std::size_t i = weak; i-- > 0 && !candidates_.empty();) {
      Leg& leg = *order_[i];
      if (leg.bound == 0) return;  // nor has any weaker one a posting here
      const std::int64_t least = top_.threshold() - bounds_up_to_[i];
      std::size_t kept = 0;
      for (Candidate c : candidates_) {
        leg.cursor.seek(c.row);
        if (leg.cursor.row() == c.row) c.score += bm25_.score(*leg.term, leg.cursor.frequency(), file_.length(c.row));
        if (c.score >= least) candidates_[kept++] = c;
      }
      candidates_.resize(kept);
    }
  }

  const LexicalFile& file_;
  const Bm25& bm25_;
  const ChunkFilter filter_;
  TopChunks& top_;
  std::vector<Leg> legs_;
  std::vector<Leg*> order_;
  std::vector<std::int64_t> bounds_up_to_;  // [i]: the first i legs together
  std::vector<Candidate> candidates_;
  std::array<std::int64_t, kWindow> sums_{};
  std::array<std::uint64_t, kWindow / 64> touched_{};
};

}  // namespace

void search_segment(const LexicalFile& file, std::span<const SegmentTerm> terms, const Bm25& bm25, const ChunkFilter& filter,
                    TopChunks& top) {
  if (!terms.empty()) SegmentSearch(file, terms, bm25, filter, top).run();
}

}  // namespace rag
