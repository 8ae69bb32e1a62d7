#pragma once

#include <filesystem>
#include <string>

#include "pipelines/eval/make_questions.h"

namespace rag {

// The files of docs/cli/eval-gen.md in `folder`, which is made: queries.jsonl, qrels/test.tsv, gold.jsonl, answers.jsonl, left_out.jsonl,
// left_out.filter and manifest.json.  `version`: of rag.  The same questions give the same bytes.  Throws Error(Io).
void write_question_files(const std::filesystem::path& folder, const MadeQuestions& made, const MakeQuestionsOptions& options,
                          const std::string& version);

// What was made, for people's programs: counts by kind and language, why others were rejected.
std::string made_questions_json(const MadeQuestions& made, const MakeQuestionsOptions& options, const std::string& version);

}  // namespace rag
