#include "ingest/format_list.h"

#include <algorithm>
#include <string_view>

#include "ingest/archive_reader.h"
#include "ingest/media_type.h"
#include "ingest/ocr.h"
#include "ingest/parser.h"
#include "ingest/speech/recogniser.h"
#include "ingest/speech/sound.h"
#include "ingest/speech/speech_reader.h"

namespace rag {
namespace {

// A line for each parser.  `missing` says what to install, "" where nothing is missing; null where the reader is linked in and so always there.
struct Reader {
  std::string_view parser;
  std::string_view title;
  std::string_view library;
  std::string (*missing)() = nullptr;
};

std::string missing_text_recognition() {
  std::string problem;
  return open_recognizer(ocr_languages(OcrOptions{}.languages), problem) ? "" : problem;
}

std::string missing_listener() { return find_sound_tools().found() && !find_recogniser().empty() ? "" : "run ./scripts/setup_speech.sh"; }

constexpr Reader kReaders[] = {
    {"calendar", "calendars (iCalendar)", "rag"},
    {"contacts", "contacts (vCard)", "rag"},
    {"csv", "CSV, TSV", "rag"},
    {"doc", "Word of 1997 to 2003", "rag"},
    {"docx", "Word", "libarchive, pugixml"},
    {"epub", "EPUB", "libarchive, pugixml, gumbo"},
    {"html", "HTML, XHTML", "gumbo"},
    {"hwp", "Hangul 5 (HWP)", "rag, zlib"},
    {"hwpx", "Hangul (HWPX)", "libarchive, pugixml"},
    {"image", "pictures of text, scans", "tesseract, leptonica", missing_text_recognition},
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
    {"spreadsheetml", "Excel's XML of 2003", "pugixml"},
    {"subtitles", "subtitles (SRT, WebVTT, SAMI, SBV)", "rag"},
    {"svg", "drawings (SVG)", "pugixml, gumbo"},
    {"text", "plain text", "uchardet, iconv"},
    {"xls", "Excel of 1997 to 2003", "rag"},
    {"xlsx", "Excel", "libarchive, expat"},
    {"xml", "XML, RSS, Atom", "pugixml"},
};

// What is read without being a parser's: archives file by file, recordings by listening.
struct Opened {
  Reader reader;
  bool (*takes)(const std::string& media_type);
};

const Opened kOpened[] = {
    {{"archive", "archives (ZIP, TAR, 7z, RAR, gzip ...)", "libarchive"}, [](const std::string& type) { return is_archive(type); }},
    {{"recording", "sound and film", "ffmpeg, a speech recogniser", missing_listener}, is_recording},
};

struct Advice {
  std::string_view media_type, what_to_do;
};
constexpr std::string_view kUnpack = "unpack it, or pack it as ZIP";
constexpr Advice kAdvice[] = {
    {"application/vnd.ms-excel.sheet.binary.macroenabled.12", "save it as XLSX in Excel or LibreOffice"},
    {"application/ms-tnef", "Outlook's own wrapping of a mail and its attachments; open it in Outlook, or ask its sender for mail in HTML or plain text"},
    {"application/postscript", "save it as PDF"},
    {"image/heic", "save it as JPEG or PNG"},
    {"image/heif", "save it as JPEG or PNG"},
    {"image/avif", "save it as JPEG or PNG"},
    {"application/x-alzip", kUnpack},
    {"application/x-alzip-egg", kUnpack},
    {"application/vnd.ms-cab-compressed", kUnpack},
    {"application/x-iso9660-image", kUnpack},
    {"application/x-lzh-compressed", kUnpack},
};

std::vector<std::string> extensions_of_all(const std::vector<std::string>& media_types) {
  std::vector<std::string> all;
  for (const std::string& type : media_types)
    for (std::string& extension : extensions_of(type)) all.push_back(std::move(extension));
  std::sort(all.begin(), all.end());
  return all;
}

void name_reader(FormatInfo& info, const Reader& reader) {
  info.title = reader.title;
  info.reader = reader.library;
  if (reader.missing) info.install = reader.missing();
  info.installed = info.install.empty();
}

bool is_opened(const std::string& media_type) {
  return std::any_of(std::begin(kOpened), std::end(kOpened), [&](const Opened& it) { return it.takes(media_type); });
}

}  // namespace

std::vector<FormatInfo> readable_formats() {
  std::vector<FormatInfo> formats;
  for (const Parser* parser : all_parsers()) {
    FormatInfo info{.name = parser->name(), .title = parser->name(), .media_types = parser->media_types(), .installed = true};
    info.extensions = extensions_of_all(info.media_types);
    const auto* reader = std::find_if(std::begin(kReaders), std::end(kReaders), [&](const Reader& it) { return it.parser == info.name; });
    if (reader != std::end(kReaders)) name_reader(info, *reader);
    formats.push_back(std::move(info));
  }
  for (const Opened& opened : kOpened) {
    FormatInfo info{.name = std::string(opened.reader.parser)};
    for (const std::string& type : recognised_media_types())
      if (opened.takes(type) && !find_parser(type)) info.media_types.push_back(type);
    info.extensions = extensions_of_all(info.media_types);
    name_reader(info, opened.reader);
    formats.push_back(std::move(info));
  }
  std::sort(formats.begin(), formats.end(), [](const FormatInfo& a, const FormatInfo& b) { return a.name < b.name; });
  return formats;
}

std::vector<FormatInfo> unread_formats() {
  std::vector<FormatInfo> formats;
  for (const std::string& type : recognised_media_types())
    if (!find_parser(type) && !is_opened(type)) formats.push_back({.name = type, .title = type, .media_types = {type}, .extensions = extensions_of(type), .install = advice_for_unread(type)});
  return formats;
}

std::string advice_for_unread(std::string_view media_type) {
  for (const Advice& advice : kAdvice)
    if (advice.media_type == media_type) return std::string(advice.what_to_do);
  return "";
}

}  // namespace rag
