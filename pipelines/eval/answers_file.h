#pragma once

#include <filesystem>
#include <string>

#include "pipelines/eval/answers_evaluation.h"

namespace rag {

// An evaluation of answers as JSON (docs/formats/evaluation.md): keys in order, the same bytes for the same evaluation.  Without `with_questions`
// only the figures, on one line.
std::string answers_evaluation_json(const AnswersEvaluation& evaluation, bool with_questions);

// The file of `rag eval answers --out`, whole or not at all.  Throws Error(Io).
void write_answers_evaluation(const std::filesystem::path& file, const AnswersEvaluation& evaluation);

// The answers as TREC 2024's RAG track takes them: a line of JSON for each question with run_id, topic_id, topic, references (document ids, each once, in
// the order in which they are first cited), response_length (words between blanks) and answer, a list of sentences with citations as places in
// `references`, from 0.  Abstentions are lines with an empty answer.
std::string trec_rag_jsonl(const AnswersEvaluation& evaluation, const std::string& run_id);

}  // namespace rag
