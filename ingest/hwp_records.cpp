#include "ingest/hwp_records.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "core/error.h"
#include "ingest/hangul_writer.h"
#include "ingest/little_endian.h"
#include "ingest/utf16.h"

namespace rag {

using namespace little_endian;

namespace {

// As the attributes of a head number them.
constexpr std::array<const char*, 16> kNumberFormats{"DIGIT",           "CIRCLED_DIGIT",           "ROMAN_CAPITAL", "ROMAN_SMALL",         "LATIN_CAPITAL",   "LATIN_SMALL",
                                                     "CIRCLED_LATIN_CAPITAL", "CIRCLED_LATIN_SMALL", "HANGUL_SYLLABLE", "CIRCLED_HANGUL_SYLLABLE", "HANGUL_JAMO", "CIRCLED_HANGUL_JAMO",
                                                     "HANGUL_PHONETIC", "IDEOGRAPH",               "CIRCLED_IDEOGRAPH", "DECAGON_CIRCLE"};

// Seven heads, twelve bytes and the text each, then where counting begins, of old files for all levels together; what newer ones add for three
// more levels is not read.
HangulNumbering numbering_of(std::string_view data) {
  constexpr std::size_t kHeads = 7, kHeadBytes = 12;
  HangulNumbering numbering;
  std::size_t at = 0;
  for (std::size_t level = 0; level < kHeads && at < data.size(); ++level) {
    const std::size_t format = u32(data, at) >> 5 & 15, length = std::size_t{2} * u16(data, at + kHeadBytes);
    numbering.levels[level] = {utf16le_to_utf8(slice(data, at + kHeadBytes + 2, length)), kNumberFormats[format], 1};
    at += kHeadBytes + 2 + length;
  }
  at += 2;
  for (std::size_t level = 0; level < kHeads && at + 4 <= data.size(); ++level, at += 4) numbering.levels[level].first = static_cast<int>(std::min(u32(data, at), 1U << 16));
  return numbering;
}

}  // namespace

HwpRecords read_hwp_records(std::string_view stream) {
  constexpr std::size_t kMostRecords = 4'000'000;
  HwpRecords found;
  for (std::size_t at = 0; at < stream.size();) {
    if (stream.size() - at < 4) {
      found.complete = false;
      break;
    }
    const std::uint32_t head = u32(stream, at);
    std::size_t size = head >> 20;
    at += 4;
    if (size == 0xFFF) {  // too large for twelve bits
      size = u32(stream, at);
      at = std::min(at + 4, stream.size());
    }
    if (size > stream.size() - at) {
      size = stream.size() - at;
      found.complete = false;
    }
    if (found.records.size() == kMostRecords)
      throw Error(ErrorKind::Ingest, "damaged HWP: more than " + std::to_string(kMostRecords) + " records in a section");
    found.records.push_back({head & 0x3FF, head >> 10 & 0x3FF, stream.substr(at, size)});
    at += size;
  }
  return found;
}

HwpStyles::HwpStyles(std::string_view doc_info) {
  for (const HwpRecord& record : read_hwp_records(doc_info).records) {
    if (record.tag == HwpRecord::ParaShape) {
      enum { kOutline = 1, kNumber = 2, kBullet = 3 };
      const std::uint32_t attributes = u32(record.data, 0);
      const unsigned kind = attributes >> 23 & 3;
      const int level = static_cast<int>(attributes >> 25 & 7);
      Shape shape;
      if (kind == kOutline) shape.outline_level = level + 1;
      if (kind == kBullet) shape.bullet_depth = level;
      if (kind == kOutline || kind == kNumber) shape.head = {kind == kNumber ? u16(record.data, 30) : std::size_t{0}, level};
      shapes_.push_back(shape);
    } else if (record.tag == HwpRecord::Numbering) {
      numberings_.emplace(numberings_.size() + 1, numbering_of(record.data));
    } else if (record.tag == HwpRecord::Style) {
      const std::size_t length = u16(record.data, 0);
      int level = outline_level_of_style(utf16le_to_utf8(slice(record.data, 2, 2 * length)));
      if (level == 0)
        level =
            outline_level_of_style(utf16le_to_utf8(slice(record.data, 4 + 2 * length, std::size_t{2} * u16(record.data, 2 + 2 * length))));
      outline_styles_.push_back(level);
    }
  }
}

int HwpStyles::outline_level(std::size_t shape, std::size_t style) const {
  if (shape < shapes_.size() && shapes_[shape].outline_level > 0) return shapes_[shape].outline_level;
  return style < outline_styles_.size() ? outline_styles_[style] : 0;
}

HangulHead HwpStyles::head(std::size_t shape) const { return shape < shapes_.size() ? shapes_[shape].head : HangulHead{}; }

int HwpStyles::bullet_depth(std::size_t shape) const { return shape < shapes_.size() ? shapes_[shape].bullet_depth : -1; }

}  // namespace rag
