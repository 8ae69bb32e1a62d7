#include "index/lexical_segment.h"

#include <gtest/gtest.h>

#include <random>

#include "core/error.h"
#include "core/hash.h"
#include "index/analyzer_options.h"
#include "index/lexical_terms.h"
#include "lexical_fixture.h"

namespace rag {
namespace {

Texts numbered_texts(std::int64_t begin, std::int64_t end, std::int64_t step = 1) {
  Texts texts;
  for (std::int64_t i = begin; i < end; i += step) {
    std::string text = "common common" + std::string(i % 3 == 0 ? " third" : "") + " n" + std::to_string(i);
    for (std::int64_t extra = 0; extra < i % 7; ++extra) text += " filler" + std::to_string(extra);
    texts[{i}] = text;
  }
  return texts;
}

std::string error_of(const std::string& bytes, ErrorKind kind) {
  try {
    open_bytes(bytes);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  return "";
}

// Makes the checksums fit again, as somebody who means harm would.
std::string resealed(std::string bytes) {
  const auto put = [&bytes](std::size_t at, std::uint64_t value) { std::memcpy(bytes.data() + at, &value, sizeof value); };
  for (std::size_t i = 0; i < kLexicalParts; ++i) {
    const auto offset = load<std::uint64_t>(bytes.data() + 56 + 24 * i), size = load<std::uint64_t>(bytes.data() + 56 + 24 * i + 8);
    if (offset <= bytes.size() && size <= bytes.size() - offset)
      put(56 + 24 * i + 16, checksum64(std::string_view(bytes).substr(offset, size)));
  }
  put(kLexicalHeaderBytes - 8, checksum64(std::string_view(bytes).substr(0, kLexicalHeaderBytes - 8)));
  return bytes;
}

TEST(LexicalSegment, KeepsChunksTermsAndPostings) {
  const Texts texts = numbered_texts(10, 1010);
  const auto segment = segment_of(texts);
  ASSERT_EQ(segment->chunk_count(), 1000U);
  EXPECT_EQ(segment->chunk_ids().front(), ChunkId{10});
  EXPECT_EQ(segment->term_count(), 1000U + 2 + 6);
  std::size_t walked = 0;
  for (TermWalk walk(segment->file()); !walk.at_end(); walk.next(), ++walked) {
    const auto found = find_term(segment->file(), walk.term());
    ASSERT_TRUE(found) << walk.term();
    EXPECT_EQ(found->bytes.data(), walk.postings().bytes.data());
  }
  EXPECT_EQ(walked, segment->term_count());
  const auto third = find_term(segment->file(), "third");
  ASSERT_TRUE(third);
  PostingsCursor cursor(segment->file(), *third);
  for (std::int64_t i = 12; i < 1010; i += 3, cursor.next()) ASSERT_EQ(segment->file().chunk(cursor.row()), ChunkId{i});
  EXPECT_EQ(cursor.row(), PostingsCursor::kEnd);
  for (const char* absent : {"", "a", "commo", "commons", "zzz", "\xFF\xFF"}) EXPECT_FALSE(find_term(segment->file(), absent)) << absent;
}

TEST(LexicalSegment, SeeksToEveryRowFromAnyOther) {
  const auto segment = segment_of(numbered_texts(0, 1500));
  const auto third = find_term(segment->file(), "third");
  for (std::uint32_t from = 0; from < 1500; from += 97)
    for (std::uint32_t to = from; to < 1600; to += 53) {
      PostingsCursor cursor(segment->file(), *third);
      cursor.seek(from);
      cursor.seek(to);
      const std::uint32_t expected = (to + 2) / 3 * 3;
      EXPECT_EQ(cursor.row(), expected < 1500 ? expected : PostingsCursor::kEnd);
    }
}

TEST(LexicalSegment, IsTheSameBytesForTheSameTexts) {
  EXPECT_EQ(segment_bytes(numbered_texts(0, 300)), segment_bytes(numbered_texts(0, 300)));
}

TEST(LexicalSegment, MayBeEmpty) {
  const auto segment = segment_of({});
  EXPECT_EQ(segment->chunk_count(), 0U);
  EXPECT_TRUE(make_lexical_index({{segment.get(), nullptr}}, default_analyzer())->search("x", 5, nullptr).empty());
  EXPECT_EQ(segment_of({{{0}, ""}, {{1}, "?!"}})->term_count(), 0U);
}

TEST(LexicalSegmentBuilder, RefusesIdsThatDoNotAscend) {
  LexicalSegmentBuilder builder(default_analyzer());
  builder.add({5}, "leave");
  EXPECT_THROW(builder.add({5}, "leave"), Error);
  EXPECT_THROW(builder.add({4}, "leave"), Error);
  EXPECT_THROW(LexicalSegmentBuilder(default_analyzer()).add({-1}, "leave"), Error);
}

TEST(LexicalSegmentBuilder, IsEmptyAgainAfterFinish) {
  LexicalSegmentBuilder builder(default_analyzer());
  for (const auto& [id, text] : numbered_texts(0, 2000)) builder.add(id, text);
  EXPECT_GT(builder.bytes(), 2000U * 8);
  builder.finish();
  EXPECT_EQ(builder.chunk_count(), 0U);
  EXPECT_LT(builder.bytes(), 1000U);
  builder.add({0}, "leave");
  EXPECT_EQ(open_bytes(builder.finish())->chunk_count(), 1U);
}

TEST(LexicalMerge, IsWhatBuildingFromTheKeptTextsWouldBe) {
  const auto keep = [](ChunkId id) { return id.value % 5 != 0; };
  Texts kept;
  for (const auto& [id, text] : numbered_texts(0, 1200))
    if (keep(id)) kept[id] = text;
  const auto even = segment_of(numbered_texts(0, 1200, 2)), odd = segment_of(numbered_texts(1, 1200, 2));
  const std::vector<const LexicalSegment*> interleaved = {odd.get(), even.get()};
  EXPECT_EQ(merge_lexical_segments(interleaved, keep), segment_bytes(kept));
  const auto first = segment_of(numbered_texts(0, 500)), second = segment_of(numbered_texts(500, 1200));
  const std::vector<const LexicalSegment*> in_turn = {first.get(), second.get()};
  EXPECT_EQ(merge_lexical_segments(in_turn, keep), segment_bytes(kept));
  EXPECT_EQ(merge_lexical_segments(in_turn, [](ChunkId) { return false; }), segment_bytes({}));
}

TEST(LexicalMerge, RefusesSegmentsThatDoNotBelongTogether) {
  const auto one = segment_of(numbered_texts(0, 10)), overlapping = segment_of(numbered_texts(9, 12));
  const auto other = open_bytes(segment_bytes(numbered_texts(20, 30), *make_analyzer({.stem = false})));
  const auto all = [](ChunkId) { return true; };
  const std::vector<const LexicalSegment*> overlap = {one.get(), overlapping.get()}, mixed = {one.get(), other.get()};
  EXPECT_THROW(merge_lexical_segments(overlap, all), Error);
  EXPECT_THROW(merge_lexical_segments(mixed, all), Error);
}

TEST(DamagedLexicalSegment, IsRefusedWhereverItIsCut) {
  const std::string whole = segment_bytes(numbered_texts(0, 40));
  for (std::size_t size = 0; size < whole.size(); size += 1 + size / 40)
    EXPECT_NE(error_of(whole.substr(0, size), ErrorKind::Corrupt), "") << size << " bytes of " << whole.size();
  EXPECT_NE(error_of(whole + "x", ErrorKind::Corrupt), "");
}

TEST(DamagedLexicalSegment, IsRefusedWhicheverByteIsFlipped) {
  const std::string whole = segment_bytes(numbered_texts(0, 12));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    EXPECT_NE(error_of(bytes, ErrorKind::Corrupt), "") << "byte " << at;
  }
}

TEST(DamagedLexicalSegment, IsNamedInOneLineThatSaysWhatToDo) {
  std::string bytes = segment_bytes(numbered_texts(0, 12));
  bytes[bytes.size() - 1] ^= 1;
  EXPECT_EQ(error_of(bytes, ErrorKind::Corrupt),
            "0000000017.lex: damaged lexical segment: term heads do not fit their checksum; run 'rag repair'");
}

TEST(DamagedLexicalSegment, OfALaterFormatAsksForANewerProgram) {
  std::string bytes = segment_bytes(numbered_texts(0, 12));
  bytes[8] = 2;
  EXPECT_EQ(error_of(resealed(bytes), ErrorKind::Mismatch),
            "0000000017.lex: lexical segment of format 2, this build reads format 1; use a newer rag");
}

// Checksums keep accidents out, not malice: whatever the bytes say, we throw our own error or answer, and stay in bounds
// (the asan preset watches).
TEST(DamagedLexicalSegment, WithFittingChecksumsNeverReadsOutOfBounds) {
  const std::string whole = segment_bytes(numbered_texts(0, 900));
  std::mt19937 random(11);
  std::size_t refused = 0, answered = 0;
  for (int round = 0; round < 1500; ++round) {
    std::string bytes = whole;
    const int flips = 1 + static_cast<int>(random() % 3);
    // The ids and lengths are two thirds of this small file; most of the damage goes behind them, and to the header.
    const std::size_t tables = kLexicalHeaderBytes + 12 * 900;
    for (int i = 0; i < flips; ++i) {
      const std::size_t at = random() % 8 == 0 ? random() % tables : tables + random() % (bytes.size() - tables);
      bytes[at] = static_cast<char>(random());
    }
    try {
      const auto segment = open_bytes(resealed(bytes));
      const auto index = make_lexical_index({{segment.get(), nullptr}}, default_analyzer());
      index->search("common third filler0 filler3 n17 n800", 20, nullptr);
      index->score("common third", segment->chunk_ids());
      const std::vector<const LexicalSegment*> alone = {segment.get()};
      merge_lexical_segments(alone, [](ChunkId id) { return id.value % 2 == 0; });
      ++answered;
    } catch (const Error&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(answered, 10U) << "some damage only changes a number";
}

}  // namespace
}  // namespace rag
