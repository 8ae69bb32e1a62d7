#include "index/lexical_terms.h"

#include <algorithm>
#include <cassert>

namespace rag {
namespace {

// The first eight bytes as a number that sorts as the bytes do: most terms are told apart by it alone.
std::uint64_t sort_key(std::string_view term) {
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) key = key << 8 | (i < term.size() ? static_cast<unsigned char>(term[i]) : 0);
  return key;
}

const char* head(const LexicalFile& file, std::uint64_t i) { return file.part(LexicalPart::TermHeads).data() + kTermHeadBytes * i; }
std::uint64_t head_key(const LexicalFile& file, std::uint64_t i) { return load<std::uint64_t>(head(file, i)); }

std::string_view entries_from(const LexicalFile& file, std::uint64_t head_index) {
  const auto offset = load<std::uint64_t>(head(file, head_index) + 8);
  const std::string_view terms = file.part(LexicalPart::Terms);
  if (offset >= terms.size()) file.damaged("a dictionary entry lies outside the dictionary");
  return terms.substr(offset);
}

// The term a head stands for; it is written in full.
std::string_view head_term(const LexicalFile& file, std::uint64_t i) {
  ByteReader reader(entries_from(file, i));
  reader.varint();  // 0 bytes shared
  return reader.bytes(reader.varint());
}

std::uint64_t head_count(const LexicalFile& file) { return file.part(LexicalPart::TermHeads).size() / kTermHeadBytes; }

// How many heads are not above `term`.
std::uint64_t heads_up_to(const LexicalFile& file, std::string_view term) {
  const std::uint64_t key = sort_key(term);
  std::uint64_t begin = 0, end = head_count(file);
  while (begin < end) {
    const std::uint64_t middle = begin + (end - begin) / 2;
    const std::uint64_t other = head_key(file, middle);
    if (other != key ? other < key : head_term(file, middle) <= term)
      begin = middle + 1;
    else
      end = middle;
  }
  return begin;
}

}  // namespace

std::optional<TermPostings> find_term(const LexicalFile& file, std::string_view term) {
  const std::uint64_t heads = heads_up_to(file, term);
  if (heads == 0) return std::nullopt;
  TermWalk walk(file, heads - 1);
  for (std::size_t i = 0; i < kTermsPerHead && !walk.at_end(); ++i, walk.next()) {
    const int order = walk.term().compare(term);
    if (order == 0) return walk.postings();
    if (order > 0) break;
  }
  return std::nullopt;
}

TermWalk::TermWalk(const LexicalFile& file, std::uint64_t first_head)
    : file_(&file),
      entries_(first_head < head_count(file) ? entries_from(file, first_head) : std::string_view{}),
      left_(file.terms - std::min(file.terms, first_head * kTermsPerHead)),
      postings_at_(left_ == 0 ? 0 : load<std::uint64_t>(head(file, first_head) + 16)) {
  next();
}

void TermWalk::next() {
  if (left_ == 0) {
    at_end_ = true;
    return;
  }
  --left_;
  const std::uint64_t shared = entries_.varint();
  const std::string_view rest = entries_.bytes(entries_.varint());
  if (shared > term_.size() || (!first_ && rest <= std::string_view(term_).substr(shared)))
    file_->damaged("a dictionary entry does not fit the one before it");
  first_ = false;
  term_.resize(shared);
  term_ += rest;
  postings_.count = entries_.varint32();
  const std::uint64_t size = entries_.varint();
  postings_.impact.max_frequency = entries_.varint32();
  postings_.impact.min_length = entries_.varint32();
  const std::string_view all = file_->part(LexicalPart::Postings);
  if (!entries_.ok()) file_->damaged("its dictionary is cut short");
  if (postings_.count == 0 || postings_.count > file_->rows || postings_at_ > all.size() || size > all.size() - postings_at_)
    file_->damaged("the postings of a term lie outside the file");
  postings_.bytes = all.substr(postings_at_, size);
  postings_at_ += size;
}

LexicalFileWriter::LexicalFileWriter(std::uint64_t analyzer, std::span<const ChunkId> ids, std::span<const std::uint32_t> lengths)
    : lengths_(lengths) {
  assert(ids.size() == lengths.size() && ids.size() <= kMaxLexicalRows);
  parts_.analyzer = analyzer;
  parts_.rows = ids.size();
  for (const ChunkId id : ids) append_number(part(LexicalPart::ChunkIds), id.value);
  for (const std::uint32_t length : lengths) {
    append_number(part(LexicalPart::Lengths), length);
    parts_.total_length += length;
  }
}

void LexicalFileWriter::add_term(std::string_view term, std::span<const std::uint32_t> rows, std::span<const std::uint32_t> frequencies) {
  assert(parts_.terms == 0 || previous_ < term);
  std::string& entries = part(LexicalPart::Terms);
  std::string& postings = part(LexicalPart::Postings);
  std::size_t shared = 0;
  if (parts_.terms % kTermsPerHead == 0) {
    std::string& heads = part(LexicalPart::TermHeads);
    append_number(heads, sort_key(term));
    append_number(heads, static_cast<std::uint64_t>(entries.size()));
    append_number(heads, static_cast<std::uint64_t>(postings.size()));
  } else {
    shared =
        static_cast<std::size_t>(std::mismatch(previous_.begin(), previous_.end(), term.begin(), term.end()).first - previous_.begin());
  }
  const std::size_t before = postings.size();
  const Impact impact = append_postings(postings, rows, frequencies, lengths_);
  append_varint(entries, shared);
  append_varint(entries, term.size() - shared);
  entries += term.substr(shared);
  append_varint(entries, rows.size());
  append_varint(entries, postings.size() - before);
  append_varint(entries, impact.max_frequency);
  append_varint(entries, impact.min_length);
  previous_ = term;
  ++parts_.terms;
}

}  // namespace rag
