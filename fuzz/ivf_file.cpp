// Vector lists as a stranger might have made them: checksums are set right first, so that what lies behind them is reached.
#include <cstring>
#include <string>

#include "core/hash.h"
#include "fuzz.h"
#include "in_memory.h"
#include "index/ivf_file.h"
#include "index/vector_code.h"

namespace {

constexpr std::size_t kHeader = 128, kFirstList = 56, kFileBytes = 64, kTables = 72, kHeaderChecksum = 120, kSegments = 16, kLists = 24;

std::uint64_t number_at(const std::string& file, std::size_t at) {
  std::uint64_t number = 0;
  std::memcpy(&number, file.data() + at, sizeof number);
  return number;
}
void put(std::string& file, std::size_t at, std::uint64_t number) { std::memcpy(file.data() + at, &number, sizeof number); }

void set_checksums(std::string& file) {
  if (file.size() < kHeader) return;
  std::memcpy(file.data(), "RAGIVF\r\n\1\0\0\0", 12);
  const std::uint64_t first_list = number_at(file, kFirstList), segments = number_at(file, kSegments) % 1024, lists = number_at(file, kLists) % 1024;
  for (std::uint64_t i = 0; i < lists; ++i) {  // of each list its bytes up to where the next one begins
    const std::size_t entry = kHeader + segments * 32 + i * 32;
    if (entry + 32 > file.size()) break;
    const std::uint64_t begin = number_at(file, entry), end = entry + 64 <= file.size() && i + 1 < lists ? number_at(file, entry + 32) : file.size();
    if (begin < end && end <= file.size()) put(file, entry + 16, rag::checksum64(std::string_view(file).substr(begin, end - begin)));
  }
  put(file, kFileBytes, file.size());
  if (first_list >= kHeader && first_list <= file.size()) put(file, kTables, rag::checksum64(std::string_view(file).substr(kHeader, first_list - kHeader)));
  put(file, kHeaderChecksum, rag::checksum64(std::string_view(file).substr(0, kHeaderChecksum)));
}

// Reads every byte that a search may, so that the sanitizers see where it lies.
void look_through(const rag::IvfFile& file) {
  std::uint64_t sum = 0;
  const auto read = [&](const char* begin, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) sum += static_cast<unsigned char>(begin[i]);
  };
  const std::size_t row_bytes = rag::coded_row_bytes(file.dimension());
  read(reinterpret_cast<const char*>(file.centre().data()), file.centre().size_bytes());
  read(file.coded_directions(), file.lists() * row_bytes);
  for (std::size_t i = 0; i < file.lists(); ++i) {
    const rag::IvfFile::List list = file.list(i);
    if (!list.rows) continue;
    read(reinterpret_cast<const char*>(list.direction.data()), list.direction.size_bytes());
    read(list.rows, list.count * row_bytes);
  }
  for (const rag::IvfSegment& segment : file.segments()) sum += segment.number;
  rag::fuzz::require(sum + 1 != 0 || file.bytes() > 0);
}

}  // namespace

FUZZ(bytes) {
  std::string mended(bytes);
  if (!bytes.empty() && (bytes.back() & 1) == 0) set_checksums(mended);  // half of them as they are
  const rag::fuzz::MemoryFile memory(mended);
  const rag::IvfFile file(rag::MappedFile(memory.path()), "fuzz.ivf");
  look_through(file);
}
