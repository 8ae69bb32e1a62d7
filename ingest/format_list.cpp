#include "ingest/format_list.h"

#include <algorithm>
#include <string_view>

#include "ingest/media_type.h"
#include "ingest/parser.h"

namespace rag {
namespace {

// A line for each parser.  `installed` is null where the reader is linked in and so cannot be missing.
struct Reader {
  std::string_view parser;
  std::string_view title;
  std::string_view library;
  bool (*installed)() = nullptr;
  std::string_view install = "";
};

constexpr Reader kReaders[] = {
    {"csv", "CSV, TSV", "rag"},
    {"doc", "Word of 1997 to 2003", "rag"},
    {"docx", "Word", "libarchive, pugixml"},
    {"epub", "EPUB", "libarchive, pugixml, gumbo"},
    {"html", "HTML, XHTML", "gumbo"},
    {"hwp", "Hangul 5 (HWP)", "rag, zlib"},
    {"hwpx", "Hangul (HWPX)", "libarchive, pugixml"},
    {"json", "JSON, JSON Lines", "nlohmann-json"},
    {"mail", "mail (EML, MBOX)", "gmime"},
    {"markdown", "Markdown", "cmark-gfm"},
    {"markup", "reStructuredText, Org", "rag"},
    {"mhtml", "web archives (MHTML)", "gmime, gumbo"},
    {"msg", "Outlook messages", "rag"},
    {"notebook", "Jupyter notebooks", "nlohmann-json, cmark-gfm"},
    {"odp", "OpenDocument presentations", "libarchive, pugixml"},
    {"ods", "OpenDocument spreadsheets", "libarchive, pugixml"},
    {"odt", "OpenDocument texts", "libarchive, pugixml"},
    {"pdf", "PDF", "poppler"},
    {"ppt", "PowerPoint of 1997 to 2003", "rag"},
    {"pptx", "PowerPoint", "libarchive, pugixml"},
    {"rtf", "RTF", "rag"},
    {"source", "source code, YAML, TOML, SQL", "rag"},
    {"subtitles", "subtitles (SRT, WebVTT)", "rag"},
    {"text", "plain text", "uchardet, iconv"},
    {"xls", "Excel of 1997 to 2003", "rag"},
    {"xlsx", "Excel", "libarchive, expat"},
    {"xml", "XML, RSS, Atom", "pugixml"},
};

std::vector<std::string> extensions_of_all(const std::vector<std::string>& media_types) {
  std::vector<std::string> all;
  for (const std::string& type : media_types)
    for (std::string& extension : extensions_of(type)) all.push_back(std::move(extension));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

std::vector<FormatInfo> readable_formats() {
  std::vector<FormatInfo> formats;
  for (const Parser* parser : all_parsers()) {
    FormatInfo info{.name = parser->name(), .title = parser->name(), .media_types = parser->media_types(), .installed = true};
    info.extensions = extensions_of_all(info.media_types);
    const auto* reader = std::find_if(std::begin(kReaders), std::end(kReaders), [&](const Reader& it) { return it.parser == info.name; });
    if (reader != std::end(kReaders)) {
      info.title = reader->title;
      info.reader = reader->library;
      info.installed = !reader->installed || reader->installed();
      if (!info.installed) info.install = reader->install;
    }
    formats.push_back(std::move(info));
  }
  std::sort(formats.begin(), formats.end(), [](const FormatInfo& a, const FormatInfo& b) { return a.name < b.name; });
  return formats;
}

std::vector<FormatInfo> unread_formats() {
  std::vector<FormatInfo> formats;
  for (const std::string& type : recognised_media_types())
    if (!find_parser(type)) formats.push_back({.name = type, .title = type, .media_types = {type}, .extensions = extensions_of(type)});
  return formats;
}

}  // namespace rag
