#include "index/segment_files.h"

#include <utility>

#include "core/error.h"
#include "index/layout.h"

namespace rag {
namespace {

std::optional<MappedFile> map_if_there(const std::filesystem::path& file) {
  try {
    return MappedFile(file);
  } catch (const Error&) {
    return std::nullopt;
  }
}

[[noreturn]] void damaged(const std::filesystem::path& file, const std::string& what) {
  throw Error(ErrorKind::Corrupt, file.string() + ": " + what + "; run 'rag repair'");
}

MappedFile take(std::optional<MappedFile>& mapped, const std::filesystem::path& file, std::uint64_t expected_bytes) {
  if (!mapped) damaged(file, "missing or unreadable, expected " + std::to_string(expected_bytes) + " bytes");
  if (mapped->bytes().size() != expected_bytes)
    damaged(file, std::to_string(mapped->bytes().size()) + " bytes, expected " + std::to_string(expected_bytes));
  return *std::exchange(mapped, std::nullopt);
}

}  // namespace

MappedSegment map_segment(const std::filesystem::path& directory, SegmentRow row) {
  const std::uint64_t number = row.number;
  return {std::move(row), map_if_there(vector_file(directory, number)), map_if_there(lexical_file(directory, number))};
}

std::unique_ptr<VectorSegment> open_vectors(const std::filesystem::path& directory, MappedSegment& segment) {
  const SegmentRow& row = segment.row;
  const std::filesystem::path file = vector_file(directory, row.number);
  auto open = std::make_unique<VectorSegment>(take(segment.vectors, file, row.vec_bytes), file.string());
  if (open->checksum() != row.vec_checksum || open->number() != row.number || open->rows() != row.rows ||
      open->dimension() != row.dimension)
    damaged(file, "another segment than the one committed under this name");
  return open;
}

std::unique_ptr<LexicalSegment> open_postings(const std::filesystem::path& directory, MappedSegment& segment) {
  const SegmentRow& row = segment.row;
  const std::filesystem::path file = lexical_file(directory, row.number);
  auto open = open_lexical_segment(take(segment.postings, file, row.lex_bytes), file.string());
  if (open->chunk_count() != row.rows) damaged(file, "another segment than the one committed under this name");
  return open;
}

}  // namespace rag
