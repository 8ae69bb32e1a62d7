#include "index/ledger_rows.h"

#include <cmath>
#include <ctime>
#include <optional>
#include <utility>

#include "index/catalog.h"
#include "index/row_coding.h"

namespace rag {
namespace {

// Confidences lie in their column as thousandths; none is a number that no confidence can be.
constexpr std::int64_t kNoConfidence = -1;

std::int64_t thousandths(const std::optional<double>& value) {
  return value && std::isfinite(*value) && *value >= 0 && *value < 1e12 ? std::llround(*value * 1000) : kNoConfidence;
}

bool changed_nothing(const RunEntry& run) {
  const RunCounts& counts = run.counts;
  return run.outcome == "done" && run.files == 0 && counts.added + counts.changed + counts.moved + counts.removed + counts.chunks_embedded == 0;
}

// Of a table whose rows are named by their keys, SQLite collects the keys of all it is to delete in memory: so some at a time.
void erase_file_entries(Database& catalog, std::int64_t run) {
  constexpr int kAtOnce = 10000;
  const auto next = [&]() -> std::optional<std::pair<std::string, std::string>> {
    Statement row = catalog.prepare("SELECT source, uri FROM ledger_files WHERE run = ? ORDER BY source, uri LIMIT 1 OFFSET ?");
    if (!row.bind(run, kAtOnce).step()) return std::nullopt;
    return std::pair(row.string(0), row.string(1));
  };
  while (const auto first_kept = next())
    catalog.prepare("DELETE FROM ledger_files WHERE run = ? AND (source, uri) < (?, ?)").bind(run, first_kept->first, first_kept->second).run();
  catalog.prepare("DELETE FROM ledger_files WHERE run = ?").bind(run).run();
}

void drop_old_runs(Database& catalog) {
  std::vector<std::int64_t> too_old, too_many;
  {
    std::size_t runs = 0, kept = 0;
    Statement row = catalog.prepare("SELECT run, files FROM ledger_runs ORDER BY run DESC");
    while (row.step()) {
      kept += row.natural(1);
      if (++runs > kLedgerRuns)
        too_old.push_back(row.integer(0));
      else if (runs > 1 && kept > kLedgerFiles && row.natural(1) > 0)
        too_many.push_back(row.integer(0));
    }
  }
  for (const std::int64_t run : too_old) {
    erase_file_entries(catalog, run);
    catalog.prepare("DELETE FROM ledger_runs WHERE run = ?").bind(run).run();
  }
  for (const std::int64_t run : too_many) {
    erase_file_entries(catalog, run);
    catalog.prepare("UPDATE ledger_runs SET files = 0 WHERE run = ?").bind(run).run();
  }
}

#define RAG_RUN_COLUMNS                                                                                                                          \
  "SELECT run, command, started_at, finished_at, generation, outcome, milliseconds, files, added, changed, unchanged, moved, removed, skipped, " \
  "read_with_loss, cut_tokens, chunks_embedded FROM ledger_runs "

RunEntry read_run(const Statement& row) {
  return {.id = {row.integer(0)},
          .command = row.string(1),
          .started_at = row.integer(2),
          .finished_at = row.integer(3),
          .generation = row.natural(4),
          .outcome = row.string(5),
          .milliseconds = row.integer(6),
          .files = row.natural(7),
          .counts = {.added = row.natural(8),
                     .changed = row.natural(9),
                     .unchanged = row.natural(10),
                     .moved = row.natural(11),
                     .removed = row.natural(12),
                     .skipped = row.natural(13),
                     .read_with_loss = row.natural(14),
                     .cut_tokens = row.natural(15),
                     .chunks_embedded = row.natural(16)}};
}

std::vector<RunEntry> last_two_runs(Database& catalog) {
  std::vector<RunEntry> runs;
  Statement row = catalog.prepare(RAG_RUN_COLUMNS "ORDER BY run DESC LIMIT 2");
  while (row.step()) runs.push_back(read_run(row));
  return runs;
}

}  // namespace

RunId insert_run(Database& catalog, std::string_view command) {
  Statement row = catalog.prepare(
      "INSERT INTO ledger_runs (command, started_at, finished_at, generation, outcome, milliseconds, files, added, changed, unchanged, moved, removed, "
      "skipped, read_with_loss, cut_tokens, chunks_embedded) VALUES (?, ?, 0, 0, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) RETURNING run");
  row.bind(command, static_cast<std::int64_t>(std::time(nullptr))).step();
  const RunId run{row.integer(0)};
  row.run();
  return run;
}

void insert_file_entry(Database& catalog, RunId run, const FileEntry& entry) {
  // A file may have two entries in a run, removed under one name and moved in again under it: the later one is what became of it.
  catalog.prepare("INSERT OR REPLACE INTO ledger_files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(run.value, entry.source, entry.uri, entry.state, entry.reason, encode_list(entry.warnings), entry.documents, entry.pages, entry.pages_without_text,
            entry.cut_tokens, thousandths(entry.ocr_confidence), entry.milliseconds)
      .run();
}

void finish_run(Database& catalog, const RunEntry& run) {
  RunEntry ended = run;
  {
    Statement row = catalog.prepare("SELECT count(*) FROM ledger_files WHERE run = ?");
    if (row.bind(run.id.value).step()) ended.files = row.natural(0);
  }
  if (changed_nothing(ended)) {
    const std::vector<RunEntry> last = last_two_runs(catalog);
    if (last.size() == 2 && last[0].command == last[1].command && changed_nothing(last[1]))
      catalog.prepare("DELETE FROM ledger_runs WHERE run = ?").bind(last[1].id.value).run();
  }
  const RunCounts& counts = ended.counts;
  catalog.prepare(
             "UPDATE ledger_runs SET finished_at = ?, generation = ?, outcome = ?, milliseconds = ?, files = ?, added = ?, changed = ?, unchanged = ?, "
             "moved = ?, removed = ?, skipped = ?, read_with_loss = ?, cut_tokens = ?, chunks_embedded = ? WHERE run = ?")
      .bind(static_cast<std::int64_t>(std::time(nullptr)), ended.generation, ended.outcome, ended.milliseconds, ended.files, counts.added, counts.changed,
            counts.unchanged, counts.moved, counts.removed, counts.skipped, counts.read_with_loss, counts.cut_tokens, counts.chunks_embedded, run.id.value)
      .run();
  drop_old_runs(catalog);
}

std::vector<RunEntry> load_runs(Database& catalog) {
  std::vector<RunEntry> runs;
  if (catalog_format(catalog) < 2) return runs;
  Statement row = catalog.prepare(RAG_RUN_COLUMNS "ORDER BY run DESC");
  while (row.step()) runs.push_back(read_run(row));
  return runs;
}

void visit_file_entries(Database& catalog, RunId run, const std::function<void(const FileEntry&)>& visit) {
  if (catalog_format(catalog) < 2) return;
  Statement row = catalog.prepare(
      "SELECT source, uri, state, reason, warnings, documents, pages, pages_without_text, cut_tokens, ocr_confidence, milliseconds FROM ledger_files "
      "WHERE run = ? ORDER BY source, uri");
  row.bind(run.value);
  while (row.step()) {
    FileEntry entry{.source = row.string(0),
                    .uri = row.string(1),
                    .state = row.string(2),
                    .reason = row.string(3),
                    .warnings = decode_list(row.text(4)),
                    .documents = row.natural(5),
                    .pages = row.natural(6),
                    .pages_without_text = row.natural(7),
                    .cut_tokens = row.natural(8),
                    .milliseconds = row.integer(10)};
    if (row.integer(9) != kNoConfidence) entry.ocr_confidence = static_cast<double>(row.integer(9)) / 1000;
    visit(entry);
  }
}

void store_source_settings(Database& catalog, const SourceSettings& settings) {
  catalog.prepare("INSERT OR REPLACE INTO source_settings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(settings.source, encode_list(settings.include), encode_list(settings.exclude), encode_list(settings.metadata), encode_list(settings.access),
            settings.language, int{settings.hidden}, int{settings.ignore_files}, settings.applied)
      .run();
}

void erase_source_settings(Database& catalog, std::string_view source) {
  catalog.prepare("DELETE FROM source_settings WHERE source = ?").bind(source).run();
}

std::vector<SourceSettings> load_source_settings(Database& catalog) {
  std::vector<SourceSettings> all;
  if (catalog_format(catalog) < 2) return all;
  Statement row = catalog.prepare(
      "SELECT source, include, exclude, metadata, access, language, hidden, ignore_files, applied FROM source_settings ORDER BY source");
  while (row.step())
    all.push_back({.source = row.string(0),
                   .include = decode_list(row.text(1)),
                   .exclude = decode_list(row.text(2)),
                   .metadata = decode_list(row.text(3)),
                   .access = decode_list(row.text(4)),
                   .language = row.string(5),
                   .hidden = row.integer(6) != 0,
                   .ignore_files = row.integer(7) != 0,
                   .applied = row.string(8)});
  return all;
}

}  // namespace rag
