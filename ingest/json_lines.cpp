#include "ingest/json_lines.h"

#include <new>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/error.h"
#include "core/json_nesting.h"
#include "core/text.h"
#include "ingest/charset.h"
#include "ingest/document_builder.h"
#include "ingest/invisible_text.h"

namespace rag {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 64;  // of objects in metadata; what lies deeper is kept as JSON

// A scalar as a filter compares it: strings bare, the rest as JSON writes it.
std::string scalar(const Json& value) {
  return value.is_string() ? clean_text(value.get_ref<const std::string&>()) : value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void flatten(const std::string& key, const Json& value, Metadata& metadata, int depth) {
  if (value.is_null()) return;
  if (value.is_object() && depth < kMaxDepth) {
    for (const auto& [name, inner] : value.items()) flatten(key.empty() ? name : key + "." + name, inner, metadata, depth + 1);
  } else if (value.is_array() && depth < kMaxDepth) {
    for (const Json& inner : value) flatten(key, inner, metadata, depth + 1);
  } else {
    metadata[key].push_back(scalar(value));
  }
}

// The library's message without its own name and number: "syntax error while parsing value - unexpected end of input".
std::string json_reason(const std::exception& e) {
  std::string what = e.what();
  if (const std::size_t at = what.find("] "); at != std::string::npos) what.erase(0, at + 2);
  if (const std::size_t at = what.find("; last read"); at != std::string::npos) what.resize(at);
  return escape_for_terminal(what);
}

std::string string_field(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string id_of(const Json& object, std::uint64_t line_number) {
  for (const char* name : {"_id", "id"}) {
    const auto found = object.find(name);
    if (found != object.end() && (found->is_string() || found->is_number())) {
      std::string id = scalar(*found);
      if (!id.empty()) return id;
    }
  }
  return std::to_string(line_number);
}

[[noreturn]] void fail(const std::string& reason) { throw Error(ErrorKind::Ingest, reason); }

std::unique_ptr<OpenFile> open_or_throw(const std::filesystem::path& file) {
  auto open = std::make_unique<OpenFile>(file);
  if (!open->reason().empty()) throw Error(ErrorKind::Io, file.string() + ": " + open->reason());
  return open;
}

}  // namespace

Document parse_json_line(std::string_view line, const std::string& uri, std::uint64_t line_number) {
  if (nests_too_deep(line)) fail("nested deeper than 256 levels");
  if (const auto bad = find_invalid_utf8(line)) fail("invalid UTF-8 at byte " + std::to_string(*bad) + " of the line");
  Json object;
  try {
    object = Json::parse(line);
  } catch (const Json::exception& e) {
    fail("not JSON (" + json_reason(e) + "), expected one object a line");
  }
  if (!object.is_object()) fail(std::string("a JSON ") + object.type_name() + ", expected an object with \"_id\" and \"text\"");
  const auto text = object.find("text");
  if (text == object.end()) fail("no \"text\" field");
  if (!text->is_string()) fail(std::string("\"text\" is a JSON ") + text->type_name() + ", expected a string");

  Document document;
  document.id = id_of(object, line_number);
  document.uri = uri + "#" + document.id;
  document.title = bounded_title(clean_text(collapse_white_space(string_field(object, "title"))));
  document.text = clean_text(text->get_ref<const std::string&>());
  document.media_type = "application/x-ndjson";
  remove_invisible_text(document);
  if (!has_letter_or_digit(document.text) && !has_letter_or_digit(document.title)) fail("no text in it");
  if (!has_letter_or_digit(document.text)) document.text = document.title;
  document.language = guess_language(document.text);
  if (document.title.empty()) document.title = document.id;
  for (const auto& [name, value] : object.items()) {
    if (name == "_id" || name == "title" || name == "text") continue;
    flatten(name == "metadata" && value.is_object() ? "" : name, value, document.metadata, 0);
  }
  return document;
}

bool looks_like_json_lines_corpus(std::string_view first_bytes) {
  if (first_bytes.starts_with("\xEF\xBB\xBF")) first_bytes.remove_prefix(3);
  const std::size_t begin = first_bytes.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || first_bytes[begin] != '{') return false;
  const std::string_view rest = first_bytes.substr(begin);
  const std::string_view line = rest.substr(0, rest.find('\n'));
  // The field's name may also stand in a string; a log that says so is read as a corpus whose lines then explain themselves.
  return line.find("\"text\"") != std::string_view::npos;
}

JsonLinesReader::JsonLinesReader(const std::filesystem::path& file, std::string uri, std::size_t max_line_bytes)
    : JsonLinesReader(open_or_throw(file), std::move(uri), max_line_bytes) {}

JsonLinesReader::JsonLinesReader(std::unique_ptr<OpenFile> file, std::string uri, std::size_t max_line_bytes)
    : own_(std::move(file)), lines_(own_->get(), max_line_bytes), uri_(std::move(uri)), max_line_bytes_(max_line_bytes) {}

JsonLinesReader::JsonLinesReader(int file, std::string uri, std::uint64_t lines_before, std::size_t max_line_bytes)
    : lines_(file, max_line_bytes), uri_(std::move(uri)), max_line_bytes_(max_line_bytes), line_number_(lines_before) {}

std::vector<std::string> JsonLinesReader::take_warnings() { return std::exchange(warnings_, {}); }

std::optional<LineSource::Line> JsonLinesReader::take_line() {
  auto line = lines_.next();
  if (!line) return line;
  if (!within_line_) ++line_number_;
  within_line_ = !line->ended;
  return line;
}

bool JsonLinesReader::pass_over_line() { return take_line().has_value(); }

bool JsonLinesReader::read_line(std::optional<Document>& document) {
  document.reset();
  const auto line = take_line();
  if (!line) return false;
  if (!line->ended) return true;
  const auto warn = [&](const std::string& reason) { warnings_.push_back("line " + std::to_string(line_number_) + ": " + reason); };
  std::string_view text = line->text;
  if (line->too_long) {
    warn("longer than " + std::to_string(max_line_bytes_ >> 20) + " MB; passed over");
    return true;
  }
  if (line_number_ == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (text.find_first_not_of(" \t\r") == std::string_view::npos) return true;
  try {
    document = parse_json_line(text, uri_, line_number_);
  } catch (const Error& e) {
    warn(e.what());
  } catch (const std::bad_alloc&) {
    warn("needs more memory than there is for it; passed over");
  }
  return true;
}

std::optional<Document> JsonLinesReader::next() {
  std::optional<Document> document;
  while (read_line(document))
    if (document) break;
  return document;
}

}  // namespace rag
