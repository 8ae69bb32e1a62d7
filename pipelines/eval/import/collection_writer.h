#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/span.h"
#include "core/wording.h"
#include "retrieve/eval/judgements.h"

namespace rag {

// What became of a collection of another format.
struct ImportReport {
  std::size_t documents = 0, queries = 0, judgements = 0, answers = 0, unanswerable = 0, spans = 0;
  std::vector<Wording> notes;  // what was left out or changed and why, a line each kind: "questions without a text left out (3 times): q7"
};

// "questions without a text left out (3 times): q7", the first of them.
Wording counted_note(const Wording& what, std::size_t count, const Wording& example);

std::string import_json(const ImportReport& report);

// Writes a collection in the BEIR layout: corpus.jsonl (where there are documents), queries.jsonl, qrels/SPLIT.tsv, answers.jsonl (where there are
// answers), gold.jsonl (where there are spans) and dataset.json.  Documents go straight to the disk, so that a corpus may be large.
//
// Files appear when finish() has succeeded, and not before; queries, judgements and answers stand in the order they were added.
class CollectionWriter {
 public:
  // Throws Error(Usage) where the folder already holds a collection or cannot be made.
  CollectionWriter(std::filesystem::path folder, std::string split);
  ~CollectionWriter();
  CollectionWriter(const CollectionWriter&) = delete;
  CollectionWriter& operator=(const CollectionWriter&) = delete;

  // Give false and leave a note where the id is empty or was there before, or the text has no word.
  bool add_document(const std::string& id, const std::string& title, const std::string& text);
  bool add_query(const std::string& id, const std::string& text);

  // Of a query that was added.  A second grade for the same document: the higher one counts.
  void judge(const std::string& query, const std::string& document, int grade);
  void add_span(const std::string& query, const std::string& document, Span span, const std::string& quote);
  // None: the documents do not answer the question.
  void answer(const std::string& query, std::vector<std::string> answers);

  // Counts a thing that was left out or changed; the first example is told.
  void note(const Wording& what, const Wording& example);
  void note(const Wording& what, const std::string& example) { note(what, Wording{example, ""}); }  // an id, a text of the file

  // `name` and `about` go into dataset.json.  Throws Error(Usage) where there is no query, Error(Io) where the disk refuses.
  ImportReport finish(const std::string& name, const std::string& about);

 private:
  struct Note {
    Wording what;
    std::size_t count = 0;
    Wording example;
  };

  std::filesystem::path folder_, corpus_aside_;
  std::string split_;
  std::ofstream corpus_;
  std::set<std::string> documents_, query_ids_;
  std::vector<EvalQuery> queries_;
  Qrels qrels_;
  std::map<std::string, std::vector<std::string>> answers_;
  std::string spans_;
  std::vector<Note> notes_;  // in the order they came, each kind once
  ImportReport report_;
};

}  // namespace rag
