#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "index/segment_rows.h"
#include "index/sqlite.h"
#include "index/stored_text.h"

// What verify reports and repair acts on.  An empty text means sound; else it says what was found and what was expected.
namespace rag {

std::string catalog_trouble(Database& catalog, bool deep);

// Its entry, its text, its chunks; `deep` also that every chunk lies on character borders of the text that is stored.
std::string document_trouble(Database& catalog, StoredTexts& texts, std::int64_t document_key, bool deep);

struct SegmentHealth {
  std::string vectors;
  std::string postings;
  std::string rows;  // disagreement with the catalog's chunks
  bool sound() const { return vectors.empty() && postings.empty() && rows.empty(); }
};

// Reads every byte of both files.  `deep` also compares the postings with what the stored texts give.
SegmentHealth segment_health(const std::filesystem::path& directory, Database& catalog, StoredTexts& texts, const SegmentRow& segment,
                             bool deep);

std::vector<std::int64_t> document_keys(Database& catalog);

// Each living chunk of the segment with its text, ascending.
void visit_chunks(Database& catalog, StoredTexts& texts, const SegmentRow& segment, const std::function<void(TitledChunk)>& visit);

// Our one-line message without the file it begins with and the advice it ends with.
std::string bare_message(const std::string& message, const std::filesystem::path& file);

}  // namespace rag
