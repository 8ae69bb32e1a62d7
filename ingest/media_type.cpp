#include "ingest/media_type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>

#include "core/error.h"
#include "ingest/archive_reader.h"
#include "ingest/ascii_lower.h"
#include "ingest/charset.h"
#include "ingest/compound_file.h"
#include "ingest/media_type_names.h"
#include "ingest/parser.h"
#include "ingest/zip_directory.h"
#include "ingest/zip_type.h"

namespace rag {
namespace {

constexpr std::string_view kOctets = "application/octet-stream";

struct Signature {
  std::string_view bytes;
  std::size_t offset;
  std::string_view media_type;
};

constexpr Signature kSignatures[] = {
    {"%PDF-", 0, "application/pdf"},
    {"{\\rtf", 0, "application/rtf"},
    {"\x89PNG\r\n\x1A\n", 0, "image/png"},
    {"\xFF\xD8\xFF", 0, "image/jpeg"},
    {"GIF8", 0, "image/gif"},
    {std::string_view("II*\0", 4), 0, "image/tiff"},
    {std::string_view("MM\0*", 4), 0, "image/tiff"},
    {"WEBP", 8, "image/webp"},
    {"WAVE", 8, "audio/wav"},
    {"AVI ", 8, "video/x-msvideo"},
    {"AIFF", 8, "audio/aiff"},
    {"ID3\x02", 0, "audio/mpeg"},
    {"ID3\x03", 0, "audio/mpeg"},
    {"ID3\x04", 0, "audio/mpeg"},
    {"OggS", 0, "audio/ogg"},
    {"fLaC", 0, "audio/flac"},
    {"#!AMR", 0, "audio/amr"},
    {"\x1A\x45\xDF\xA3", 0, "video/x-matroska"},
    {"\x30\x26\xB2\x75\x8E\x66\xCF\x11", 0, "video/x-ms-asf"},
    {"ftypheic", 4, "image/heic"},
    {"ftypheix", 4, "image/heic"},
    {"ftypmif1", 4, "image/heif"},
    {"ftypavif", 4, "image/avif"},
    {"ftypM4A", 4, "audio/mp4"},
    {"ftypqt", 4, "video/quicktime"},
    {"ftyp", 4, "video/mp4"},
    {"\x1F\x8B", 0, "application/gzip"},
    {"BZh", 0, "application/x-bzip2"},
    {"\xFD"
     "7zXZ",
     0, "application/x-xz"},
    {"\x28\xB5\x2F\xFD", 0, "application/zstd"},
    {"\x78\x9F\x3E\x22", 0, "application/ms-tnef"},
    {"7z\xBC\xAF\x27\x1C", 0, "application/x-7z-compressed"},
    {"Rar!\x1A", 0, "application/vnd.rar"},
    {"EGGA", 0, "application/x-alzip-egg"},
    {"ALZ\x01", 0, "application/x-alzip"},
    {std::string_view("MSCF\0\0\0\0", 8), 0, "application/vnd.ms-cab-compressed"},
    {"CD001", 0x8001, "application/x-iso9660-image"},
    {"-lh5-", 2, "application/x-lzh-compressed"},
    {"\x7F"
     "ELF",
     0, "application/x-executable"},
    {"MZ\x90", 0, "application/x-msdownload"},
    {"SQLite format 3", 0, "application/vnd.sqlite3"},
    {"%!PS", 0, "application/postscript"},
    {"HWP Document File V", 0, "application/x-hwp"},  // Hangul 3.0; later ones are compound files
    {"ustar", 257, "application/x-tar"},
};

// The streams at its root tell; those of files attached to it lie deeper.
std::string type_of_sound_compound_file(std::string_view bytes) {
  try {
    const CompoundFile file(bytes, "file");
    if (file.has("FileHeader") && file.has("DocInfo")) return "application/x-hwp";
    if (file.has("WordDocument")) return "application/msword";
    if (file.has("Workbook") || file.has("Book")) return "application/vnd.ms-excel";
    if (file.has("PowerPoint Document")) return "application/vnd.ms-powerpoint";
    if (file.has("__properties_version1.0")) return "application/vnd.ms-outlook";
  } catch (const Error&) {
  }
  return "";
}

// In a damaged one the names, UTF-16, may still be found.
std::string type_of_compound_file(std::string_view bytes) {
  if (std::string type = type_of_sound_compound_file(bytes); !type.empty()) return type;
  const auto has = [&](std::string_view name) {
    std::string wide;
    for (const char c : name) (wide += c) += '\0';
    return bytes.find(wide) != std::string_view::npos;
  };
  if (bytes.find("HWP Document File") != std::string_view::npos || has("HwpSummaryInformation")) return "application/x-hwp";
  if (has("WordDocument")) return "application/msword";
  if (has("Workbook") || has("Book")) return "application/vnd.ms-excel";
  if (has("PowerPoint Document")) return "application/vnd.ms-powerpoint";
  if (has("__properties_version1.0")) return "application/vnd.ms-outlook";
  return "application/x-ole-storage";
}

// Two headers of which one is telling, before anything else: a mail, whatever its name.
bool looks_like_mail(std::string_view text) {
  constexpr std::array<std::string_view, 14> kTelling{
      "from:",         "to:",           "subject:",  "date:",   "received:", "return-path:",  "message-id:",
      "mime-version:", "delivered-to:", "reply-to:", "sender:", "cc:",       "content-type:", "x-mailer:"};
  std::size_t telling = 0;
  bool strong = false;
  for (std::size_t line_count = 0; line_count < 30 && !text.empty(); ++line_count) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line == "\r") break;
    if (line[0] == ' ' || line[0] == '\t') {
      if (line_count == 0) return false;
      continue;
    }
    if (line_count == 0 && line.starts_with("From ")) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0 || line.substr(0, colon).find(' ') != std::string_view::npos) return false;
    const std::string name = ascii_lower(line.substr(0, colon + 1));
    if (std::find(kTelling.begin(), kTelling.end(), name) != kTelling.end()) ++telling;
    if (name == "received:" || name == "message-id:" || name == "mime-version:" || name == "return-path:" || name == "delivered-to:")
      strong = true;
  }
  return telling >= 2 && strong;
}

// The name of the first element, its prefix left out; declarations and comments before it are passed over.
std::string root_of(std::string_view xml) {
  while (xml.starts_with("<?") || xml.starts_with("<!")) {
    const std::string_view end = xml.starts_with("<!--") ? "-->" : ">";
    const std::size_t at = xml.find(end);
    if (at == std::string_view::npos) return "";
    xml.remove_prefix(at + end.size());
    xml.remove_prefix(std::min(xml.find('<'), xml.size()));
  }
  if (!xml.starts_with('<')) return "";
  const std::string_view name = xml.substr(1, xml.find_first_of(" \t\r\n/>", 1) - 1);
  return std::string(name.substr(name.rfind(':') + 1));
}

std::string type_of_text(std::string_view text) {
  while (!text.empty() && (std::isspace(static_cast<unsigned char>(text[0])) || text[0] == '\0')) text.remove_prefix(1);
  const std::string head = ascii_lower(text.substr(0, 1024));
  if (head.starts_with("<!doctype html") || head.starts_with("<html") || head.starts_with("<head>") || head.starts_with("<body"))
    return "text/html";
  if (head.find("<hwpml") != std::string::npos) return "application/x-hwpml+xml";
  if ((head.starts_with("<?xml") || head.starts_with("<svg") || head.starts_with("<!")) && root_of(text) == "svg") return "image/svg+xml";
  if (head.starts_with("<?xml")) return head.find("<html") != std::string::npos ? "application/xhtml+xml" : "application/xml";
  if (looks_like_mail(text)) return text.starts_with("From ") ? "application/mbox" : "message/rfc822";
  if (head.starts_with("webvtt")) return "text/vtt";
  if (head.starts_with("<sami>")) return "application/x-sami";
  if (head.starts_with("begin:vcalendar")) return "text/calendar";
  if (head.starts_with("begin:vcard")) return "text/vcard";
  if (head.starts_with("#!")) {
    const std::string line = head.substr(0, head.find('\n'));
    if (line.find("python") != std::string::npos) return "text/x-python";
    if (line.find("node") != std::string::npos) return "text/javascript";
    return "text/x-shellscript";
  }
  return "";
}

// OpenDocument's flat form and Excel's say what they are, in or behind all their namespaces.
std::string type_of_xml(std::string_view bytes) {
  constexpr std::string_view kMark = "office:mimetype=\"";
  const std::string_view head = bytes.substr(0, 16384);
  if (head.find("\"urn:schemas-microsoft-com:office:spreadsheet\"") != std::string_view::npos) return "application/vnd.ms-spreadsheetml";
  const std::size_t at = head.find(kMark);
  if (at == std::string_view::npos) return "application/xml";
  const std::string_view type = head.substr(at + kMark.size());
  return type.starts_with("application/vnd.oasis.opendocument.") ? std::string(type.substr(0, type.find('"'))) : "application/xml";
}

// The beginning as UTF-8, so that a page in UTF-16 is still seen to be a page; nothing where it is no text.
std::string decoded_head(std::string_view bytes) {
  try {
    return decode_text(bytes.substr(0, bytes.size() < 4096 ? bytes.size() : 4096)).text;
  } catch (const Error&) {
    return "";
  }
}

// What a text is that goes by the name of an office file: servers send tables with commas or tabs as "report.xls", so that a click opens
// Excel.
std::string_view type_of_text_named(std::string_view by_name) {
  if (by_name == "application/vnd.ms-excel" || by_name == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") return "text/csv";
  return by_name == "application/msword" ? "text/plain" : "";
}

}  // namespace

std::vector<std::string> recognised_media_types() {
  std::set<std::string> types;
  for (const auto& [extension, type] : media_types_by_extension()) types.emplace(type);
  for (const Signature& signature : kSignatures) types.emplace(signature.media_type);
  return {types.begin(), types.end()};
}

bool is_binary_media_type(std::string_view type) {
  if (type == "image/svg+xml" || type.find("xml") == type.size() - 3) {
    return type.starts_with("application/vnd.");
  }
  return type.starts_with("image/") || type.starts_with("audio/") || type.starts_with("video/") || type.starts_with("font/") ||
         type == "application/pdf" || type.starts_with("application/vnd.") || type == "application/msword" ||
         type == "application/epub+zip" || type == "application/x-hwp" || type == "application/hwp+zip" || is_archive(type);
}

std::string media_type_of_signature(std::string_view bytes) {
  // "What is AIFF?" has those letters at the same place; what is meant has a frame around it.
  const bool framed = bytes.starts_with("RIFF") || bytes.starts_with("FORM");
  for (const Signature& s : kSignatures)
    if ((s.offset != 8 || framed) && bytes.size() >= s.offset + s.bytes.size() && bytes.substr(s.offset, s.bytes.size()) == s.bytes) return std::string(s.media_type);
  // Two letters are no signature; the four reserved bytes, zero, are.
  if (bytes.size() > 26 && bytes.starts_with("BM") && bytes.substr(6, 4) == std::string_view("\0\0\0\0", 4)) return "image/bmp";
  return "";
}

std::string media_type_of_content(std::string_view bytes) {
  if (std::string type = media_type_of_signature(bytes); !type.empty()) return type;
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06") || bytes.starts_with("PK\x07\x08PK")) return media_type_of_zip(bytes);
  if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) return type_of_compound_file(bytes);
  // Some producers put rubbish before a PDF's first line; readers accept it within the first kilobyte.
  if (bytes.substr(0, 1024).find("%PDF-1.") != std::string_view::npos && bytes.substr(0, 1024).find('\0') != std::string_view::npos)
    return "application/pdf";
  const std::string type = type_of_text(decoded_head(bytes));
  return type == "application/xml" ? type_of_xml(bytes) : type;
}

std::string detect_media_type(std::string_view bytes, const std::string& uri) {
  const std::string by_content = media_type_of_content(bytes);
  const std::string by_name = media_type_of_name(uri);
  // Behind a program that unpacks it.
  if (by_name == "application/zip" && by_content != by_name && read_zip_directory(bytes, 1)) return media_type_of_zip(bytes);
  // A zip without what we look for, cut short say, is what its name says.
  if (by_content == "application/zip" || by_content == "application/vnd.openxmlformats-package" || by_content == "application/x-ole-storage")
    return is_binary_media_type(by_name) ? by_name : by_content;
  // HTML and XML hide in files of many names (.md with a page in it, .vue); a name that tells more is kept for text.
  if (by_content == "text/html" || by_content == "application/xml" || by_content == "image/svg+xml" || by_content == "text/x-shellscript" || by_content == "text/x-python") {
    const bool by_text_name = !by_name.empty() && by_name != "text/plain" && !is_binary_media_type(by_name) && by_name != "application/xml";
    return by_text_name ? by_name : by_content;
  }
  const bool is_mail = by_content == "message/rfc822" || by_content == "application/mbox";
  if (is_mail && (by_name == "message/rfc822" || by_name == "application/x-mimearchive")) return by_name;
  if (is_mail && (by_name == "text/markdown" || by_name == "application/yaml")) return by_name;
  // "Save as Word" of wikis and portals is a web archive.
  if (is_mail && (by_name == "application/msword" || by_name == "application/vnd.ms-excel")) return "application/x-mimearchive";
  if (!by_content.empty()) return by_content;
  if (const std::string_view as_text = type_of_text_named(by_name); !as_text.empty() && !decoded_head(bytes).empty()) return std::string(as_text);
  if (!by_name.empty()) return by_name;
  if (bytes.empty() || decoded_head(bytes).empty()) return std::string(kOctets);
  return "text/plain";
}

}  // namespace rag
