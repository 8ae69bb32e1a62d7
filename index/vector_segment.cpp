#include "index/vector_segment.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/hash.h"

namespace rag {
namespace {

static_assert(std::endian::native == std::endian::little, "the files are little-endian and used as they lie");
static_assert(sizeof(ChunkId) == 8 && sizeof(float) == 4);

constexpr char kMagic[8] = {'R', 'A', 'G', 'V', 'E', 'C', '\r', '\n'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kFp32 = 1;
constexpr std::uint32_t kBlockBytes = 65536;
constexpr std::uint64_t kAlignment = 64;

// docs/formats/index.md describes it field by field.
struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t type;
  std::uint64_t number;
  std::uint64_t rows;
  std::uint32_t dimension;
  std::uint32_t block_bytes;
  std::uint64_t vectors_offset;
  std::uint64_t table_offset;
  std::uint64_t file_bytes;
  std::uint64_t table_checksum;
  char reserved[48];
  std::uint64_t header_checksum;  // of everything before it, so through table_checksum of every byte of the file
};
static_assert(sizeof(Header) == 128);

std::uint64_t checksum_of(const Header& header) { return checksum64(bytes_of(&header, offsetof(Header, header_checksum))); }

Header lay_out(std::uint64_t number, std::uint64_t rows, std::uint32_t dimension) {
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kVersion;
  header.type = kFp32;
  header.number = number;
  header.rows = rows;
  header.dimension = dimension;
  header.block_bytes = kBlockBytes;
  header.vectors_offset = round_up(sizeof(Header) + rows * sizeof(ChunkId), kAlignment);
  header.table_offset = round_up(header.vectors_offset + rows * dimension * sizeof(float), sizeof(std::uint64_t));
  const std::uint64_t blocks = (header.table_offset - sizeof(Header) + kBlockBytes - 1) / kBlockBytes;
  header.file_bytes = header.table_offset + blocks * sizeof(std::uint64_t);
  return header;
}

}  // namespace

VectorSegmentWriter::VectorSegmentWriter(std::filesystem::path file, std::uint64_t number, std::size_t dimension,
                                         std::span<const ChunkId> ids)
    : file_(std::move(file)), number_(number), rows_(ids.size()), dimension_(dimension) {
  block_.reserve(kBlockBytes);
  write(bytes_of(ids.data(), ids.size_bytes()));
  const std::uint64_t behind_ids = sizeof(Header) + ids.size_bytes();
  write(std::string(round_up(behind_ids, kAlignment) - behind_ids, '\0'));
}

void VectorSegmentWriter::append(std::span<const float> rows) {
  write(bytes_of(rows.data(), rows.size_bytes()));
  floats_written_ += rows.size();
}

VectorSegmentWriter::Finished VectorSegmentWriter::finish() {
  if (floats_written_ != rows_ * dimension_)
    throw Error(ErrorKind::Usage, file_.file().string() + ": " + std::to_string(floats_written_) + " numbers given, expected " +
                                      std::to_string(rows_) + " rows of " + std::to_string(dimension_));
  Header header = lay_out(number_, rows_, static_cast<std::uint32_t>(dimension_));
  write(std::string(header.table_offset - sizeof(Header) - bytes_written_ - block_.size(), '\0'));
  if (!block_.empty()) end_block();
  const std::string_view table = bytes_of(checksums_.data(), checksums_.size() * sizeof(std::uint64_t));
  header.table_checksum = checksum64(table);
  header.header_checksum = checksum_of(header);
  file_.write_at(header.table_offset, table);
  file_.write_at(0, bytes_of(&header, sizeof header));
  file_.put_in_place();
  return {header.file_bytes, header.header_checksum};
}

void VectorSegmentWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t fits = std::min(bytes.size(), kBlockBytes - block_.size());
    block_.append(bytes.substr(0, fits));
    bytes.remove_prefix(fits);
    if (block_.size() == kBlockBytes) end_block();
  }
}

void VectorSegmentWriter::end_block() {
  checksums_.push_back(checksum64(block_));
  file_.write_at(sizeof(Header) + bytes_written_, block_);
  bytes_written_ += block_.size();
  block_.clear();
}

VectorSegment::VectorSegment(MappedFile file, std::string name) : file_(std::move(file)), name_(std::move(name)) {
  const std::string_view bytes = file_.bytes();
  Header header;
  if (bytes.size() < sizeof header) damaged(std::to_string(bytes.size()) + " bytes, too few for a header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) damaged("not a vector segment");
  if (header.version > kVersion)
    throw Error(ErrorKind::Mismatch, name_ + ": format " + std::to_string(header.version) + ", this build reads format 1; use a newer rag");
  if (checksum_of(header) != header.header_checksum) damaged("wrong checksum of the header");
  // Bounds first: the sums of lay_out() must not overflow.
  if (header.rows > bytes.size() / sizeof(ChunkId) || header.dimension > bytes.size() ||
      header.rows * sizeof(ChunkId) + header.rows * std::uint64_t{header.dimension} * sizeof(float) > bytes.size())
    damaged(std::to_string(bytes.size()) + " bytes, too few for " + std::to_string(header.rows) + " rows");
  const Header expected = lay_out(header.number, header.rows, header.dimension);
  if (header.type != kFp32 || header.block_bytes != kBlockBytes || header.vectors_offset != expected.vectors_offset ||
      header.table_offset != expected.table_offset || header.file_bytes != expected.file_bytes)
    damaged("a header that contradicts itself");
  if (bytes.size() != header.file_bytes) damaged(std::to_string(bytes.size()) + " bytes, expected " + std::to_string(header.file_bytes));
  if (checksum64(bytes.substr(header.table_offset)) != header.table_checksum) damaged("wrong checksum of the table of checksums");

  number_ = header.number;
  checksum_ = header.header_checksum;
  dimension_ = header.dimension;
  vectors_offset_ = header.vectors_offset;
  payload_ = bytes.substr(sizeof header, header.table_offset - sizeof header);
  block_checksums_ = bytes.data() + header.table_offset;
  checked_ = std::make_unique<std::atomic<bool>[]>((bytes.size() - header.table_offset) / sizeof(std::uint64_t));
  ids_ = {reinterpret_cast<const ChunkId*>(bytes.data() + sizeof header), header.rows};
  check(0, ids_.size_bytes());
  for (std::size_t i = 0; i < ids_.size(); ++i)
    if (ids_[i].value < 0 || (i > 0 && ids_[i] <= ids_[i - 1])) damaged("chunk ids that do not ascend");
}

std::optional<std::size_t> VectorSegment::find(ChunkId id) const {
  const auto at = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (at == ids_.end() || *at != id) return std::nullopt;
  return static_cast<std::size_t>(at - ids_.begin());
}

std::span<const float> VectorSegment::vectors(std::size_t begin, std::size_t end) const {
  const std::uint64_t base = vectors_offset_ - sizeof(Header);
  const std::uint64_t row_bytes = dimension_ * sizeof(float);
  check(base + begin * row_bytes, base + end * row_bytes);
  return {reinterpret_cast<const float*>(payload_.data() + base) + begin * dimension_, (end - begin) * dimension_};
}

void VectorSegment::let_go_up_to(std::size_t end) const { file_.let_go_up_to(vectors_offset_ + end * dimension_ * sizeof(float)); }

void VectorSegment::check(std::uint64_t begin, std::uint64_t end) const {
  if (begin >= end) return;
  for (std::uint64_t block = begin / kBlockBytes; block <= (end - 1) / kBlockBytes; ++block) {
    if (checked_[block].load(std::memory_order_relaxed)) continue;
    std::uint64_t expected;
    std::memcpy(&expected, block_checksums_ + block * sizeof expected, sizeof expected);
    if (checksum64(payload_.substr(block * kBlockBytes, kBlockBytes)) != expected)
      damaged("wrong checksum of block " + std::to_string(block));
    checked_[block].store(true, std::memory_order_relaxed);
  }
}

void VectorSegment::damaged(const std::string& what) const {
  throw Error(ErrorKind::Corrupt, name_ + ": damaged: " + what + "; run 'rag repair'");
}

}  // namespace rag
