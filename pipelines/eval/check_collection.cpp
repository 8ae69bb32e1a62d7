#include "pipelines/eval/check_collection.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/listing.h"
#include "generate/eval/gold_question.h"
#include "ingest/open_file.h"
#include "ingest/sandbox.h"
#include "pipelines/eval/document_names.h"
#include "pipelines/json_output.h"

namespace rag {
namespace {

constexpr std::size_t kPiece = 512;  // documents looked at together, on all cores
constexpr std::size_t kNotesKept = 20;

// Hands documents on in pieces.
class Pieces {
 public:
  explicit Pieces(CollectionCheck& check) : check_(check) {}
  void add(CheckedDocument document) {
    waiting_.push_back(std::move(document));
    if (waiting_.size() == kPiece) flush();
  }
  void flush() {
    throw_if_interrupted();
    check_.add(waiting_);
    waiting_.clear();
  }

 private:
  CollectionCheck& check_;
  std::vector<CheckedDocument> waiting_;
};

std::uint64_t size_of(const std::filesystem::path& corpus) {
  const OpenFile file(corpus);
  if (!file.reason().empty()) throw Error(ErrorKind::Io, corpus.string() + ": " + file.reason());
  return file.bytes();
}

CollectionReport report_of(const CollectionCheck& check, std::size_t queries, const Qrels& qrels) {
  CollectionReport report{.documents = check.documents(), .queries = queries, .findings = check.findings(), .notes = {}};
  for (const auto& [query, grades] : qrels) report.judgements += grades.size();
  return report;
}

}  // namespace

CollectionReport check_collection(const BeirDataset& dataset, Progress& progress) {
  const std::vector<EvalQuery> queries = read_queries(dataset.queries);
  const Qrels qrels = read_qrels(dataset.qrels);
  CollectionCheck check(queries, qrels, read_expected_answers(dataset.answers, queries));
  Pieces pieces(check);
  const std::uint64_t bytes = size_of(dataset.corpus);
  std::vector<Wording> notes;
  std::size_t more = 0;  // beyond those that are kept
  // By the limited process, as `rag index` reads it: a corpus comes from strangers as often as any file.
  const std::string ended = start_parser_sandbox()->read_corpus(dataset.corpus, "corpus.jsonl", [&](CorpusPart part) {
    for (std::string& warning : part.warnings) {
      if (notes.size() < kNotesKept) notes.push_back({dataset.corpus.string() + ": " + std::move(warning)});
      else ++more;
    }
    for (CorpusPart::Line& line : part.documents)
      pieces.add({.id = std::move(line.document.id), .name = "", .title = std::move(line.document.title), .text = std::move(line.document.text)});
    progress.update("looking through the corpus", part.bytes, bytes);
    return true;
  });
  if (!ended.empty()) throw Error(ErrorKind::Io, dataset.corpus.string() + ": " + ended + "; half a corpus cannot be checked");
  pieces.flush();
  progress.update("", bytes, bytes);
  CollectionReport report = report_of(check, queries.size(), qrels);
  if (more > 0) {
    notes.push_back({std::to_string(more) + " more lines of the corpus cannot be used", "쓸 수 없는 줄이 " + std::to_string(more) + "개 더 있음"});
  }
  report.notes = std::move(notes);
  return report;
}

CollectionReport check_collection(const IndexReader& index, const std::vector<EvalQuery>& queries, const Qrels& qrels, std::vector<ExpectedAnswer> answers,
                                  Progress& progress) {
  const bool by_uri = DocumentNames(index).judged_by_uri(qrels);
  CollectionCheck check(queries, qrels, std::move(answers));
  Pieces pieces(check);
  std::vector<std::pair<std::string, std::string>> stored;  // id and uri
  index.for_each_document([&](const DocumentRecord& document) { stored.emplace_back(document.id, document.uri); });
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (i % kPiece == 0) progress.update("looking through the collection", i, stored.size());
    const auto& [id, uri] = stored[i];
    Document document = index.load_document(id);
    pieces.add({.id = by_uri ? uri : id, .name = uri, .title = std::move(document.title), .text = std::move(document.text), .signature = index.signature_of(id)});
  }
  pieces.flush();
  progress.update("", stored.size(), stored.size());
  return report_of(check, queries.size(), qrels);
}

std::vector<ExpectedAnswer> read_expected_answers(const std::filesystem::path& file, const std::vector<EvalQuery>& queries) {
  if (file.empty()) return {};
  std::vector<GoldQuestion> questions;
  for (const EvalQuery& query : queries) questions.push_back({.id = query.id, .text = query.text});
  add_gold(questions, file);
  std::vector<ExpectedAnswer> answers;
  for (GoldQuestion& question : questions)
    if (!question.references.empty()) answers.push_back({.query = std::move(question.id), .answers = std::move(question.references)});
  return answers;
}

void leave_out(const std::vector<std::string>& kinds, CollectionReport& report) {
  for (const std::string& kind : kinds) {
    if (std::ranges::find(finding_kinds(), kind, &FindingKind::name) == finding_kinds().end())
      throw Error(ErrorKind::Usage, "--ignore " + kind + ": no such kind of finding, expected one of " + joined(finding_kinds(), ", ", &FindingKind::name));
    std::erase_if(report.findings, [&](const Finding& finding) { return finding.kind == kind; });
  }
}

bool is_blemished(const CollectionReport& report) {
  return !report.notes.empty() || std::ranges::any_of(report.findings, [](const Finding& finding) { return !finding.only_a_note; });
}

Wording line_of(const Finding& finding) {
  const auto in = [&](bool korean) {
    std::string line = finding.kind + " " + std::to_string(finding.count) + (korean ? "건: " : ": ") + finding.what.in(korean);
    for (std::size_t i = 0; i < finding.examples.size(); ++i) line += (i == 0 ? " (" : "; ") + finding.examples[i].in(korean);
    return finding.examples.empty() ? line : line + (finding.count > finding.examples.size() ? "; ...)" : ")");
  };
  return {in(false), in(true)};
}

std::string check_json(const CollectionReport& report) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Finding& finding : report.findings)
    findings.push_back({{"kind", finding.kind},
                        {"count", finding.count},
                        {"what", finding.what.english},
                        {"only_a_note", finding.only_a_note},
                        {"examples", english_of(finding.examples)}});
  const nlohmann::ordered_json out = {{"schema_version", kSchemaVersion},
                                      {"documents", report.documents},
                                      {"queries", report.queries},
                                      {"judgements", report.judgements},
                                      {"blemished", is_blemished(report)},
                                      {"findings", findings},
                                      {"notes", english_of(report.notes)}};
  return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace rag
