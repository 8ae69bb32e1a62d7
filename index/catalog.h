#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "index/records.h"
#include "index/sqlite.h"

namespace rag {

// True where a catalog lies in this folder, sound or not.
bool has_catalog(const std::filesystem::path& directory);

// Makes an empty catalog of generation 0, whole or not at all.
void create_catalog(const std::filesystem::path& directory, const IndexSettings& settings);

// Throws Error(Usage) where there is none, Error(Corrupt) where it is none of ours or damaged, Error(Mismatch) where a newer
// build wrote it.  An older format is opened as it is.  Reading works in folders that may not be written to.
std::unique_ptr<Database> open_catalog_for_reading(const std::filesystem::path& directory);
std::unique_ptr<Database> open_catalog_for_writing(const std::filesystem::path& directory);

// As it was when the catalog was opened or last upgraded.
std::int64_t catalog_format(Database& catalog);

IndexSettings load_settings(Database& catalog);
void store_settings(Database& catalog, const IndexSettings& settings);

std::uint64_t load_generation(Database& catalog);
// Raises the generation by one and enters the commit in the ledger.
std::uint64_t raise_generation(Database& catalog, std::string_view what, std::size_t documents_put, std::size_t documents_removed);

std::vector<std::string> load_sources(Database& catalog);

void store_file(Database& catalog, const FileRecord& file);
bool erase_file(Database& catalog, std::string_view source, std::string_view uri);
void visit_files(Database& catalog, const std::function<void(const FileRecord&)>& visit);

}  // namespace rag
