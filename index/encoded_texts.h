#pragma once

#include <cstdint>
#include <vector>

#include "index/records.h"
#include "index/sqlite.h"

namespace rag {

// What the encoder read for each chunk, by hash.  Only a hint: whoever looks a text up compares the texts.
struct EncodedTextRow {
  ChunkId chunk;
  std::size_t cut_tokens = 0;
};

void insert_encoded_texts(Database& catalog, ChunkId first, const std::vector<EncodedText>& texts);

// A few chunks at most, the oldest first.
std::vector<EncodedTextRow> find_encoded_texts(Database& catalog, std::uint64_t hash);

}  // namespace rag
