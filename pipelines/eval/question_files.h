#pragma once

#include <filesystem>
#include <string>

#include "pipelines/eval/make_questions.h"

namespace rag {

// The files of docs/cli/eval-gen.md in `folder`, which is made: queries.jsonl, qrels/test.tsv, gold.jsonl, answers.jsonl, left_out.jsonl,
// left_out.filter and manifest.json.  `version`: of rag.  `with_corpus`: beside a corpus.jsonl (question_corpus.h), so that the folder is a
// collection by itself: dataset.json as well, and gold that holds for an index of that file too.  The same questions give the same bytes.
// Throws Error(Io).
void write_question_files(const std::filesystem::path& folder, const MadeQuestions& made, const MakeQuestionsOptions& options,
                          const std::string& version, bool with_corpus = false);

// What was made, for people's programs: counts by kind and language, why others were rejected.
std::string made_questions_json(const MadeQuestions& made, const MakeQuestionsOptions& options, const std::string& version);

}  // namespace rag
