#pragma once

#include <filesystem>
#include <string>

#include "core/progress.h"
#include "pipelines/index_folder.h"
#include "retrieve/eval/beir_dataset.h"

namespace rag {

// Where the index of a data set's corpus is kept when the user names none: below XDG_CACHE_HOME (~/.cache), one for each
// corpus, encoder, precision and chunking.
std::filesystem::path evaluation_cache(const std::filesystem::path& corpus, const std::string& embedder, Precision precision, const std::string& chunker);

struct CorpusIndex {
  std::filesystem::path directory;
  IndexFolderReport report;  // of this run: nothing embedded where the cache had all of it
};

// The index of a collection's corpus, made or brought up to date in its cache.  Of `options` only how documents are cut counts.
// A corpus may be a folder of documents as well.  Throws Error(Usage) where a line of a corpus file cannot be read; files of a folder that
// cannot be are in the report.
CorpusIndex index_corpus(const BeirDataset& dataset, const std::string& model, const EmbedderOptions& encoding, IndexFolderOptions options,
                         Progress& progress);

}  // namespace rag
