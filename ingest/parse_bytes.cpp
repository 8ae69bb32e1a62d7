#include <algorithm>
#include <exception>
#include <new>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/json_lines.h"
#include "ingest/media_type.h"
#include "ingest/sandbox.h"
#include "ingest/text_limit.h"

namespace rag {
namespace {

// "leave policy" for "hr/leave_policy.pdf".
std::string title_from_name(const std::string& uri) {
  const std::size_t slash = uri.rfind('/');
  std::string name = slash == std::string::npos ? uri : uri.substr(slash + 1);
  if (const std::string extension = extension_of(name); !extension.empty()) name.resize(name.size() - extension.size() - 1);
  for (char& c : name)
    if (c == '_') c = ' ';
  name = collapse_white_space(replace_invalid_utf8(name));
  return name.empty() ? uri : to_nfc(name);
}

void complete(Document& document, const std::string& uri, const std::string& media_type) {
  if (document.uri.empty()) document.uri = uri;
  if (document.title.empty()) document.title = title_from_name(uri);
  document.media_type = media_type;
  if (const std::string extension = extension_of(uri); !extension.empty()) document.metadata["ext"] = {extension};
}

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
      complete(document, uri, "application/x-ndjson");
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

ParseOutcome parse_bytes(std::string_view bytes, const std::string& uri, const ParseLimits& limits) {
  ParseOutcome outcome;
  try {
    if (bytes.size() > limits.max_file_bytes)
      throw Error(ErrorKind::Ingest, "larger than " + std::to_string(limits.max_file_bytes >> 20) + " MB");
    if (bytes.empty()) throw Error(ErrorKind::Ingest, "empty file (0 bytes)");
    const std::string media_type = detect_media_type(bytes, uri);
    if (media_type == "application/x-ndjson" && looks_like_json_lines_corpus(bytes)) return parse_corpus(bytes, uri, limits);
    const Format* format = find_format(media_type);
    if (!format) throw Error(ErrorKind::Ingest, no_parser_reason(media_type));
    Document document = format->read(bytes, uri, outcome.warnings);
    if (std::string loss = limit_text(document, limits.max_text_bytes); !loss.empty()) outcome.warnings.push_back(std::move(loss));
    complete(document, uri, media_type);
    outcome.documents.push_back(std::move(document));
  } catch (const Error& e) {
    outcome = {{}, e.what(), {}};
  } catch (const std::bad_alloc&) {
    outcome = {{}, "needs more than " + std::to_string(limits.max_address_space >> 20) + " MB of memory", {}};
  } catch (const std::exception& e) {
    outcome = {{}, std::string("the parser failed: ") + escape_for_terminal(collapse_white_space(e.what())), {}};
  }
  return outcome;
}

}  // namespace rag
