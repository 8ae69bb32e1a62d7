#include <algorithm>
#include <exception>
#include <functional>
#include <new>

#include "core/error.h"
#include "core/text.h"
#include "ingest/complete_document.h"
#include "ingest/contained_files.h"
#include "ingest/format.h"
#include "ingest/json_lines.h"
#include "ingest/media_type.h"
#include "ingest/picture_text.h"
#include "ingest/sandbox.h"
#include "ingest/text_limit.h"

namespace rag {
namespace {

ParseOutcome parse_corpus(std::string_view bytes, const std::string& uri, const ParseLimits& limits) {
  ParseOutcome outcome;
  std::size_t line_number = 0, total = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    std::string_view line = bytes.substr(at, end - at);
    at = end + 1;
    if (++line_number == 1 && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    try {
      if (line.size() > JsonLinesReader::kMaxLineBytes)
        throw Error(ErrorKind::Ingest, "longer than " + std::to_string(JsonLinesReader::kMaxLineBytes >> 20) + " MB; passed over");
      Document document = parse_json_line(line, uri, line_number);
      complete_document(document, uri, "application/x-ndjson", outcome.warnings);
      total += document.text.size();
      if (total > limits.max_text_bytes)
        throw Error(ErrorKind::Ingest, "the documents up to here have more than " + std::to_string(limits.max_text_bytes >> 20) +
                                           " MB of text; the rest is left out");
      outcome.documents.push_back(std::move(document));
    } catch (const Error& e) {
      outcome.warnings.push_back("line " + std::to_string(line_number) + ": " + e.what());
      if (total > limits.max_text_bytes) break;
    }
  }
  if (outcome.documents.empty()) outcome.skipped = outcome.warnings.empty() ? "no documents in it" : outcome.warnings.front();
  return outcome;
}

}  // namespace

std::string failure_of(const ParseLimits& limits, const std::function<void()>& work) {
  try {
    work();
    return "";
  } catch (const Error& e) {
    return e.what();
  } catch (const std::bad_alloc&) {
    return "needs more than " + std::to_string(limits.max_address_space >> 20) + " MB of memory";
  } catch (const std::exception& e) {
    return std::string("the parser failed: ") + escape_for_terminal(collapse_white_space(e.what()));
  }
}

ParseOutcome parse_alone(std::string_view bytes, const std::string& uri, const std::string& media_type, const ParseLimits& limits) {
  ParseOutcome outcome;
  const std::string failure = failure_of(limits, [&] {
    if (bytes.size() > limits.max_file_bytes)
      throw Error(ErrorKind::Ingest, "larger than " + std::to_string(limits.max_file_bytes >> 20) + " MB");
    if (bytes.empty()) throw Error(ErrorKind::Ingest, "empty file (0 bytes)");
    if (media_type == "application/x-ndjson" && looks_like_json_lines_corpus(bytes)) {
      outcome = parse_corpus(bytes, uri, limits);
      return;
    }
    const Format* format = find_format(media_type);
    if (!format) throw Error(ErrorKind::Ingest, no_parser_reason(media_type));
    Document document = read_with_pictures(*format, bytes, uri, media_type, limits, outcome.warnings);
    if (std::string loss = limit_text(document, limits.max_text_bytes); !loss.empty()) outcome.warnings.push_back(std::move(loss));
    complete_document(document, uri, media_type, outcome.warnings);
    outcome.documents.push_back(std::move(document));
  });
  if (failure.empty()) return outcome;
  return {.skipped = failure};
}

ParseOutcome parse_bytes(std::string_view bytes, const std::string& uri, const ParseLimits& limits) {
  ParseOutcome outcome;
  const std::string failure = failure_of(limits, [&] { outcome = parse_with_members(bytes, uri, limits); });
  if (!failure.empty()) return {.skipped = failure};
  conclude(outcome, uri);
  return outcome;
}

}  // namespace rag
