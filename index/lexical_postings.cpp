#include "index/lexical_postings.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace rag {
namespace {

constexpr std::size_t kBlock = kPackedNumbers;
constexpr unsigned kMaxRowBits = 24;  // see kMaxLexicalRows

unsigned bits_for(std::span<const std::uint32_t> numbers) {
  std::uint32_t all = 0;
  for (const std::uint32_t n : numbers) all |= n;
  return static_cast<unsigned>(std::bit_width(all));
}

// `before`: the row before the first, -1 at the start.  Gaps and frequencies are stored less 1, because neither can be 0.
void append_full_block(std::string& out, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> frequencies,
                       std::uint32_t before) {
  std::array<std::uint32_t, kBlock> gaps;
  std::array<std::uint32_t, kBlock> more;
  for (std::size_t i = 0; i < kBlock; ++i) {
    gaps[i] = rows[i] - before - 1;
    more[i] = frequencies[i] - 1;
    before = rows[i];
  }
  const unsigned row_bits = bits_for(gaps), frequency_bits = bits_for(more);
  out += static_cast<char>(row_bits);
  out += static_cast<char>(frequency_bits);
  append_packed(out, gaps.data(), row_bits);
  append_packed(out, more.data(), frequency_bits);
}

// Most frequencies are 1: the gap's lowest bit says so.
void append_short_block(std::string& out, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> frequencies,
                        std::uint32_t before) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::uint64_t gap = rows[i] - before - 1;
    append_varint(out, gap << 1 | (frequencies[i] == 1));
    if (frequencies[i] != 1) append_varint(out, frequencies[i] - 2);
    before = rows[i];
  }
}

}  // namespace

Impact append_postings(std::string& out, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> frequencies,
                       std::span<const std::uint32_t> lengths_by_row) {
  assert(!rows.empty() && rows.size() == frequencies.size() && rows.back() < kMaxLexicalRows);
  const std::size_t blocks = (rows.size() + kBlock - 1) / kBlock;
  Impact all{0, ~std::uint32_t{0}};
  std::string records, data;
  for (std::size_t begin = 0; begin < rows.size(); begin += kBlock) {
    const std::size_t size = std::min(kBlock, rows.size() - begin);
    const auto block_rows = rows.subspan(begin, size);
    const auto block_frequencies = frequencies.subspan(begin, size);
    const std::uint32_t before = begin == 0 ? ~std::uint32_t{0} : rows[begin - 1];
    if (size == kBlock)
      append_full_block(data, block_rows, block_frequencies, before);
    else
      append_short_block(data, block_rows, block_frequencies, before);
    Impact impact{0, ~std::uint32_t{0}};
    for (std::size_t i = 0; i < size; ++i) {
      impact.max_frequency = std::max(impact.max_frequency, block_frequencies[i]);
      impact.min_length = std::min(impact.min_length, lengths_by_row[block_rows[i]]);
    }
    for (const std::uint32_t number : {block_rows.back(), static_cast<std::uint32_t>(data.size()), impact.max_frequency, impact.min_length})
      append_number(records, number);
    all = {std::max(all.max_frequency, impact.max_frequency), std::min(all.min_length, impact.min_length)};
  }
  if (blocks > 1) out += records;
  out += data;
  return all;
}

PostingsCursor::PostingsCursor(const LexicalFile& file, const TermPostings& term)
    : file_(&file),
      records_(term.bytes.data()),
      data_(term.bytes),
      impact_(term.impact),
      count_(term.count),
      blocks_((std::size_t{term.count} + kBlock - 1) / kBlock) {
  if (blocks_ > 1) {
    if (term.bytes.size() / kRecordBytes < blocks_) file.damaged("the postings of a term are cut short");
    data_.remove_prefix(kRecordBytes * blocks_);
  }
  open_block(0);
}

std::string_view PostingsCursor::block_bytes(std::size_t block) const {
  if (blocks_ == 1) return data_;
  const std::size_t begin = block == 0 ? 0 : end_of(block - 1);
  const std::size_t end = end_of(block);
  if (begin > end || end > data_.size()) file_->damaged("a block of postings lies outside its term");
  return data_.substr(begin, end - begin);
}

void PostingsCursor::open_block(std::size_t block) {
  block_ = block;
  at_ = 0;
  if (block >= blocks_) {
    row_ = kEnd;
    size_ = 0;
    return;
  }
  const std::uint32_t before = block == 0 ? ~std::uint32_t{0} : last_row_of(block - 1);
  if (block > 0 && before >= file_->rows) file_->damaged("a posting names a chunk that is not there");
  size_ = std::min(kBlock, std::size_t{count_} - kBlock * block);
  if (size_ == kBlock)
    decode_packed(block_bytes(block), before);
  else
    decode_varints(block_bytes(block), before);
  last_row_ = rows_[size_ - 1];
  if (last_row_ >= file_->rows || (blocks_ > 1 && last_row_ != last_row_of(block)))
    file_->damaged("a posting names a chunk that is not there");
  row_ = rows_[0];
}

void PostingsCursor::skip_to_block_of(std::uint32_t row) {
  std::size_t block = block_ + 1;
  while (block < blocks_ && last_row_of(block) < row) ++block;
  open_block(block);
  // A hostile directory may promise more than the block holds; open_block has checked that it does not.
}

// Gaps of at most 24 bits on a row of at most 24: 128 of them cannot wrap, so the last row bounds all.
void PostingsCursor::decode_packed(std::string_view bytes, std::uint32_t before) {
  const unsigned row_bits = bytes.empty() ? 0 : static_cast<unsigned char>(bytes[0]);
  const unsigned frequency_bits = bytes.size() < 2 ? 0 : static_cast<unsigned char>(bytes[1]);
  if (row_bits > kMaxRowBits || frequency_bits > 32 || bytes.size() != 2 + packed_bytes(row_bits) + packed_bytes(frequency_bits))
    file_->damaged("a block of postings is cut short");
  unpack(bytes.data() + 2, row_bits, rows_.data());
  unpack(bytes.data() + 2 + packed_bytes(row_bits), frequency_bits, frequencies_.data());
  for (std::size_t i = 0; i < kBlock; ++i) {
    before += rows_[i] + 1;
    rows_[i] = before;
    frequencies_[i] += 1;
  }
}

void PostingsCursor::decode_varints(std::string_view bytes, std::uint32_t before) {
  ByteReader reader(bytes);
  for (std::size_t i = 0; i < size_; ++i) {
    const std::uint64_t packed = reader.varint();
    const std::uint64_t gap = packed >> 1;
    if (gap >= kMaxLexicalRows) file_->damaged("a posting names a chunk that is not there");
    before += static_cast<std::uint32_t>(gap) + 1;
    rows_[i] = before;
    frequencies_[i] = (packed & 1) != 0 ? 1 : reader.varint32() + 2;
  }
  if (!reader.ok() || !reader.at_end()) file_->damaged("a block of postings is cut short");
}

}  // namespace rag
