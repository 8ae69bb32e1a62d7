#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "index/ledger.h"
#include "index/source_settings.h"
#include "index/sqlite.h"

// The tables that came with format 2.  All of it wants a catalog of that format, but for the reading: of an older one nothing is read.
namespace rag {

RunId insert_run(Database& catalog, std::string_view command);
void insert_file_entry(Database& catalog, RunId run, const FileEntry& entry);
// Enters how the run ended and drops what is beyond the bounds of ledger.h.  A run that changed nothing takes the place of the one
// before it where that one, of the same command, changed nothing either: days of `rag sync` push nothing out.
void finish_run(Database& catalog, const RunEntry& run);

std::vector<RunEntry> load_runs(Database& catalog);  // newest first
void visit_file_entries(Database& catalog, RunId run, const std::function<void(const FileEntry&)>& visit);  // by source and uri

void store_source_settings(Database& catalog, const SourceSettings& settings);
void erase_source_settings(Database& catalog, std::string_view source);
std::vector<SourceSettings> load_source_settings(Database& catalog);

}  // namespace rag
