#include "index/ivf_file.h"

#include <bit>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "index/vector_code.h"

namespace rag {
namespace {

static_assert(std::endian::native == std::endian::little, "the file is little-endian and used as it lies");
static_assert(sizeof(IvfSegment) == 32 && sizeof(IvfList) == 32);

constexpr char kMagic[8] = {'R', 'A', 'G', 'I', 'V', 'F', '\r', '\n'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint64_t kAlignment = 64;

// docs/formats/ivf.md describes it field by field.
struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t dimension;
  std::uint64_t segments;
  std::uint64_t lists;
  std::uint64_t rows;
  std::uint64_t lists_offset;      // the table of lists
  std::uint64_t directory_offset;
  std::uint64_t first_list_offset;
  std::uint64_t file_bytes;
  std::uint64_t tables_checksum;   // of what lies between the header and the first list
  std::uint64_t generation;        // of the snapshot it was made of
  char reserved[32];
  std::uint64_t header_checksum;   // of everything before it
};
static_assert(sizeof(Header) == 128);

std::uint64_t checksum_of(const Header& header) { return checksum64(bytes_of(&header, offsetof(Header, header_checksum))); }

// A direction or the directory's centre, padded so that the rows behind it are aligned.
std::uint64_t centre_bytes(std::size_t dimension) { return coded_dimension(dimension) * sizeof(float); }
std::uint64_t list_bytes(std::uint64_t rows, std::size_t dimension) { return round_up(centre_bytes(dimension) + rows * coded_row_bytes(dimension), kAlignment); }

Header lay_out(std::size_t dimension, std::uint64_t segments, std::uint64_t lists) {
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kVersion;
  header.dimension = static_cast<std::uint32_t>(dimension);
  header.segments = segments;
  header.lists = lists;
  header.lists_offset = sizeof(Header) + segments * sizeof(IvfSegment);
  header.directory_offset = round_up(header.lists_offset + lists * sizeof(IvfList), kAlignment);
  header.first_list_offset = header.directory_offset + list_bytes(lists, dimension);
  return header;
}

}  // namespace

IvfFileWriter::IvfFileWriter(std::filesystem::path file, std::size_t dimension, std::uint64_t generation, std::vector<IvfSegment> segments,
                             std::vector<IvfList> lists)
    : file_(std::move(file)), dimension_(dimension), generation_(generation), segments_(std::move(segments)), lists_(std::move(lists)) {
  std::uint64_t offset = lay_out(dimension_, segments_.size(), lists_.size()).first_list_offset;
  for (IvfList& list : lists_) {
    list.offset = offset;
    offset += list_bytes(list.rows, dimension_);
  }
  file_.resize(offset);
}

void IvfFileWriter::put_direction(std::size_t list, std::span<const float> direction) {
  file_.write_at(lists_[list].offset, bytes_of(direction.data(), direction.size_bytes()));
}

void IvfFileWriter::put_row(std::size_t list, std::size_t row, std::string_view coded) {
  file_.write_at(lists_[list].offset + centre_bytes(dimension_) + row * coded_row_bytes(dimension_), coded);
}

void IvfFileWriter::put_directory(std::span<const float> centre, std::string_view coded_directions) {
  directory_ = bytes_of(centre.data(), centre.size_bytes());
  directory_.resize(centre_bytes(dimension_));
  directory_ += coded_directions;
}

void IvfFileWriter::finish() {
  Header header = lay_out(dimension_, segments_.size(), lists_.size());
  header.generation = generation_;
  {
    const MappedFile written(file_.aside());
    header.file_bytes = written.bytes().size();
    for (IvfList& list : lists_) {
      const std::uint64_t size = list_bytes(list.rows, dimension_);
      list.checksum = checksum64(written.bytes().substr(list.offset, size));
      written.let_go_up_to(list.offset + size);
      header.rows += list.rows;
    }
  }
  std::string tables(bytes_of(segments_.data(), segments_.size() * sizeof(IvfSegment)));
  tables += bytes_of(lists_.data(), lists_.size() * sizeof(IvfList));
  tables.resize(header.directory_offset - sizeof header);
  tables += directory_;
  tables.resize(header.first_list_offset - sizeof header);
  header.tables_checksum = checksum64(tables);
  header.header_checksum = checksum_of(header);
  file_.write_at(sizeof header, tables);
  file_.write_at(0, bytes_of(&header, sizeof header));
  file_.put_in_place();
}

IvfFile::IvfFile(MappedFile file, std::string name) : file_(std::move(file)), name_(std::move(name)) {
  const std::string_view bytes = file_.bytes();
  Header header;
  if (bytes.size() < sizeof header) damaged(std::to_string(bytes.size()) + " bytes, too few for a header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0) damaged("not a file of vector lists");
  if (checksum_of(header) != header.header_checksum) damaged("wrong checksum of the header");
  if (header.version != kVersion)
    throw Error(ErrorKind::Mismatch, name_ + ": format " + std::to_string(header.version) + ", this build reads format " + std::to_string(kVersion));
  // Bounds first: the sums of lay_out() must not overflow.
  if (header.dimension == 0 || header.dimension > bytes.size() || header.segments > bytes.size() / sizeof(IvfSegment) ||
      header.lists > bytes.size() / sizeof(IvfList) || header.lists > bytes.size() / coded_row_bytes(header.dimension))
    damaged(std::to_string(bytes.size()) + " bytes, too few for " + std::to_string(header.lists) + " lists");
  const Header expected = lay_out(header.dimension, header.segments, header.lists);
  if (header.lists_offset != expected.lists_offset || header.directory_offset != expected.directory_offset ||
      header.first_list_offset != expected.first_list_offset || header.first_list_offset > bytes.size())
    damaged("a header that contradicts itself");
  if (bytes.size() != header.file_bytes) damaged(std::to_string(bytes.size()) + " bytes, expected " + std::to_string(header.file_bytes));
  if (checksum64(bytes.substr(sizeof header, header.first_list_offset - sizeof header)) != header.tables_checksum) damaged("wrong checksum of the tables");

  dimension_ = header.dimension;
  generation_ = header.generation;
  rows_ = header.rows;
  identity_ = header.header_checksum;
  segments_ = {reinterpret_cast<const IvfSegment*>(bytes.data() + sizeof header), header.segments};
  lists_ = {reinterpret_cast<const IvfList*>(bytes.data() + header.lists_offset), header.lists};
  directory_ = bytes.data() + header.directory_offset;
  checked_ = std::make_unique<std::atomic<bool>[]>(header.lists);
  check_places();
}

// Every list lies where the one before it ends, so that all bytes of the file belong to something that has a checksum.
void IvfFile::check_places() const {
  std::uint64_t end = lay_out(dimension_, segments_.size(), lists_.size()).first_list_offset, rows = 0;
  for (const IvfList& list : lists_) {
    if (list.offset != end || list.rows > file_.bytes().size() / coded_row_bytes(dimension_)) damaged("a list out of its place");
    end += list_bytes(list.rows, dimension_);
    rows += list.rows;
  }
  if (end != file_.bytes().size() || rows != rows_) damaged("lists that do not fill it");
}

const char* IvfFile::coded_directions() const { return directory_ + centre_bytes(dimension_); }

IvfFile::List IvfFile::list(std::size_t number) const {
  const IvfList& entry = lists_[number];
  const std::string_view bytes = file_.bytes().substr(entry.offset, list_bytes(entry.rows, dimension_));
  if (!checked_[number].load(std::memory_order_relaxed)) {
    if (checksum64(bytes) != entry.checksum) {
      if (when_damaged_ && !told_.exchange(true)) when_damaged_(number);
      return {};
    }
    checked_[number].store(true, std::memory_order_relaxed);
  }
  return {.direction = {reinterpret_cast<const float*>(bytes.data()), dimension_},
          .length = entry.length,
          .rows = bytes.data() + centre_bytes(dimension_),
          .count = entry.rows};
}

void IvfFile::damaged(const std::string& what) const { throw Error(ErrorKind::Corrupt, name_ + ": damaged: " + what); }

}  // namespace rag
