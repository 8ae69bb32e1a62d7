// Plain text and source code: the text as it stands, the latter with its functions and classes for headings.
#include <utility>

#include "ingest/code_outline.h"
#include "ingest/format.h"
#include "ingest/text_file.h"
#include "ingest/unicode_escapes.h"

namespace rag {
namespace {

Document decoded(std::string_view bytes, std::vector<std::string>& warnings) {
  Metadata metadata;
  std::string text = decode_file(bytes, warnings, metadata);
  return as_it_stands(std::move(text), std::move(metadata));
}

// The same, where "\\uD55C" is how some programs write what is not ASCII.
Document decoded_with_escapes(std::string_view bytes, std::vector<std::string>& warnings) {
  Metadata metadata;
  std::string text = undo_unicode_escapes(decode_file(bytes, warnings, metadata));
  return as_it_stands(std::move(text), std::move(metadata));
}

class PlainText final : public Format {
 public:
  std::string name() const override { return "text"; }
  std::vector<std::string> media_types() const override { return {"text/plain"}; }
  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    return uri.ends_with(".properties") ? decoded_with_escapes(bytes, warnings) : decoded(bytes, warnings);
  }
};

class SourceCode final : public Format {
 public:
  std::string name() const override { return "source"; }
  std::vector<std::string> media_types() const override {
    return {"text/x-c",           "text/x-c++",        "text/x-python",      "text/javascript",   "text/x-typescript", "text/x-java",
            "text/x-kotlin",      "text/x-scala",      "text/x-go",          "text/x-rust",       "text/x-ruby",       "text/x-php",
            "text/x-csharp",      "text/x-swift",      "text/x-objective-c", "text/x-r",          "text/x-perl",       "text/x-lua",
            "text/x-shellscript", "text/x-sql",        "text/css",           "text/x-scss",       "application/yaml",  "application/toml",
            "text/x-ini",         "text/x-cmake",      "text/x-makefile",    "text/x-dockerfile", "text/x-protobuf",   "text/x-tex",
            "text/x-haskell",     "text/x-elixir",     "text/x-erlang",      "text/x-clojure",    "text/x-dart",       "text/x-vue",
            "text/x-batch",       "text/x-powershell", "text/x-terraform",   "text/x-gradle"};
  }
  Document read(std::string_view bytes, const std::string& uri, std::vector<std::string>& warnings) const override {
    return read_within(bytes, uri, detect_media_type(bytes, uri), {}, warnings);
  }
  Document read_within(std::string_view bytes, const std::string&, const std::string& media_type, const ParseLimits&,
                       std::vector<std::string>& warnings) const override {
    Document document = media_type == "application/yaml" ? decoded_with_escapes(bytes, warnings) : decoded(bytes, warnings);
    document.headings = outline_of_code(document.text, media_type);
    return document;
  }
};

}  // namespace

std::unique_ptr<Format> make_plain_text_format() { return std::make_unique<PlainText>(); }
std::unique_ptr<Format> make_source_code_format() { return std::make_unique<SourceCode>(); }

}  // namespace rag
