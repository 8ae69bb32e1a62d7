#pragma once

#include <cstddef>
#include <filesystem>

#include "pipelines/eval/make_questions.h"

namespace rag {

// Writes FOLDER/corpus.jsonl in the BEIR layout, {"_id", "title", "text"}: every document of the index the questions were made of, named as
// gold names it, but those that are to be left out.  Texts only: pages, access lists and what marks tables stay behind.  FOLDER is made.
//
// Each document is read once, in memory one at a time, and looked at for the sentences that answer unanswerable questions; a question whose
// sentence stands in one that stays is taken out of `made` and counted as "answered by another document".
// Returns how many documents were written.  Throws Error(Usage) where the index has changed since, Error(Io) where the disk refuses.
std::size_t write_question_corpus(const std::filesystem::path& folder, const std::filesystem::path& index, MadeQuestions& made);

}  // namespace rag
