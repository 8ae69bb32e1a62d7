#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

#include "core/answer.h"
#include "core/passage.h"
#include "index/duplicate_groups.h"
#include "index/index_reader.h"
#include "index/ledger.h"
#include "index/records.h"
#include "index/source_settings.h"
#include "index/vector_lists.h"
#include "ingest/format_list.h"
#include "pipelines/check_model.h"
#include "pipelines/eval/evaluation.h"
#include "pipelines/index_folder.h"
#include "retrieve/retriever.h"

namespace rag {

// The JSON others script against: docs/formats/json.md.  One line each, UTF-8, `schema_version` 1.
// A field once there keeps its name and meaning; new ones may come.
inline constexpr int kSchemaVersion = 1;

std::string search_json(const std::string& query, std::uint64_t generation, const std::vector<Passage>& passages);
// A line of `rag search --queries`: the same with the query's id, and what it cost.
std::string query_json(const std::string& id, const std::string& query, std::uint64_t generation, const std::vector<Passage>& passages,
                       const RetrieveTimings& timings, double total_ms);
std::string passage_json(const Passage& passage, std::size_t rank);
std::string answer_json(const std::string& question, std::uint64_t generation, const Answer& answer);
// One line with its end, piece by piece: a run of a million skipped files is never held as one text.
void write_index_report_json(std::ostream& out, const IndexFolderReport& report);
std::string status_json(const std::string& directory, const IndexSettings& settings, const IndexStatistics& statistics,
                        const std::vector<std::string>& sources, const VectorListsState& lists);
// A piece of a document, with its text.
std::string chunk_json(const Chunk& chunk);
std::string document_json(const DocumentRecord& document);
std::string duplicate_group_json(const DuplicateGroup& group);
// `cost`: null where nothing was measured.
std::string eval_json(const Evaluation& evaluation, const EvaluationCost* cost, bool per_query);
std::string model_check_json(const ModelCheck& check, const Int8Verdict& verdict);

std::string runs_json(const std::vector<RunEntry>& runs);
// The two that may tell of a million files: one line each with its end, file by file.
// `accept`: which of the run's files.  Returns how many these are.
std::size_t write_run_json(std::ostream& out, const IndexReader& index, const RunEntry& run, const std::function<bool(const FileEntry&)>& accept);
// Files without documents whose uris `accept` (null: all), by the reason.  Returns how many these are.
std::size_t write_skipped_json(std::ostream& out, const IndexReader& index, const std::function<bool(const std::string& uri)>& accept);
// `applied`: its documents carry these settings already.
std::string source_json(const SourceSettings& settings, std::size_t documents, std::size_t skipped_files, bool applied);
std::string formats_json(const std::vector<FormatInfo>& readable, const std::vector<FormatInfo>& unread);

// The text as a JSON string, quotes included.  Invalid UTF-8 becomes U+FFFD.
std::string json_string(const std::string& text);

}  // namespace rag
