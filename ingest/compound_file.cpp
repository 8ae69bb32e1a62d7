// Compound files, by hand: libgsf goes down once for each entry of the directory, so that a file of 6 MB ends it.
#include "ingest/compound_file.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/little_endian.h"
#include "ingest/utf16.h"

namespace rag {

using namespace little_endian;

namespace {

constexpr std::size_t kMostEntries = 50000;
constexpr int kMaxDepth = 32;
constexpr std::uint32_t kEndOfChain = 0xFFFFFFFE;  // larger ones mean free or not in any chain
constexpr std::size_t kMiniSectorBytes = 64;
constexpr std::size_t kEntryBytes = 128;

}  // namespace

// Names are compared without regard to case ([MS-CFB], 2.6.4): some programs write "WORKBOOK".  Letters beyond ASCII are never in those we ask for.
struct IgnoringCase {
  bool operator()(const std::string& a, const std::string& b) const {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : static_cast<int>(static_cast<unsigned char>(c)); };
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) < lower(y); });
  }
};

// The file is sectors; a table names for each the one after it.  Small streams lie in sectors of their own kind within one large
// stream, with a table of their own.
struct CompoundFile::Tree {
  struct Stream {
    std::uint32_t first = kEndOfChain;
    std::size_t size = 0;
  };
  std::string format;
  std::string_view bytes;
  std::size_t sector_bytes = 512;
  std::size_t mini_cutoff = 4096;
  std::vector<std::uint32_t> next, mini_next;
  std::string mini_stream;
  std::map<std::string, Stream, IgnoringCase> streams;
  mutable std::size_t may_read = 0;  // streams do not share sectors; a file that lets them must not cost more than it weighs

  [[noreturn]] void fail(const std::string& reason) const { throw Error(ErrorKind::Ingest, "damaged " + format + ": " + reason); }

  std::size_t sector_count() const { return bytes.size() / sector_bytes; }  // the header's included
  std::string_view sector(std::uint32_t number) const { return slice(bytes, (std::size_t{number} + 1) * sector_bytes, sector_bytes); }

  // The content of a chain, at most `size` bytes of it.  Ends where the chain leaves the file or runs in a circle.
  std::string follow(std::uint32_t first, std::size_t size) const {
    std::string content;
    std::size_t steps = 0;
    for (std::uint32_t at = first; content.size() < size && at < next.size() && steps <= sector_count(); at = next[at], ++steps)
      content += sector(at).substr(0, size - content.size());
    return content;
  }

  std::string follow_mini(std::uint32_t first, std::size_t size) const {
    std::string content;
    std::size_t steps = 0;
    for (std::uint32_t at = first; content.size() < size && at < mini_next.size() && steps <= mini_next.size(); at = mini_next[at], ++steps)
      content += slice(mini_stream, at * kMiniSectorBytes, std::min(kMiniSectorBytes, size - content.size()));
    return content;
  }

  void append_numbers(std::vector<std::uint32_t>& table, std::string_view numbers) const {
    for (std::size_t at = 0; at + 4 <= numbers.size(); at += 4) table.push_back(u32(numbers, at));
  }

  void read_header() {
    const unsigned shift = u16(bytes, 30);
    if (shift != 9 && shift != 12) fail("sectors of 2^" + std::to_string(shift) + " bytes, expected 512 or 4096");
    sector_bytes = std::size_t{1} << shift;
    mini_cutoff = u32(bytes, 56);
    may_read = 4 * bytes.size() + (std::size_t{1} << 20);
  }

  // The table is itself in sectors, listed in the header and, where it has no room, in sectors chained to one another.
  void read_table() {
    const auto add = [&](std::string_view list) {
      for (std::size_t at = 0; at + 4 <= list.size() && next.size() < sector_count(); at += 4)
        if (u32(list, at) < sector_count()) append_numbers(next, sector(u32(list, at)));
    };
    add(slice(bytes, 76, 109 * 4));
    std::size_t steps = 0;
    for (std::uint32_t at = u32(bytes, 68); at < sector_count() && next.size() < sector_count() && steps < sector_count(); ++steps) {
      const std::string_view list = sector(at);
      if (list.size() < sector_bytes) break;
      add(list.substr(0, sector_bytes - 4));
      at = u32(list, sector_bytes - 4);
    }
  }

  // The directory is a tree: each storage names one of its children, each child two neighbours.
  void read_directory() {
    const std::string directory = follow(u32(bytes, 48), bytes.size());
    if (directory.size() < kEntryBytes) fail("no directory of streams where its header says");
    const std::string_view root(directory);
    mini_stream = follow(u32(root, 116), u32(root, 120));
    append_numbers(mini_next, follow(u32(bytes, 60), bytes.size()));

    struct Visit {
      std::uint32_t entry;
      std::string prefix;
      int depth;
    };
    std::vector<Visit> visits{{u32(root, 76), "", 0}};
    std::vector<bool> seen(directory.size() / kEntryBytes);
    std::size_t count = 0;
    while (!visits.empty()) {
      const Visit visit = std::move(visits.back());
      visits.pop_back();
      if (visit.entry >= seen.size() || seen[visit.entry]) continue;
      seen[visit.entry] = true;
      if (++count > kMostEntries) fail("more than " + std::to_string(kMostEntries) + " streams in it");
      const std::string_view entry = root.substr(visit.entry * kEntryBytes, kEntryBytes);
      const std::string name = utf16le_to_utf8(entry.substr(0, std::clamp<std::size_t>(u16(entry, 64), 2, 64) - 2));
      enum { kStorage = 1, kStream = 2 };
      visits.push_back({u32(entry, 68), visit.prefix, visit.depth});
      visits.push_back({u32(entry, 72), visit.prefix, visit.depth});
      if (u8(entry, 66) == kStorage && visit.depth >= kMaxDepth) fail("storages more than " + std::to_string(kMaxDepth) + " deep");
      if (u8(entry, 66) == kStorage) visits.push_back({u32(entry, 76), visit.prefix + name + "/", visit.depth + 1});
      if (u8(entry, 66) == kStream) streams.emplace(visit.prefix + name, Stream{u32(entry, 116), u32(entry, 120)});
    }
  }
};

CompoundFile::CompoundFile(std::string_view bytes, const std::string& format) : tree_(std::make_unique<Tree>()) {
  tree_->format = format;
  tree_->bytes = bytes;
  if (!bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
    throw Error(ErrorKind::Ingest, "not a compound file, which " + format + " files are: other first bytes");
  tree_->read_header();
  tree_->read_table();
  tree_->read_directory();
}

CompoundFile::~CompoundFile() = default;
CompoundFile::CompoundFile(CompoundFile&&) noexcept = default;
CompoundFile& CompoundFile::operator=(CompoundFile&&) noexcept = default;

bool CompoundFile::has(const std::string& path) const { return tree_->streams.contains(path); }

std::size_t CompoundFile::size(const std::string& path) const {
  const auto found = tree_->streams.find(path);
  return found == tree_->streams.end() ? 0 : found->second.size;
}

std::string CompoundFile::read(const std::string& path) const {
  const auto found = tree_->streams.find(path);
  if (found == tree_->streams.end()) tree_->fail("no stream " + escape_for_terminal(path) + " in it");
  const auto& [first, size] = found->second;
  if (size > tree_->bytes.size() || size > tree_->may_read) tree_->fail("its streams claim to be larger than the file");
  tree_->may_read -= size;
  std::string content = size < tree_->mini_cutoff ? tree_->follow_mini(first, size) : tree_->follow(first, size);
  if (content.size() < size)
    tree_->fail("the stream " + escape_for_terminal(path) + " is cut short (" + std::to_string(content.size()) + " of " +
                std::to_string(size) + " bytes)");
  return content;
}

std::vector<std::string> CompoundFile::streams(const std::string& storage) const {
  const std::string prefix = storage.empty() ? "" : storage + "/";
  std::vector<std::string> paths;
  for (auto at = tree_->streams.lower_bound(prefix); at != tree_->streams.end() && at->first.starts_with(prefix); ++at)
    paths.push_back(at->first);
  return paths;
}

}  // namespace rag
