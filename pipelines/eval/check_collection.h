#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "index/index_reader.h"
#include "retrieve/eval/beir_dataset.h"
#include "retrieve/eval/collection_check.h"

namespace rag {

// What a look at a collection found, before anything is measured with it.
struct CollectionReport {
  std::size_t documents = 0, queries = 0, judgements = 0;
  std::vector<Finding> findings;
  std::vector<Wording> notes;  // lines of the corpus that cannot be used, at most 20 and how many more
};

// A collection in the BEIR layout, by its files alone.  Throws Error(Usage) where one of them cannot be read.
CollectionReport check_collection(const BeirDataset& dataset, Progress& progress);

// The documents of an index.
CollectionReport check_collection(const IndexReader& index, const std::vector<EvalQuery>& queries, const Qrels& qrels, std::vector<ExpectedAnswer> answers,
                                  Progress& progress);

// What an answers.jsonl, read as `rag eval answers` reads it (generate/eval/gold_question.h), says for these queries.  Empty where `file` is.
std::vector<ExpectedAnswer> read_expected_answers(const std::filesystem::path& file, const std::vector<EvalQuery>& queries);

// Without the findings of the kinds named.  Throws Error(Usage) for a kind that does not exist.
void leave_out(const std::vector<std::string>& kinds, CollectionReport& report);

// Whether there is anything but notes.
bool is_blemished(const CollectionReport& report);

// "missing-gold 3: documents judged relevant are not in the collection: nobody can find them (d9 for query q3; ...)"
Wording line_of(const Finding& finding);

std::string check_json(const CollectionReport& report);

}  // namespace rag
