#include "index/stored_text.h"

#include <algorithm>

#include "core/error.h"
#include "index/row_coding.h"

namespace rag {
namespace {

constexpr std::size_t kMaxHeldBytes = std::size_t{16} << 20;

}  // namespace

void insert_text(Database& catalog, std::int64_t document_key, std::string_view text) {
  Statement row = catalog.prepare("INSERT INTO texts VALUES (?, ?, ?)");
  for (std::size_t begin = 0; begin < text.size(); begin += kTextPieceBytes)
    row.bind(document_key, begin / kTextPieceBytes, Blob{compress(text.substr(begin, kTextPieceBytes))}).run();
}

std::string StoredTexts::read(std::int64_t document_key, Span span) {
  std::string text;
  while (span.begin < span.end) {
    const std::string& held = piece(document_key, span.begin / kTextPieceBytes);
    const std::size_t offset = span.begin % kTextPieceBytes;
    if (offset >= held.size())
      throw Error(ErrorKind::Corrupt, catalog_.file().string() + ": a stored text ends before byte " + std::to_string(span.begin) +
                                          "; run 'rag repair', then 'rag index' again");
    const std::size_t size = std::min(span.size(), held.size() - offset);
    text.append(held, offset, size);
    span.begin += size;
  }
  return text;
}

// A damaged page of SQLite's own index may lead to another document's piece, so the row itself is asked whose it is.
std::string StoredTexts::piece_at(std::int64_t rowid, std::int64_t document_key, std::size_t number) {
  Statement row = catalog_.prepare("SELECT document, piece, bytes FROM texts WHERE rowid = ?");
  if (!row.bind(rowid).step() || row.integer(0) != document_key || row.natural(1) != number)
    throw Error(ErrorKind::Corrupt, catalog_.file().string() + ": a stored text is not where it should be; run 'rag repair', then 'rag index' again");
  return decompress(row.text(2), kTextPieceBytes);
}

const std::string& StoredTexts::piece(std::int64_t document_key, std::size_t number) {
  const std::pair key{document_key, number};
  if (const auto found = pieces_.find(key); found != pieces_.end()) return found->second;
  std::string bytes;
  Statement place = catalog_.prepare("SELECT rowid FROM texts WHERE document = ? AND piece = ?");
  if (place.bind(document_key, number).step()) bytes = piece_at(place.integer(0), document_key, number);
  if (held_bytes_ + bytes.size() > kMaxHeldBytes) {
    pieces_.clear();
    held_bytes_ = 0;
  }
  held_bytes_ += bytes.size();
  return pieces_.emplace(key, std::move(bytes)).first->second;
}

}  // namespace rag
