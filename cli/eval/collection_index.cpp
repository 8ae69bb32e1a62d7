#include "cli/eval/collection_index.h"

#include <fmt/format.h>

#include <iostream>

#include "cli/terminal.h"
#include "core/listing.h"
#include "index/vector_lists.h"
#include "pipelines/open_model.h"

namespace rag::cli {

void add_collection_options(po::options_description& options) {
  options.add_options()("dataset", po::value<std::string>()->value_name("DIR"), "a collection in the BEIR layout: corpus.jsonl, queries.jsonl, qrels/")(
      "split", po::value<std::string>()->value_name("NAME")->default_value("test"), "which qrels/NAME.tsv")(
      "queries", po::value<std::string>()->value_name("FILE"), "queries: JSON Lines with _id and text, or id TAB text")(
      "qrels", po::value<std::string>()->value_name("FILE"), "judgements: TSV (query-id, corpus-id, score) or TREC's four columns");
}

EmbedderOptions evaluated_encoding(const po::variables_map& values, const Config& config) {
  EmbedderOptions options = embedder_options(values, config);
  options.device = named_device(options.device);
  if (options.device.kind == DeviceChoice::Kind::Cpu && !options.precision && values["one-chunk"].as<bool>()) options.precision = Precision::Fp32;
  return options;
}

CorpusIndex collection_index(const BeirDataset& dataset, const po::variables_map& values, const Globals& globals, Progress& progress) {
  IndexFolderOptions options;
  read_chunk_options(values, globals.config, options);
  const std::string model = values.count("model") ? values["model"].as<std::string>() : globals.config.model.value_or(kDefaultModel);
  CorpusIndex made = index_corpus(dataset, model, evaluated_encoding(values, globals.config), options, progress);
  update_vector_lists(made.directory, vector_search_options(values, globals.config), progress);
  if (made.report.chunks_embedded > 0)
    std::cerr << fmt::format(fmt::runtime(tr("{}: {} embedded in {:.1f} s, kept in {}\n", "{}: {} 임베딩, {:.1f}초, {}에 보관\n")), dataset.name,
                             user_reads_korean() ? fmt::format("청크 {}개", made.report.chunks_embedded) : counted(made.report.chunks_embedded, "chunk"),
                             made.report.seconds, made.directory.string());
  if (made.report.cut_tokens > 0)
    std::cerr << (user_reads_korean() ? fmt::format("인코더의 한계를 넘은 토큰 {}개는 세지 않음\n", made.report.cut_tokens)
                                      : counted(made.report.cut_tokens, "token") + " beyond the encoder's limit not counted\n");
  return made;
}

}  // namespace rag::cli
