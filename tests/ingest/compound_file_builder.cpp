#include "compound_file_builder.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "support.h"

namespace rag::test {
namespace {

constexpr std::size_t kSector = 512, kMiniSector = 64, kMiniCutoff = 4096;
constexpr std::uint32_t kEnd = 0xFFFFFFFE, kFatSector = 0xFFFFFFFD, kNone = 0xFFFFFFFF;

struct Entry {
  std::string name;
  unsigned type = 1;  // 1 storage, 2 stream, 5 root
  std::uint32_t sibling = kNone, child = kNone, start = kEnd, size = 0;
};

// Appends `bytes` in whole sectors and chains them in `table`.
std::uint32_t place(std::string& sectors, std::vector<std::uint32_t>& table, const std::string& bytes, std::size_t sector) {
  if (bytes.empty()) return kEnd;
  const auto first = static_cast<std::uint32_t>(table.size());
  sectors += bytes;
  sectors.resize((sectors.size() + sector - 1) / sector * sector);
  while (table.size() < sectors.size() / sector) table.push_back(static_cast<std::uint32_t>(table.size() + 1));
  table.back() = kEnd;
  return first;
}

std::string numbers(const std::vector<std::uint32_t>& table) {
  std::string bytes;
  for (const std::uint32_t number : table) bytes += le32(number);
  return bytes;
}

// The entry of that name in a storage, added to its chain of siblings where it is new.
std::uint32_t enter(std::vector<Entry>& entries, std::uint32_t storage, const std::string& name, unsigned type) {
  for (std::uint32_t at = entries[storage].child; at != kNone; at = entries[at].sibling)
    if (entries[at].name == name) return at;
  const auto fresh = static_cast<std::uint32_t>(entries.size());
  entries.push_back({name, type, entries[storage].child});
  entries[storage].child = fresh;
  return fresh;
}

std::string directory_entry(const Entry& entry) {
  std::string bytes = utf16le(entry.name);
  const auto name_bytes = static_cast<std::uint16_t>(bytes.size() + 2);
  bytes.resize(64);
  bytes += le16(name_bytes) + std::string{static_cast<char>(entry.type), '\1'} + le32(kNone) + le32(entry.sibling) + le32(entry.child);
  bytes.resize(116);
  return bytes + le32(entry.start) + le32(entry.size) + le32(0);
}

}  // namespace

std::string make_compound_file(const std::vector<std::pair<std::string, std::string>>& streams) {
  std::vector<Entry> entries{{"Root Entry", 5}};
  std::string sectors, mini_sectors, directory;
  std::vector<std::uint32_t> fat, mini_fat;
  for (const auto& [path, content] : streams) {
    std::uint32_t storage = 0;
    std::size_t at = 0;
    for (std::size_t slash; (slash = path.find('/', at)) != std::string::npos; at = slash + 1)
      storage = enter(entries, storage, path.substr(at, slash - at), 1);
    Entry& entry = entries[enter(entries, storage, path.substr(at), 2)];
    entry.size = static_cast<std::uint32_t>(content.size());
    entry.start =
        content.size() < kMiniCutoff ? place(mini_sectors, mini_fat, content, kMiniSector) : place(sectors, fat, content, kSector);
  }
  entries[0].size = static_cast<std::uint32_t>(mini_sectors.size());
  entries[0].start = place(sectors, fat, mini_sectors, kSector);
  const std::size_t mini_fat_sectors = (mini_fat.size() + 127) / 128;
  mini_fat.resize(mini_fat_sectors * 128, kNone);
  const std::uint32_t mini_fat_start = place(sectors, fat, numbers(mini_fat), kSector);
  for (const Entry& entry : entries) directory += directory_entry(entry);
  while (directory.size() % kSector != 0) directory += directory_entry({"", 0});
  const std::uint32_t directory_start = place(sectors, fat, directory, kSector);

  std::size_t fat_sectors = 1;
  while (fat_sectors * 128 < fat.size() + fat_sectors) ++fat_sectors;
  EXPECT_LE(fat_sectors, 109U);
  const std::size_t fat_start = fat.size();
  fat.resize(fat_start + fat_sectors, kFatSector);
  fat.resize(fat_sectors * 128, kNone);

  std::string file = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(16, '\0') + le16(0x3E) + le16(3) + le16(0xFFFE) + le16(9) + le16(6);
  file.resize(44);
  file += le32(static_cast<std::uint32_t>(fat_sectors)) + le32(directory_start) + le32(0) + le32(kMiniCutoff) + le32(mini_fat_start) +
          le32(static_cast<std::uint32_t>(mini_fat_sectors)) + le32(kEnd) + le32(0);
  for (std::size_t i = 0; i < 109; ++i) file += le32(i < fat_sectors ? static_cast<std::uint32_t>(fat_start + i) : kNone);
  return file + sectors + numbers(fat);
}

std::string deflate_raw(std::string_view bytes) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&z, bytes.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(packed.data());
  z.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  packed.resize(z.total_out);
  deflateEnd(&z);
  return packed;
}

std::string utf16le(std::string_view utf8) { return encode(utf8, "UTF-16LE"); }
std::string le16(std::uint16_t number) { return {static_cast<char>(number & 0xFF), static_cast<char>(number >> 8)}; }
std::string le32(std::uint32_t number) { return le16(static_cast<std::uint16_t>(number)) + le16(static_cast<std::uint16_t>(number >> 16)); }

}  // namespace rag::test
