#include <map>

#include "core/error.h"
#include "core/interrupt.h"
#include "index/catalog.h"
#include "index/document_rows.h"
#include "index/health.h"
#include "index/layout.h"
#include "index/maintenance.h"
#include "index/vector_lists.h"

namespace rag {
namespace {

using Findings = std::vector<VerifyFinding>;

// Of what 'rag repair' cannot mend.
constexpr const char* kWayOut = "; restore the index from a backup, or build it anew with 'rag index FOLDER --rebuild'";

void verify_documents(Database& catalog, bool deep, Progress& progress, Findings& findings) {
  const std::vector<std::int64_t> keys = document_keys(catalog);
  StoredTexts texts(catalog);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    throw_if_interrupted();
    progress.update("checking documents", i, keys.size());
    const std::string trouble = document_trouble(catalog, texts, keys[i], deep);
    if (trouble.empty()) continue;
    Statement row = catalog.prepare("SELECT id, uri FROM documents WHERE key = ?");
    const bool named = row.bind(keys[i]).step();
    findings.push_back({named ? "document '" + row.string(0) + "' (" + row.string(1) + ")" : "a document", trouble});
  }
  progress.update("checking documents", keys.size(), keys.size());
}

void verify_segments(const std::filesystem::path& directory, Database& catalog, bool deep, Progress& progress, Findings& findings) {
  const std::vector<SegmentRow> segments = load_segments(catalog);
  StoredTexts texts(catalog);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    progress.update("checking segments", i, segments.size());
    const SegmentHealth health = segment_health(directory, catalog, texts, segments[i], deep);
    const std::filesystem::path vectors = vector_file(directory, segments[i].number);
    if (!health.vectors.empty()) findings.push_back({vectors.string(), health.vectors});
    if (!health.postings.empty()) findings.push_back({lexical_file(directory, segments[i].number).string(), health.postings});
    if (!health.rows.empty()) findings.push_back({vectors.string(), health.rows});
  }
  progress.update("checking segments", segments.size(), segments.size());
}

// Searching is exact without them, so damage there costs time and no answer.
void verify_lists(const std::filesystem::path& directory, Findings& findings) {
  const VectorListsState state = vector_lists_state(directory, ListCheck::EveryByte);
  if (state.kind == VectorListsState::Kind::Damaged) findings.push_back({ivf_file(directory).string(), state.trouble + "; searching is exact until it is made anew"});
}

Findings verify_once(const std::filesystem::path& directory, bool deep, Progress& progress, std::uint64_t& generation) {
  Findings findings;
  const auto catalog = open_catalog_for_reading(directory);
  catalog->execute("BEGIN");
  generation = load_generation(*catalog);
  load_settings(*catalog);
  if (const std::string trouble = catalog_trouble(*catalog, deep); !trouble.empty()) {
    findings.push_back({catalog->file().string(), trouble + kWayOut, false});
    return findings;
  }
  verify_documents(*catalog, deep, progress, findings);
  verify_segments(directory, *catalog, deep, progress, findings);
  verify_lists(directory, findings);
  return findings;
}

}  // namespace

std::vector<VerifyFinding> verify_index(const std::filesystem::path& directory, bool deep, Progress& progress) {
  const std::filesystem::path file = catalog_file(directory);
  try {
    // A writer may unlink merged segments while we look for them: what only was so in a generation that is gone is not told.
    for (std::uint64_t before = 0, now = 0;;) {
      Findings findings = verify_once(directory, deep, progress, before);
      if (!findings.empty()) now = load_generation(*open_catalog_for_reading(directory));
      if (findings.empty() || now == before) return findings;
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Corrupt) throw;
    return {{file.string(), bare_message(error.what(), file) + kWayOut, false}};
  }
}

}  // namespace rag
