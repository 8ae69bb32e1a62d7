#include "pipelines/json_output.h"

#include <nlohmann/json.hpp>

#include <ostream>
#include <string_view>
#include <utility>

#include "core/interrupt.h"
#include "pipelines/eval/evaluation_file.h"
#include "pipelines/skipped_files.h"

namespace rag {
namespace {

using Json = nlohmann::ordered_json;

std::string to_line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const Span& span) { return {{"begin", span.begin}, {"end", span.end}}; }

Json to_json(const Metadata& metadata) {
  Json out = Json::object();
  for (const auto& [key, values] : metadata) out[key] = values.size() == 1 ? Json(values[0]) : Json(values);
  return out;
}

Json to_json(const Scores& scores) {
  Json out = Json::object();
  if (scores.dense) out["dense"] = *scores.dense;
  if (scores.lexical) out["lexical"] = *scores.lexical;
  if (scores.pairs) out["pairs"] = *scores.pairs;
  if (scores.fused) out["fused"] = *scores.fused;
  if (scores.rerank) out["rerank"] = *scores.rerank;
  return out;
}

Json page_or_null(int page) { return page > 0 ? Json(page) : Json(nullptr); }

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json to_json(const std::vector<AlsoIn>& others) {
  Json out = Json::array();
  for (const AlsoIn& other : others)
    out.push_back({{"document", other.document_id}, {"uri", other.uri}, {"page", page_or_null(other.page)}, {"same_words", other.same_words}});
  return out;
}

Json to_json(const Passage& passage, std::size_t rank) {
  return {{"rank", rank},
          {"document", passage.chunk.document_id},
          {"chunk", passage.chunk.id.value},
          {"uri", passage.uri},
          {"title", passage.title},
          {"page", page_or_null(passage.chunk.page)},
          {"time", text_or_null(passage.time)},
          {"heading_path", passage.chunk.heading_path},
          {"span", to_json(passage.chunk.span)},
          {"text", passage.chunk.text},
          {"metadata", to_json(passage.metadata)},
          {"scores", to_json(passage.scores)},
          {"also_in", to_json(passage.also_in)}};
}

Json to_json(const std::vector<Passage>& passages) {
  Json out = Json::array();
  for (std::size_t i = 0; i < passages.size(); ++i) out.push_back(to_json(passages[i], i + 1));
  return out;
}

Json to_json(const Citation& citation) {
  return {{"n", citation.number},
          {"document", citation.document_id},
          {"uri", citation.uri},
          {"page", page_or_null(citation.page)},
          {"time", text_or_null(citation.time)},
          {"span", to_json(citation.source_span)},
          {"quote", citation.quote},
          {"answer_span", to_json(citation.answer_span)}};
}

void write_reasons(std::ostream& out, const ReasonList& reasons) {
  const char* between = "";
  for (ReasonList::Cursor cursor(reasons); const auto skip = cursor.next(); between = ",") out << between << to_line({{"uri", skip->uri}, {"reason", skip->reason}});
}

Json to_json(const RunEntry& run) {
  const RunCounts& counts = run.counts;
  return {{"run", run.id.value},
          {"command", run.command},
          {"started_at", run.started_at},
          {"finished_at", run.finished_at > 0 ? Json(run.finished_at) : Json(nullptr)},
          {"outcome", run.finished_at > 0 ? Json(run.outcome) : Json(nullptr)},
          {"seconds", static_cast<double>(run.milliseconds) / 1000},
          {"generation", run.generation},
          {"new", counts.added},
          {"changed", counts.changed},
          {"unchanged", counts.unchanged},
          {"moved", counts.moved},
          {"removed", counts.removed},
          {"skipped", counts.skipped},
          {"read_with_loss", counts.read_with_loss},
          {"cut_tokens", counts.cut_tokens},
          {"chunks_embedded", counts.chunks_embedded},
          {"files", run.files}};
}

Json to_json(const FileEntry& entry) {
  return {{"uri", entry.uri},
          {"source", entry.source},
          {"state", entry.state},
          {"reason", entry.reason.empty() ? Json(nullptr) : Json(entry.reason)},
          {"warnings", entry.warnings},
          {"documents", entry.documents},
          {"pages", entry.pages},
          {"pages_without_text", entry.pages_without_text},
          {"cut_tokens", entry.cut_tokens},
          {"ocr_confidence", entry.ocr_confidence ? Json(*entry.ocr_confidence) : Json(nullptr)},
          {"milliseconds", entry.milliseconds}};
}

}  // namespace

std::string json_string(const std::string& text) { return to_line(Json(text)); }

std::string passage_json(const Passage& passage, std::size_t rank) { return to_line(to_json(passage, rank)); }

std::string search_json(const std::string& query, std::uint64_t generation, const std::vector<Passage>& passages) {
  return to_line({{"schema_version", kSchemaVersion}, {"query", query}, {"generation", generation}, {"passages", to_json(passages)}});
}

std::string query_json(const std::string& id, const std::string& query, std::uint64_t generation, const std::vector<Passage>& passages,
                       const RetrieveTimings& timings, double total_ms) {
  return to_line({{"schema_version", kSchemaVersion},
                  {"id", id},
                  {"query", query},
                  {"generation", generation},
                  {"passages", to_json(passages)},
                  {"timings_ms",
                   {{"embed", timings.embed_ms},
                    {"dense", timings.dense_ms},
                    {"lexical", timings.lexical_ms},
                    {"fuse", timings.fuse_ms},
                    {"load", timings.load_ms},
                    {"rerank", timings.rerank_ms},
                    {"total", total_ms}}}});
}

std::string answer_json(const std::string& question, std::uint64_t generation, const Answer& answer) {
  Json citations = Json::array();
  for (const Citation& citation : answer.citations) citations.push_back(to_json(citation));
  const Usage& usage = answer.usage;
  return to_line({{"schema_version", kSchemaVersion},
                  {"question", question},
                  {"generation", generation},
                  {"answer", answer.text},
                  {"abstained", answer.abstained},
                  {"reason", answer.reason.empty() ? Json(nullptr) : Json(answer.reason)},
                  {"citations", citations},
                  {"passages", to_json(answer.passages)},
                  {"usage",
                   {{"prompt_tokens", usage.prompt_tokens},
                    {"completion_tokens", usage.completion_tokens},
                    {"sentences", usage.sentences},
                    {"sentences_dropped", usage.sentences_dropped},
                    {"citations_rejected", usage.citations_rejected}}},
                  {"timings_ms", answer.timings_ms}});
}

void write_index_report_json(std::ostream& out, const IndexFolderReport& report) {
  const std::string line = to_line({{"schema_version", kSchemaVersion},
                  {"generation", report.generation},
                  {"run", report.run.value},
                  {"new", report.added},
                  {"changed", report.changed},
                  {"unchanged", report.unchanged},
                  {"moved", report.moved},
                  {"removed", report.removed},
                  {"removed_by_hand", report.removed_by_hand},
                  {"skipped", Json::array()},
                  {"warnings", Json::array()},
                  {"earlier_losses", report.earlier_losses},
                  {"refused", report.refused},
                  {"empty_paths", report.empty_paths},
                  {"cut_tokens", report.cut_tokens},
                  {"chunks_embedded", report.chunks_embedded},
                  {"chunks_known", report.chunks_known},
                  {"seconds", report.seconds}});
  // Within a string of JSON its quotes would be escaped, so these are the fields.
  std::string_view rest = line;
  for (const auto& [field, reasons] : {std::pair{"\"skipped\":[", &report.skipped}, std::pair{"\"warnings\":[", &report.warnings}}) {
    const std::size_t end = rest.find(field) + std::string_view(field).size();
    out << rest.substr(0, end);
    write_reasons(out, *reasons);
    rest.remove_prefix(end);
  }
  out << rest << '\n';
}

namespace {

const char* state_name(VectorListsState::Kind kind) {
  switch (kind) {
    case VectorListsState::Kind::None: return "none";
    case VectorListsState::Kind::Sound: return "sound";
    case VectorListsState::Kind::Stale: return "stale";
    case VectorListsState::Kind::Damaged: return "damaged";
  }
  return "none";
}

}  // namespace

std::string status_json(const std::string& directory, const IndexSettings& settings, const IndexStatistics& statistics,
                        const std::vector<std::string>& sources, const VectorListsState& lists) {
  return to_line({{"schema_version", kSchemaVersion},
                  {"index", directory},
                  {"generation", statistics.generation},
                  {"documents", statistics.documents},
                  {"chunks", statistics.chunks},
                  {"deleted_chunks", statistics.deleted_chunks},
                  {"segments", statistics.segments},
                  {"skipped_files", statistics.skipped_files},
                  {"cut_tokens", statistics.cut_tokens},
                  {"bytes", statistics.bytes},
                  {"model", settings.model},
                  {"embedder", settings.embedder},
                  {"dimension", settings.dimension},
                  {"chunker", settings.chunker},
                  {"analyzer", settings.analyzer},
                  {"sources", sources},
                  {"vector_lists",
                   {{"state", state_name(lists.kind)},
                    {"trouble", lists.trouble},
                    {"lists", lists.lists},
                    {"chunks", lists.chunks},
                    {"newer", lists.newer},
                    {"dead", lists.dead},
                    {"bytes", lists.bytes}}}});
}

std::string chunk_json(const Chunk& chunk) {
  return to_line({{"chunk", chunk.id.value},
                  {"span", to_json(chunk.span)},
                  {"page", page_or_null(chunk.page)},
                  {"heading_path", chunk.heading_path},
                  {"table_header", chunk.table_header},
                  {"tokens", chunk.token_count},
                  {"text", chunk.text}});
}

std::string document_json(const DocumentRecord& document) {
  return to_line({{"schema_version", kSchemaVersion},
                  {"document", document.id},
                  {"uri", document.uri},
                  {"source", document.source},
                  {"title", document.title},
                  {"media_type", document.media_type},
                  {"language", document.language},
                  {"text_bytes", document.text_bytes},
                  {"chunks", document.chunks},
                  {"cut_tokens", document.cut_tokens},
                  {"content_hash", document.content_hash},
                  {"metadata", to_json(document.metadata)}});
}

std::string duplicate_group_json(const DuplicateGroup& group) {
  Json members = Json::array();
  for (const DuplicateMember& member : group.members)
    members.push_back({{"document", member.document.id},
                       {"uri", member.document.uri},
                       {"source", member.document.source},
                       {"similarity", member.resemblance},
                       {"text_hash", member.text_hash}});
  return to_line({{"documents", members}});
}

std::string eval_json(const Evaluation& evaluation, const EvaluationCost* cost, bool per_query) {
  Json means = Json::object();
  for (const std::string& metric : evaluation.metrics) means[metric] = evaluation.means.at(metric);
  Json out = {{"schema_version", kSchemaVersion},
              {"metrics", means},
              {"queries", evaluation.judged},
              {"missing", evaluation.missing},
              {"unjudged", evaluation.unjudged},
              {"without_relevant", evaluation.without_relevant},
              {"notes", english_of(evaluation.notes)},
              {"findings", evaluation.findings},
              {"timings_ms", Json::object()}};
  if (cost) {
    for (const auto& [stage, ms] : cost->stages_ms) out["timings_ms"][stage] = ms.mean;
    out["cost"] = Json::parse(cost_json(*cost));
  }
  if (per_query)
    for (const EvaluatedQuery& query : evaluation.queries) out["per_query"][query.id] = query.values;
  return to_line(out);
}

std::string runs_json(const std::vector<RunEntry>& runs) {
  Json list = Json::array();
  for (const RunEntry& run : runs) list.push_back(to_json(run));
  return to_line({{"schema_version", kSchemaVersion}, {"runs", list}});
}

std::size_t write_run_json(std::ostream& out, const IndexReader& index, const RunEntry& run, const std::function<bool(const FileEntry&)>& accept) {
  Json head = {{"schema_version", kSchemaVersion}};
  head.update(to_json(run));
  head["files"] = Json::array();
  std::string line = to_line(head);
  line.resize(line.size() - 2);  // the files come where it closes
  out << line;
  std::size_t files = 0;
  index.for_each_file_of_run(run.id, [&](const FileEntry& entry) {
    throw_if_interrupted();
    if (out && accept(entry)) out << (files++ > 0 ? "," : "") << to_line(to_json(entry));
  });
  out << "]}\n";
  return files;
}

std::size_t write_skipped_json(std::ostream& out, const IndexReader& index, const std::function<bool(const std::string& uri)>& accept) {
  const std::vector<SkippedGroup> groups = group_skipped_files(index, accept, 0);
  std::size_t total = 0;
  for (const SkippedGroup& group : groups) total += group.files;
  out << R"({"schema_version":)" << kSchemaVersion << R"(,"skipped":)" << total << R"(,"reasons":[)";
  const SkippedGroup* current = nullptr;
  visit_skipped_files(index, accept, groups, [&](const SkippedGroup& group, const std::string& source, const std::string& uri) {
    if (!out) return;
    if (&group == current) out << ',';
    else out << (current ? "]}," : "") << R"({"reason":)" << json_string(group.reason) << R"(,"count":)" << group.files << R"(,"files":[)";
    current = &group;
    out << to_line({{"uri", uri}, {"source", source}});
  });
  out << (current ? "]}]}\n" : "]}\n");
  return total;
}

std::string source_json(const SourceSettings& settings, std::size_t documents, std::size_t skipped_files, bool applied) {
  return to_line({{"source", settings.source},
                  {"documents", documents},
                  {"skipped_files", skipped_files},
                  {"include", settings.include},
                  {"exclude", settings.exclude},
                  {"metadata", settings.metadata},
                  {"access", settings.access},
                  {"language", settings.language},
                  {"hidden", settings.hidden},
                  {"ignore_files", settings.ignore_files},
                  {"applied", applied}});
}

std::string formats_json(const std::vector<FormatInfo>& readable, const std::vector<FormatInfo>& unread) {
  Json formats = Json::array(), not_read = Json::array();
  for (const FormatInfo& format : readable)
    formats.push_back({{"format", format.name},
                       {"title", format.title},
                       {"media_types", format.media_types},
                       {"extensions", format.extensions},
                       {"reader", format.reader},
                       {"installed", format.installed},
                       {"install", format.installed ? Json(nullptr) : Json(format.install)}});
  for (const FormatInfo& format : unread) not_read.push_back({{"media_type", format.name}, {"extensions", format.extensions}});
  return to_line({{"schema_version", kSchemaVersion}, {"formats", formats}, {"not_read", not_read}});
}

std::string model_check_json(const ModelCheck& check, const Int8Verdict& verdict) {
  Json precisions = Json::array();
  for (const PrecisionCost& cost : check.precisions)
    precisions.push_back({{"precision", precision_name(cost.precision)},
                          {"cosine_mean", cost.agreement.cosine_mean},
                          {"cosine_p05", cost.agreement.cosine_p05},
                          {"cosine_min", cost.agreement.cosine_min},
                          {"same_neighbours", cost.agreement.neighbours},
                          {"texts_per_s", cost.texts_per_s}});
  Json dataset = nullptr;
  if (check.dataset)
    dataset = {{"name", check.dataset->name},
               {"queries", check.dataset->queries},
               {"ndcg_10_fp32", check.dataset->fp32},
               {"ndcg_10_int8", check.dataset->int8},
               {"difference", check.dataset->int8 - check.dataset->fp32}};
  return to_line({{"schema_version", kSchemaVersion},
                  {"model", check.model},
                  {"texts", check.texts},
                  {"precisions", precisions},
                  {"dataset", dataset},
                  {"int8_turns_vectors", verdict.turns_vectors},
                  {"int8_finds_less", verdict.finds_less},
                  {"int8_is_safe", verdict.safe()}});
}

}  // namespace rag
