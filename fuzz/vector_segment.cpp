// Vectors as damage leaves them, and as a stranger might have made them: checksums are set right first, so that what lies behind them is reached.
#include <cstring>
#include <string>

#include "core/hash.h"
#include "fuzz.h"
#include "in_memory.h"
#include "index/vector_segment.h"

namespace {

constexpr std::size_t kHeader = 128, kTable = 48, kFileBytes = 56, kTableChecksum = 64, kHeaderChecksum = 120, kBlock = 65536;

void put(std::string& file, std::size_t at, std::uint64_t number) { std::memcpy(file.data() + at, &number, sizeof number); }

void set_checksums(std::string& file) {
  if (file.size() < kHeader) return;
  std::memcpy(file.data(), "RAGVEC\r\n\1\0\0\0\1\0\0", 16);
  std::uint64_t table = 0;
  std::memcpy(&table, file.data() + kTable, sizeof table);
  put(file, kFileBytes, file.size());
  if (table >= kHeader && table <= file.size()) {
    for (std::size_t block = 0, at = table; kHeader + block * kBlock < table && at + 8 <= file.size(); ++block, at += 8)
      put(file, at, rag::checksum64(std::string_view(file).substr(kHeader, table - kHeader).substr(block * kBlock, kBlock)));
    put(file, kTableChecksum, rag::checksum64(std::string_view(file).substr(table)));
  }
  put(file, kHeaderChecksum, rag::checksum64(std::string_view(file).substr(0, kHeaderChecksum)));
}

}  // namespace

FUZZ(bytes) {
  std::string mended(bytes);
  if (!bytes.empty() && (bytes.back() & 3) != 0) set_checksums(mended);  // some of them as they are
  const rag::fuzz::MemoryFile file(mended);
  const rag::VectorSegment segment(rag::MappedFile(file.path()), "fuzz.vec");
  double sum = 0;
  if (segment.rows() > 0)
    for (const float number : segment.vectors(0, segment.rows())) sum += number == 0;
  for (const rag::ChunkId id : segment.ids()) rag::fuzz::require(segment.find(id).has_value());
  segment.let_go_up_to(segment.rows());
  rag::fuzz::require(sum >= 0);
}
