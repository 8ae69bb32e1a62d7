#include "ingest/corpus_parts.h"

#include <utility>

#include "core/error.h"
#include "ingest/text_limit.h"

namespace rag {
namespace {

constexpr std::size_t kEach = 64;  // of a value, beside its bytes

std::size_t weight_of(const Document& document) {
  std::size_t bytes = kEach + document.uri.size() + document.title.size() + document.text.size();
  for (const auto& [key, values] : document.metadata) {
    bytes += kEach + key.size();
    for (const std::string& value : values) bytes += sizeof(std::uint64_t) + value.size();
  }
  return bytes;
}

}  // namespace

CorpusParts::CorpusParts(int file, const std::string& uri, const ParseLimits& limits, const CorpusPlace& place, const CorpusPartSizes& sizes)
    : limits_(limits), place_(place), sizes_(sizes), reader_(file, uri, place.lines) {}

void CorpusParts::add(Document document, CorpusPart& part, std::size_t& weight) {
  const auto warn = [&](const std::string& reason) { part.warnings.push_back("line " + std::to_string(reader_.line_number()) + ": " + reason); };
  if (const std::string loss = limit_text(document, limits_.max_text_bytes); !loss.empty()) warn(loss);
  const std::size_t bytes = weight_of(document);
  // The answer is one line then, and must not be larger than the parent takes.
  if (bytes + sizes_.full > sizes_.largest) return warn("text and metadata of " + std::to_string(bytes >> 20) + " MB, expected at most " + std::to_string(sizes_.largest >> 20) + " MB; passed over");
  weight += bytes;
  part.documents.push_back({reader_.line_number(), std::move(document)});
}

// False behind the last line.
bool CorpusParts::read_line(CorpusPart& part, std::size_t& weight) {
  std::optional<Document> document;
  const bool any = place_.pass_over ? reader_.pass_over_line() : reader_.read_line(document);
  place_.pass_over = place_.pass_over && any && reader_.is_within_line();
  for (std::string& warning : reader_.take_warnings()) {
    weight += kEach + warning.size();
    part.warnings.push_back(std::move(warning));
  }
  if (document) add(std::move(*document), part, weight);
  return any;
}

CorpusPart CorpusParts::next(bool& is_last) {
  CorpusPart part;
  const std::uint64_t start = reader_.bytes_read();
  std::size_t weight = 0;
  const bool one_line = place_.bytes + start < place_.slow_until;
  try {
    do {
      is_last = !read_line(part, weight);
    } while (!is_last && !one_line && weight < sizes_.full && reader_.bytes_read() - start < sizes_.input);
  } catch (const Error& trouble) {
    is_last = true;
    part.trouble = trouble.what();
  }
  part.lines = reader_.line_number() - (reader_.is_within_line() ? 1 : 0);
  part.bytes = place_.bytes + reader_.bytes_read();
  return part;
}

}  // namespace rag
