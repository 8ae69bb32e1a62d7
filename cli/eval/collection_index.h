#pragma once

#include "cli/options.h"
#include "pipelines/eval/corpus_index.h"

// Private to cli/: verbs of `rag eval` that ask a collection in the BEIR layout.
namespace rag::cli {

// --dataset, --split, --queries, --qrels: what is asked, and what is right.
void add_collection_options(po::options_description& options);

// One chunk a document is for comparing encoders with published figures, which are made in fp32.
EmbedderOptions evaluated_encoding(const po::variables_map& values, const Config& config);

// The index of the collection's corpus in the cache; says on standard error what had to be embedded.
CorpusIndex collection_index(const BeirDataset& dataset, const po::variables_map& values, const Globals& globals, Progress& progress);

}  // namespace rag::cli
