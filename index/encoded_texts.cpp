#include "index/encoded_texts.h"

namespace rag {

void insert_encoded_texts(Database& catalog, ChunkId first, const std::vector<EncodedText>& texts) {
  Statement row = catalog.prepare("INSERT INTO encoded_texts VALUES (?, ?, ?)");
  for (std::size_t i = 0; i < texts.size(); ++i)
    row.bind(first.value + static_cast<std::int64_t>(i), texts[i].hash, texts[i].cut_tokens).run();
}

std::vector<EncodedTextRow> find_encoded_texts(Database& catalog, std::uint64_t hash) {
  // Copies of one text share its hash; different texts do so by a chance of one in 2^64.  The second row is for that chance.
  Statement row = catalog.prepare("SELECT chunk, cut_tokens FROM encoded_texts WHERE hash = ? ORDER BY chunk LIMIT 2");
  row.bind(hash);
  std::vector<EncodedTextRow> found;
  while (row.step()) found.push_back({.chunk = {row.integer(0)}, .cut_tokens = row.natural(1)});
  return found;
}

}  // namespace rag
