#include "ingest/zip_directory.h"

#include <algorithm>

#include <zlib.h>

#include "ingest/little_endian.h"

namespace rag {
namespace {

using little_endian::slice;
using little_endian::u16;
using little_endian::u32;
using little_endian::u64;

constexpr std::string_view kEntry = "PK\x01\x02", kEnd = "PK\x05\x06", kEnd64 = "PK\x06\x06", kLocator64 = "PK\x06\x07";
constexpr std::size_t kEndBytes = 22, kEntryBytes = 46, kLocalBytes = 30, kLocator64Bytes = 20, kEnd64Bytes = 56;
constexpr std::size_t kMostComment = 0xFFFF;
constexpr std::uint64_t kElsewhere = 0xFFFFFFFF;  // in a field of 32 bits: the extra field has the number

std::size_t find_end(std::string_view bytes) {
  if (bytes.size() < kEndBytes) return std::string_view::npos;
  const std::size_t at = bytes.rfind(kEnd, bytes.size() - kEndBytes);
  return at != std::string_view::npos && bytes.size() - at <= kEndBytes + kMostComment ? at : std::string_view::npos;
}

struct Place {
  std::uint64_t begin = 0;     // of the directory, where it really stands
  std::uint64_t end = 0;
  std::uint64_t shift = 0;     // of all offsets: what was put before the ZIP, to make it unpack itself
  std::uint64_t claimed = 0;
};

// `size` and `offset`: of the directory, as the record at `end` says.
std::optional<Place> place_of(std::string_view bytes, std::uint64_t end, std::uint64_t size, std::uint64_t offset, std::uint64_t claimed) {
  const auto starts = [&](std::uint64_t at) { return claimed == 0 || slice(bytes, at).starts_with(kEntry); };
  if (size <= end && offset <= end - size && starts(end - size)) return Place{end - size, end, end - size - offset, claimed};
  if (offset < end && starts(offset)) return Place{offset, end, 0, claimed};  // its size is what lies
  // Its first entry is damaged, or something stands between it and its end.
  if (offset < end && bytes.substr(offset, end - offset).find(kEntry) != std::string_view::npos) return Place{offset, end, 0, claimed};
  return std::nullopt;
}

std::optional<Place> find_directory(std::string_view bytes) {
  const std::size_t end = find_end(bytes);
  if (end == std::string_view::npos) return std::nullopt;
  if (end >= kLocator64Bytes && slice(bytes, end - kLocator64Bytes).starts_with(kLocator64)) {
    const std::uint64_t told = u64(bytes, end - kLocator64Bytes + 8);
    const std::size_t usual = end - kLocator64Bytes >= kEnd64Bytes ? end - kLocator64Bytes - kEnd64Bytes : 0;
    for (const std::uint64_t at : {std::uint64_t{usual}, told})
      if (at < bytes.size() && slice(bytes, at).starts_with(kEnd64))
        if (const auto place = place_of(bytes, at, u64(bytes, at + 40), u64(bytes, at + 48), u64(bytes, at + 32))) return place;
  }
  return place_of(bytes, end, u32(bytes, end + 12), u32(bytes, end + 16), u16(bytes, end + 10));
}

// What the extra field `id` holds; "" where there is none.
std::string_view extra_field(std::string_view extra, std::uint16_t id) {
  for (std::size_t at = 0; at + 4 <= extra.size(); at += 4U + u16(extra, at + 2))
    if (u16(extra, at) == id) return slice(extra, at + 4, u16(extra, at + 2));
  return {};
}

// Beside a name in an old charset some archivers keep it in UTF-8, for as long as nobody changes the other.
std::string_view name_of(std::string_view stored, std::string_view extra) {
  constexpr std::uint16_t kUnicodePath = 0x7075;
  const std::string_view field = extra_field(extra, kUnicodePath);
  if (field.size() <= 5 || field[0] != 1) return stored;
  const auto checksum = crc32(0, reinterpret_cast<const Bytef*>(stored.data()), static_cast<uInt>(stored.size()));
  return u32(field, 1) == checksum ? field.substr(5) : stored;
}

bool is_folder(std::string_view record, std::string_view name) {
  constexpr std::uint32_t kDosFolder = 0x10, kUnixFolder = 0040000, kUnixKind = 0170000;
  const std::uint32_t attributes = u32(record, 38);
  const unsigned system = little_endian::u8(record, 5);
  return name.ends_with('/') || (system == 0 && (attributes & kDosFolder) != 0) || (system == 3 && (attributes >> 16 & kUnixKind) == kUnixFolder);
}

ZipEntry entry_of(std::string_view record, std::uint64_t shift) {
  const std::string_view stored = slice(record, kEntryBytes, u16(record, 28)), extra = slice(record, kEntryBytes + stored.size(), u16(record, 30));
  std::uint64_t packed = u32(record, 20), offset = u32(record, 42);
  // What did not fit stands there in this order, and only that.
  constexpr std::uint16_t kZip64 = 1;
  const std::string_view large = extra_field(extra, kZip64);
  std::size_t at = u32(record, 24) == kElsewhere ? 8 : 0;
  if (packed == kElsewhere) packed = u64(large, at), at += 8;
  if (offset == kElsewhere) offset = u64(large, at);
  ZipEntry entry{.name = name_of(stored, extra), .record = record, .begin = offset + shift};
  entry.end = entry.begin + kLocalBytes + stored.size() + packed;
  if (entry.end < entry.begin) entry.end = entry.begin;
  entry.is_folder = is_folder(record, entry.name);
  return entry;
}

void put(std::string& record, std::size_t at, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) record[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i) & 0xFF);
}

}  // namespace

std::optional<ZipDirectory> read_zip_directory(std::string_view bytes, std::size_t most) {
  const std::optional<Place> place = find_directory(bytes);
  if (!place) return std::nullopt;
  ZipDirectory directory{.claimed = place->claimed};
  const std::string_view whole = bytes.substr(0, place->end);
  for (std::uint64_t at = place->begin; (at = whole.find(kEntry, at)) != std::string_view::npos;) {
    const std::uint64_t size = kEntryBytes + u16(whole, at + 28) + u16(whole, at + 30), with_comment = size + u16(whole, at + 32);
    // Where the next one does not follow, a length is damaged: it is looked for, and this one keeps what it has.
    const bool is_whole = at + with_comment == whole.size() || slice(whole, at + with_comment).starts_with(kEntry);
    if (directory.entries.size() == most) {
      directory.has_more = true;
      break;
    }
    if (at + size <= whole.size()) directory.entries.push_back(entry_of(whole.substr(at, size), place->shift));
    at += is_whole ? with_comment : kEntry.size();
  }
  std::stable_sort(directory.entries.begin(), directory.entries.end(), [](const ZipEntry& a, const ZipEntry& b) { return a.begin < b.begin; });
  return directory;
}

bool is_part_of_split_zip(std::string_view bytes) {
  const std::size_t end = find_end(bytes);
  return end != std::string_view::npos && u16(bytes, end + 4) != 0 && u16(bytes, end + 4) != 0xFFFF;
}

std::string directory_of_one(const ZipEntry& entry, std::uint64_t size) {
  std::string record(entry.record);
  put(record, 32, 0, 2);  // its comment stays behind
  put(record, 42, entry.begin, 4);
  std::string end(kEndBytes, '\0');
  kEnd.copy(end.data(), kEnd.size());
  put(end, 8, 1, 2);
  put(end, 10, 1, 2);
  put(end, 12, record.size(), 4);
  put(end, 16, size, 4);
  return record + end;
}

}  // namespace rag
