#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/progress.h"
#include "pipelines/eval/import/collection_writer.h"

namespace rag {

// A collection of another format, into a writer.  Each throws Error(Usage) or Error(Ingest), naming the file, where it is not what it should be;
// what cannot be used of a file that is becomes a note.

// SQuAD 1 and 2, KorQuAD 1 and 2: {"data": [{"title", "paragraphs": [{"context", "qas"}]}]}, or with "context" and "qas" in the entry itself.
// Each context is a document (the same text once), relevant to its questions; answers become answers and spans: `answer_start` counts
// characters of the context, spans are bytes of the document.  An impossible question has no relevant document.
void import_squad(const std::filesystem::path& file, CollectionWriter& out);

// A table of CSV, TSV or ";" with a header: question (질문), answer (답변, 정답), source (출처, 문서), and id (번호).  No documents: sources name files of an
// index, several in a cell apart by ";" or a line end.  The same question in several rows is one.
void import_table(const std::filesystem::path& file, CollectionWriter& out);

struct TopicFiles {
  std::filesystem::path topics;               // TREC's <top> blocks, XML, id TAB text, or JSON Lines
  std::filesystem::path qrels;                // as read_qrels() takes them
  std::vector<std::filesystem::path> corpus;  // JSON Lines (_id, docid or id; title; text or contents), id TAB text or id TAB title TAB text, or folders of these
  std::string field = "title";                // of a topic: title, desc, narr, or title+desc
};

// TREC, MIRACL, BEIR and MS MARCO.
void import_topics(const TopicFiles& files, CollectionWriter& out, Progress& progress);

}  // namespace rag
