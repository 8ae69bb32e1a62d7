#include "pipelines/eval/corpus_index.h"

#include "core/cache_folder.h"
#include "core/error.h"
#include "core/hash.h"
#include "index/analyzer.h"
#include "index/index_writer.h"
#include "pipelines/open_model.h"

namespace rag {

std::filesystem::path evaluation_cache(const std::filesystem::path& corpus, const std::string& embedder, Precision precision, const std::string& chunker) {
  const std::string key = std::filesystem::absolute(corpus).lexically_normal().string() + '\n' + embedder + '\n' +
                          std::to_string(static_cast<int>(precision)) + '\n' + chunker;
  return cache_folder("eval") / sha256_hex(key).substr(0, 16);
}

CorpusIndex index_corpus(const BeirDataset& dataset, const std::string& model, const EmbedderOptions& encoding, IndexFolderOptions options,
                         Progress& progress) {
  options.allow_delete = true;
  const auto embedder = open_model(model, encoding);
  const std::string chunker = chunker_name(options, *embedder);
  const Precision precision = precision_of(encoding);
  CorpusIndex made{.directory = evaluation_cache(dataset.corpus, embedder->name(), precision, chunker), .report = {}};
  std::filesystem::create_directories(made.directory);
  const auto writer = open_index_writer(made.directory, {.model = model,
                                                         .embedder = embedder->name(),
                                                         .chunker = chunker,
                                                         .analyzer = default_analyzer().name(),
                                                         .dimension = embedder->dimension()},
                                        600000);
  made.report = index_paths(*writer, made.directory, *embedder, {dataset.corpus}, options, progress);
  if (!std::filesystem::is_directory(dataset.corpus))
    if (const auto skip = ReasonList::Cursor(made.report.skipped).next()) throw Error(ErrorKind::Usage, dataset.corpus.string() + ": " + skip->reason);
  return made;
}

}  // namespace rag
