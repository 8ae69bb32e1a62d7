#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/span.h"
#include "index/sqlite.h"

namespace rag {

// Texts lie in compressed pieces of this many bytes, so that a passage of a huge document costs one or two of them.
inline constexpr std::size_t kTextPieceBytes = 65536;

void insert_text(Database& catalog, std::int64_t document_key, std::string_view text);

// Reads texts, keeping the pieces read last.
class StoredTexts {
 public:
  explicit StoredTexts(Database& catalog) : catalog_(catalog) {}

  // Throws Error(Corrupt) where the span is not inside the stored text or a piece is damaged.
  std::string read(std::int64_t document_key, Span span);

 private:
  const std::string& piece(std::int64_t document_key, std::size_t number);
  std::string piece_at(std::int64_t rowid, std::int64_t document_key, std::size_t number);

  Database& catalog_;
  std::map<std::pair<std::int64_t, std::size_t>, std::string> pieces_;
  std::size_t held_bytes_ = 0;
};

}  // namespace rag
