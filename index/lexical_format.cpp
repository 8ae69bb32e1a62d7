#include "index/lexical_format.h"

#include <utility>

#include "core/error.h"
#include "core/hash.h"

namespace rag {
namespace {

constexpr std::string_view kMagic = "ragLEX\r\n";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kPartTable = 56;  // offset in the header
constexpr std::array<const char*, kLexicalParts> kPartNames = {"chunk ids", "lengths", "postings", "terms", "term heads"};

void check_header(const LexicalFile& file, std::string_view bytes) {
  if (bytes.size() < kLexicalHeaderBytes)
    file.damaged(std::to_string(bytes.size()) + " bytes, a header alone has " + std::to_string(kLexicalHeaderBytes));
  if (!bytes.starts_with(kMagic)) file.damaged("does not begin as a lexical segment does");
  // Every version's header has this size and ends in its checksum, so a damaged version number is told from a newer one.
  const char* stored = bytes.data() + kLexicalHeaderBytes - 8;
  if (load<std::uint64_t>(stored) != checksum64(bytes.substr(0, kLexicalHeaderBytes - 8))) file.damaged("header does not fit its checksum");
  const auto version = load<std::uint32_t>(bytes.data() + 8);
  if (version != kVersion)
    throw Error(ErrorKind::Mismatch, file.name + ": lexical segment of format " + std::to_string(version) + ", this build reads format " +
                                         std::to_string(kVersion) + "; use a newer rag");
  const auto size = load<std::uint64_t>(bytes.data() + 16);
  if (size != bytes.size()) file.damaged(std::to_string(bytes.size()) + " bytes, its header says " + std::to_string(size));
}

void check_part(const LexicalFile& file, std::size_t i, std::uint64_t expected_checksum) {
  if (checksum64(file.parts[i]) != expected_checksum) file.damaged(std::string(kPartNames[i]) + " do not fit their checksum");
}

// What later reading relies on: sizes that follow from the counts, ids that ascend, lengths that add up.
void check_counts(const LexicalFile& file) {
  const std::uint64_t heads = (file.terms + kTermsPerHead - 1) / kTermsPerHead;
  if (file.rows > kMaxLexicalRows || file.part(LexicalPart::ChunkIds).size() != 8 * file.rows ||
      file.part(LexicalPart::Lengths).size() != 4 * file.rows)
    file.damaged("its tables do not fit " + std::to_string(file.rows) + " chunks");
  if (file.terms > file.part(LexicalPart::Terms).size() || file.part(LexicalPart::TermHeads).size() != kTermHeadBytes * heads)
    file.damaged("its dictionary does not fit " + std::to_string(file.terms) + " terms");
  ChunkId previous;
  std::uint64_t total = 0;
  for (std::uint32_t row = 0; row < file.rows; ++row) {
    if (file.chunk(row) <= previous) file.damaged("chunk ids do not ascend at row " + std::to_string(row));
    previous = file.chunk(row);
    total += file.length(row);
  }
  if (total != file.total_length)
    file.damaged("lengths add up to " + std::to_string(total) + ", its header says " + std::to_string(file.total_length));
}

}  // namespace

void LexicalFile::damaged(const std::string& what) const {
  throw Error(ErrorKind::Corrupt, name + ": damaged lexical segment: " + what + "; run 'rag repair'");
}

LexicalFile read_lexical_file(MappedFile mapping, const std::string& name) {
  LexicalFile file;
  file.mapping = std::move(mapping);
  file.name = name;
  const std::string_view bytes = file.mapping.bytes();
  check_header(file, bytes);
  file.analyzer = load<std::uint64_t>(bytes.data() + 24);
  file.rows = load<std::uint64_t>(bytes.data() + 32);
  file.total_length = load<std::uint64_t>(bytes.data() + 40);
  file.terms = load<std::uint64_t>(bytes.data() + 48);
  for (std::size_t i = 0; i < kLexicalParts; ++i) {
    const char* entry = bytes.data() + kPartTable + 24 * i;
    const auto offset = load<std::uint64_t>(entry);
    const auto size = load<std::uint64_t>(entry + 8);
    if (offset > bytes.size() || size > bytes.size() - offset) file.damaged(std::string(kPartNames[i]) + " lie outside the file");
    file.parts[i] = bytes.substr(offset, size);
    check_part(file, i, load<std::uint64_t>(entry + 16));
  }
  check_counts(file);
  return file;
}

std::string write_lexical_file(LexicalParts parts) {
  std::string header(kMagic);
  std::uint64_t size = kLexicalHeaderBytes;
  std::array<std::uint64_t, kLexicalParts> offsets;
  for (std::size_t i = 0; i < kLexicalParts; ++i) {
    offsets[i] = size;
    size += parts.bytes[i].size();
  }
  append_number(header, kVersion);
  append_number(header, static_cast<std::uint32_t>(kLexicalHeaderBytes));
  for (const std::uint64_t number : {size, parts.analyzer, parts.rows, parts.total_length, parts.terms}) append_number(header, number);
  for (std::size_t i = 0; i < kLexicalParts; ++i) {
    append_number(header, offsets[i]);
    append_number(header, static_cast<std::uint64_t>(parts.bytes[i].size()));
    append_number(header, checksum64(parts.bytes[i]));
  }
  append_number(header, checksum64(header));
  header.reserve(size);
  for (std::string& bytes : parts.bytes) {
    header += bytes;
    bytes = {};
  }
  return header;
}

}  // namespace rag
