#include "cli/passage_formats.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <set>

#include "cli/terminal.h"
#include "core/listing.h"
#include "core/text.h"
#include "pipelines/json_output.h"
#include "retrieve/retriever.h"

namespace rag::cli {
namespace {

std::string score_text(const std::optional<double>& score) { return score ? fmt::format("{:.4f}", *score) : "-"; }

std::string joined_headings(const Passage& passage) {
  std::string out;
  for (const std::string& heading : passage.chunk.heading_path) out += (out.empty() ? "" : " > ") + heading;
  return out;
}

// RFC 4180; a cell that a spreadsheet would take for a formula gets a quote before it.
std::string csv_cell(const std::string& text) {
  std::string cell = !text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos ? "'" + text : text;
  std::string out = "\"";
  for (const char c : cell) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

// A run file's columns are separated by blanks.
std::string trec_word(std::string word) {
  for (char& c : word)
    if (c == ' ' || c == '\t' || c == '\n') c = '_';
  return word.empty() ? "-" : word;
}

void print_text(std::ostream& out, const std::vector<Passage>& passages, bool explain) {
  std::size_t rank = 0;
  const bool reranked = std::ranges::any_of(passages, [](const Passage& passage) { return passage.scores.rerank.has_value(); });
  for (const Passage& passage : passages) {
    out << bold(fmt::format("[{}] {}", ++rank, escape_for_terminal(place_of(passage.uri, passage.chunk.page, passage.time)))) << '\n';
    const std::string headings = joined_headings(passage);
    if (!headings.empty()) out << "    " << faint(preview(headings, 160)) << '\n';
    out << "    " << preview(passage.chunk.text, 420) << '\n';
    if (const std::string others = also_in_text(passage.also_in); !others.empty()) out << "    " << faint(escape_for_terminal(others)) << '\n';
    if (explain) {
      const Scores& scores = passage.scores;
      out << "    "
          << faint(fmt::format("{}fused {}  dense {}  lexical {}  pairs {}  document {}  chunk {}  bytes {}-{}  tokens {}",
                               reranked ? "rerank " + score_text(scores.rerank) + "  " : "", score_text(scores.fused), score_text(scores.dense), score_text(scores.lexical), score_text(scores.pairs),
                               passage.chunk.document_id, passage.chunk.id.value, passage.chunk.span.begin, passage.chunk.span.end,
                               passage.chunk.token_count))
          << '\n';
    }
    out << '\n';
  }
}

}  // namespace

std::string place_of(const std::string& uri, int page, const std::string& time) {
  if (!time.empty()) return uri + " " + time;
  return page > 0 ? fmt::format("{}, {} {}", uri, tr("page", "쪽"), page) : uri;
}

std::string also_in_text(const std::vector<AlsoIn>& others) {
  constexpr std::size_t kShown = 5;
  std::string out;
  for (const bool same : {true, false}) {
    std::string places;
    std::size_t count = 0;
    for (const AlsoIn& other : others)
      if (other.same_words == same && ++count <= kShown) places += (places.empty() ? "" : "; ") + place_of(other.uri, other.page, "");
    if (count == 0) continue;
    if (count > kShown) places += fmt::format(fmt::runtime(tr("; and {} more", " 외 {}개")), count - kShown);
    out += (out.empty() ? "" : "; ") + std::string(same ? tr("also in: ", "같은 내용: ") : tr("nearly the same in: ", "거의 같은 내용: ")) + places;
  }
  return out;
}

void print_passages(std::ostream& out, const std::string& format, const std::string& query, std::uint64_t generation,
                    const std::vector<Passage>& passages, bool explain) {
  if (format == "json") {
    out << search_json(query, generation, passages) << '\n';
    return;
  }
  if (format == "text") return print_text(out, passages, explain);
  if (format == "csv") out << "rank,score,document,uri,page,begin,end,text,also_in\n";
  const std::vector<double> scores = ranking_scores(passages);
  std::size_t rank = 0;
  for (const Passage& passage : passages) {
    ++rank;
    const Chunk& chunk = passage.chunk;
    if (format == "jsonl") {
      out << passage_json(passage, rank) << '\n';
    } else if (format == "csv") {
      out << fmt::format("{},{},{},{},{},{},{},{},{}\n", rank, scores[rank - 1], csv_cell(chunk.document_id), csv_cell(passage.uri),
                         chunk.page, chunk.span.begin, chunk.span.end, csv_cell(chunk.text), csv_cell(joined(passage.also_in, "; ", &AlsoIn::uri)));
    } else {  // md
      out << fmt::format("{}. **{}**", rank, place_of(passage.uri, chunk.page, passage.time));
      if (const std::string headings = joined_headings(passage); !headings.empty()) out << " (" << headings << ")";
      out << "\n   > " << collapse_white_space(chunk.text) << "\n\n";
      if (const std::string others = also_in_text(passage.also_in); !others.empty()) out << "   (" << others << ")\n\n";
    }
  }
}

void print_trec_run(std::ostream& out, const std::string& query_id, const std::vector<Passage>& passages) {
  std::set<std::string> printed;
  const std::vector<double> scores = ranking_scores(passages);
  for (std::size_t i = 0; i < passages.size(); ++i)
    if (const std::string& document = passages[i].chunk.document_id; printed.insert(document).second)
      out << fmt::format("{} Q0 {} {} {:.6f} rag\n", trec_word(query_id), trec_word(document), printed.size(), scores[i]);
}

}  // namespace rag::cli
