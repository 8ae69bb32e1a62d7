#include "pipelines/evaluate.h"

#include <algorithm>

#include "core/cache_folder.h"
#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "index/analyzer.h"
#include "index/index_writer.h"
#include "pipelines/open_model.h"
#include "retrieve/eval/roll_up.h"

namespace rag {
namespace {

std::vector<ScoredDocument> rolled_up(std::vector<Passage> passages, bool by_uri, std::size_t depth) {
  if (by_uri)
    for (Passage& passage : passages) passage.chunk.document_id = passage.uri;
  std::vector<ScoredDocument> documents = roll_up(passages);
  if (documents.size() > depth) documents.resize(depth);
  return documents;
}

}  // namespace

RetrievalRun run_queries(Session& session, const std::vector<EvalQuery>& queries, const RetrieveOptions& options, std::size_t depth, bool by_uri,
                         Progress& progress) {
  RetrievalRun result;
  RetrieveTimings sum;
  std::size_t done = 0;
  for (const EvalQuery& query : queries) {
    throw_if_interrupted();
    progress.update("asking", done++, queries.size());
    if (trim(query.text).empty()) continue;  // reported as missing
    RetrieveTimings timings;
    auto documents = rolled_up(session.search(query.text, options, &timings), by_uri, depth);
    sum.embed_ms += timings.embed_ms;
    sum.dense_ms += timings.dense_ms;
    sum.lexical_ms += timings.lexical_ms;
    sum.fuse_ms += timings.fuse_ms;
    sum.rerank_ms += timings.rerank_ms;
    if (!documents.empty()) result.run.emplace(query.id, std::move(documents));
  }
  progress.update("", queries.size(), queries.size());
  const double count = queries.empty() ? 1.0 : static_cast<double>(queries.size());
  result.timings_ms = {{"embed", sum.embed_ms / count},
                       {"dense", sum.dense_ms / count},
                       {"lexical", sum.lexical_ms / count},
                       {"fuse", sum.fuse_ms / count},
                       {"rerank", sum.rerank_ms / count},
                       {"query", (sum.embed_ms + sum.dense_ms + sum.lexical_ms + sum.fuse_ms + sum.rerank_ms) / count}};
  return result;
}

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
  const Precision precision = encoding.precision.value_or(default_precision());
  CorpusIndex made{.directory = evaluation_cache(dataset.corpus, embedder->name(), precision, chunker), .report = {}};
  std::filesystem::create_directories(made.directory);
  const auto writer = open_index_writer(made.directory, {.model = model,
                                                         .embedder = embedder->name(),
                                                         .chunker = chunker,
                                                         .analyzer = default_analyzer().name(),
                                                         .dimension = embedder->dimension()},
                                        600000);
  made.report = index_paths(*writer, made.directory, *embedder, {dataset.corpus}, options, progress);
  for (const SkipReason& skip : made.report.skipped) throw Error(ErrorKind::Usage, dataset.corpus.string() + ": " + skip.reason);
  return made;
}

}  // namespace rag
