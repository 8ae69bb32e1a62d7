#include "cli/eval/collection_index.h"

#include <fmt/format.h>

#include <iostream>

#include "cli/terminal.h"
#include "index/vector_lists.h"
#include "pipelines/open_model.h"

namespace rag::cli {

EmbedderOptions evaluated_encoding(const po::variables_map& values, const Config& config) {
  EmbedderOptions options = embedder_options(values, config);
  if (!options.precision && values["one-chunk"].as<bool>()) options.precision = Precision::Fp32;
  return options;
}

CorpusIndex collection_index(const BeirDataset& dataset, const po::variables_map& values, const Globals& globals, Progress& progress) {
  IndexFolderOptions options;
  read_chunk_options(values, globals.config, options);
  const std::string model = values.count("model") ? values["model"].as<std::string>() : globals.config.model.value_or(kDefaultModel);
  CorpusIndex made = index_corpus(dataset, model, evaluated_encoding(values, globals.config), options, progress);
  update_vector_lists(made.directory, vector_search_options(values, globals.config), progress);
  if (made.report.chunks_embedded > 0)
    std::cerr << fmt::format("{}: {} embedded in {:.1f} s, kept in {}\n", dataset.name, counted(made.report.chunks_embedded, "chunk"), made.report.seconds,
                             made.directory.string());
  if (made.report.cut_tokens > 0) std::cerr << counted(made.report.cut_tokens, "token") << " beyond the encoder's limit not counted\n";
  return made;
}

}  // namespace rag::cli
