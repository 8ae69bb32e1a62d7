#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/progress.h"
#include "pipelines/index_folder.h"
#include "pipelines/session.h"
#include "retrieve/eval/beir_dataset.h"
#include "retrieve/eval/judgements.h"
#include "retrieve/eval/metrics.h"

namespace rag {

struct RetrievalRun {
  Run run;
  std::map<std::string, double> timings_ms;  // mean per query: embed, dense, lexical, fuse, rerank, and query: all of them
};

// Asks every query and rolls chunks up to documents by their best.  `depth`: documents kept per query.
// With `by_uri`, documents are named by uri instead of id: for judgements on the files of a folder.
RetrievalRun run_queries(Session& session, const std::vector<EvalQuery>& queries, const RetrieveOptions& options, std::size_t depth, bool by_uri,
                         Progress& progress);

// Where the index of a data set's corpus is kept when the user names none: below XDG_CACHE_HOME (~/.cache), one for each
// corpus, encoder, precision and chunking.
std::filesystem::path evaluation_cache(const std::filesystem::path& corpus, const std::string& embedder, Precision precision, const std::string& chunker);

struct CorpusIndex {
  std::filesystem::path directory;
  IndexFolderReport report;  // of this run: nothing embedded where the cache had all of it
};

// The index of a collection's corpus, made or brought up to date in its cache.  Of `options` only how documents are cut counts.
// Throws Error(Usage) where a part of the corpus cannot be read.
CorpusIndex index_corpus(const BeirDataset& dataset, const std::string& model, const EmbedderOptions& encoding, IndexFolderOptions options,
                         Progress& progress);

}  // namespace rag
