#include <algorithm>
#include <deque>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/hash.h"
#include "index/lexical_segment.h"
#include "index/lexical_terms.h"

namespace rag {
namespace {

constexpr std::uint32_t kNoRow = ~std::uint32_t{0};

// Numbers the different terms from 0 in order of first appearance.  Open addressing over one string of all their bytes.
class TermNumbers {
 public:
  std::uint32_t number(std::string_view term) {
    if (2 * (begins_.size() + 1) > slots_.size()) grow();
    const std::uint64_t hash = checksum64(term);
    std::size_t at = hash & (slots_.size() - 1);
    for (; slots_[at].number != kNoRow; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at].hash == static_cast<std::uint32_t>(hash >> 32) && this->term(slots_[at].number) == term) return slots_[at].number;
    const auto number = static_cast<std::uint32_t>(begins_.size());
    slots_[at] = {static_cast<std::uint32_t>(hash >> 32), number};
    begins_.push_back(bytes_.size());
    bytes_ += term;
    return number;
  }

  std::size_t size() const { return begins_.size(); }
  std::string_view term(std::uint32_t number) const {
    const std::size_t end = number + 1 < begins_.size() ? begins_[number + 1] : bytes_.size();
    return std::string_view(bytes_).substr(begins_[number], end - begins_[number]);
  }
  std::size_t bytes() const { return bytes_.capacity() + begins_.capacity() * sizeof(std::size_t) + slots_.capacity() * sizeof(Slot); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t number = kNoRow;
  };

  void grow() {
    std::vector<Slot> slots(std::max<std::size_t>(1024, 2 * slots_.size()));
    for (std::uint32_t n = 0; n < begins_.size(); ++n) {
      const std::uint64_t hash = checksum64(term(n));
      std::size_t at = hash & (slots.size() - 1);
      while (slots[at].number != kNoRow) at = (at + 1) & (slots.size() - 1);
      slots[at] = {static_cast<std::uint32_t>(hash >> 32), n};
    }
    slots_ = std::move(slots);
  }

  std::vector<Slot> slots_;
  std::vector<std::size_t> begins_;
  std::string bytes_;
};

}  // namespace

struct LexicalSegmentBuilder::State {
  struct Posting {
    std::uint32_t term;
    std::uint32_t frequency;
  };

  explicit State(const Analyzer& a) : analyzer(a) {}

  const Analyzer& analyzer;
  TermNumbers numbers;
  std::vector<std::size_t> latest;    // by term: one more than the place of its newest posting
  std::vector<std::uint32_t> counts;  // by term: in how many chunks
  std::deque<Posting> postings;       // row after row; many millions, which a vector would copy whenever it grows
  std::vector<std::size_t> row_ends;  // in postings
  std::vector<ChunkId> ids;
  std::vector<std::uint32_t> lengths;

  void add(ChunkId chunk, std::string_view text);
  std::string write() const;
};

void LexicalSegmentBuilder::State::add(ChunkId chunk, std::string_view text) {
  if (chunk.value < 0 || (!ids.empty() && chunk <= ids.back()))
    throw Error(ErrorKind::Usage, "lexical segment: chunk " + std::to_string(chunk.value) + " after " +
                                      std::to_string(ids.empty() ? -1 : ids.back().value) + ", expected ascending ids from 0");
  if (ids.size() == kMaxLexicalRows)
    throw Error(ErrorKind::Usage, "lexical segment: holds at most " + std::to_string(kMaxLexicalRows) + " chunks; commit more often");
  const std::vector<std::string> terms = analyzer.terms(text);
  const std::size_t row_begin = postings.size();
  for (const std::string& term : terms) {
    const std::uint32_t number = numbers.number(term);
    if (number == latest.size()) {
      latest.push_back(0);
      counts.push_back(0);
    }
    if (latest[number] > row_begin) {
      ++postings[latest[number] - 1].frequency;
      continue;
    }
    postings.push_back({number, 1});
    latest[number] = postings.size();
    ++counts[number];
  }
  ids.push_back(chunk);
  lengths.push_back(static_cast<std::uint32_t>(terms.size()));
  row_ends.push_back(postings.size());
}

// Postings lie row after row; a counting sort puts them term after term, rows ascending.
std::string LexicalSegmentBuilder::State::write() const {
  std::vector<std::size_t> place(counts.size() + 1, 0);
  std::partial_sum(counts.begin(), counts.end(), place.begin() + 1, [](std::size_t sum, std::size_t count) { return sum + count; });
  std::vector<std::uint32_t> rows(postings.size()), frequencies(postings.size());
  std::size_t at = 0;
  for (std::uint32_t row = 0; row < row_ends.size(); ++row)
    for (; at < row_ends[row]; ++at) {
      const std::size_t to = place[postings[at].term]++;
      rows[to] = row;
      frequencies[to] = postings[at].frequency;
    }
  std::vector<std::uint32_t> order(counts.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) { return numbers.term(a) < numbers.term(b); });
  LexicalFileWriter writer(checksum64(analyzer.name()), ids, lengths);
  for (const std::uint32_t term : order) {
    const std::size_t begin = place[term] - counts[term];  // place has moved to the term's end
    writer.add_term(numbers.term(term), std::span(rows).subspan(begin, counts[term]), std::span(frequencies).subspan(begin, counts[term]));
  }
  return writer.finish();
}

LexicalSegmentBuilder::LexicalSegmentBuilder(const Analyzer& analyzer) : state_(std::make_unique<State>(analyzer)) {}
LexicalSegmentBuilder::LexicalSegmentBuilder(LexicalSegmentBuilder&&) noexcept = default;
LexicalSegmentBuilder& LexicalSegmentBuilder::operator=(LexicalSegmentBuilder&&) noexcept = default;
LexicalSegmentBuilder::~LexicalSegmentBuilder() = default;

void LexicalSegmentBuilder::add(ChunkId chunk, std::string_view text) { state_->add(chunk, text); }
std::size_t LexicalSegmentBuilder::chunk_count() const { return state_->ids.size(); }

std::size_t LexicalSegmentBuilder::bytes() const {
  return state_->numbers.bytes() + state_->postings.size() * sizeof(State::Posting) +
         state_->latest.capacity() * (sizeof(std::size_t) + sizeof(std::uint32_t)) +
         state_->ids.capacity() * (sizeof(ChunkId) + sizeof(std::uint32_t) + sizeof(std::size_t));
}

std::string LexicalSegmentBuilder::finish() {
  std::string file = state_->write();
  state_ = std::make_unique<State>(state_->analyzer);
  return file;
}

}  // namespace rag
