#include "index/signature_rows.h"

#include "index/row_coding.h"

namespace rag {
namespace {

std::string to_bytes(const TextSignature& signature) {
  std::string bytes;
  for (const std::uint16_t value : signature) bytes += {static_cast<char>(value & 0xFF), static_cast<char>(value >> 8)};
  return bytes;
}

std::int64_t checksum_of(std::int64_t document_key, std::string_view bytes) { return RowChecksum().add(document_key).add(bytes).value(); }

// Columns: document, minhash, checksum.
std::optional<TextSignature> read_signature(const Statement& row) {
  TextSignature signature;
  const std::string_view bytes = row.text(1);
  if (bytes.size() != 2 * signature.size() || checksum_of(row.integer(0), bytes) != row.integer(2)) return std::nullopt;
  for (std::size_t i = 0; i < signature.size(); ++i)
    signature[i] = static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[2 * i]) | static_cast<unsigned char>(bytes[2 * i + 1]) << 8);
  return signature;
}

}  // namespace

void insert_signature(Database& catalog, std::int64_t document_key, std::string_view text) {
  const auto signature = text_signature(text);
  if (!signature) return;
  const std::string bytes = to_bytes(*signature);
  catalog.prepare("INSERT INTO signatures VALUES (?, ?, ?)").bind(document_key, Blob{bytes}, checksum_of(document_key, bytes)).run();
}

std::optional<TextSignature> find_signature(Database& catalog, std::string_view document_id) {
  Statement row = catalog.prepare("SELECT document, minhash, s.checksum FROM signatures s JOIN documents d ON d.key = s.document WHERE d.id = ?");
  if (!row.bind(document_id).step()) return std::nullopt;
  return read_signature(row);
}

void visit_signatures(Database& catalog, const std::function<void(const std::string&, const TextSignature&)>& visit) {
  Statement row = catalog.prepare("SELECT document, minhash, s.checksum, d.id FROM signatures s JOIN documents d ON d.key = s.document ORDER BY d.uri, d.id");
  while (row.step())
    if (const auto signature = read_signature(row)) visit(row.string(3), *signature);
}

}  // namespace rag
