// What a file's name says of its kind.
#include "ingest/media_type_names.h"

#include <algorithm>

#include "ingest/ascii_lower.h"
#include "ingest/media_type.h"

namespace rag {
namespace {

constexpr std::string_view kSheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr std::string_view kSlides = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
constexpr std::string_view kWord = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

std::string_view base_name(std::string_view uri) {
  const std::size_t slash = uri.rfind('/');
  return slash == std::string_view::npos ? uri : uri.substr(slash + 1);
}

}  // namespace

const std::unordered_map<std::string_view, std::string_view>& media_types_by_extension() {
  static const std::unordered_map<std::string_view, std::string_view> types{
      {"txt", "text/plain"},
      {"text", "text/plain"},
      {"log", "text/plain"},
      {"rst", "text/x-rst"},
      {"org", "text/x-org"},
      {"md", "text/markdown"},
      {"markdown", "text/markdown"},
      {"mdx", "text/markdown"},
      {"html", "text/html"},
      {"htm", "text/html"},
      {"xhtml", "application/xhtml+xml"},
      {"csv", "text/csv"},
      {"tsv", "text/tab-separated-values"},
      {"tab", "text/tab-separated-values"},
      {"jsonl", "application/x-ndjson"},
      {"ndjson", "application/x-ndjson"},
      {"pdf", "application/pdf"},
      {"docx", kWord},
      {"docm", kWord},
      {"dotx", kWord},
      {"dotm", kWord},
      {"xlsx", kSheet},
      {"xlsm", kSheet},
      {"xltx", kSheet},
      {"xltm", kSheet},
      {"xlam", kSheet},
      {"xlsb", "application/vnd.ms-excel.sheet.binary.macroenabled.12"},
      {"pptx", kSlides},
      {"pptm", kSlides},
      {"ppsx", kSlides},
      {"ppsm", kSlides},
      {"potx", kSlides},
      {"potm", kSlides},
      {"doc", "application/msword"},
      {"xls", "application/vnd.ms-excel"},
      {"ppt", "application/vnd.ms-powerpoint"},
      {"msg", "application/vnd.ms-outlook"},
      {"odt", "application/vnd.oasis.opendocument.text"},
      {"ott", "application/vnd.oasis.opendocument.text-template"},
      {"fodt", "application/vnd.oasis.opendocument.text"},
      {"ods", "application/vnd.oasis.opendocument.spreadsheet"},
      {"ots", "application/vnd.oasis.opendocument.spreadsheet-template"},
      {"fods", "application/vnd.oasis.opendocument.spreadsheet"},
      {"odp", "application/vnd.oasis.opendocument.presentation"},
      {"otp", "application/vnd.oasis.opendocument.presentation-template"},
      {"fodp", "application/vnd.oasis.opendocument.presentation"},
      {"rtf", "application/rtf"},
      {"epub", "application/epub+zip"},
      {"hwp", "application/x-hwp"},
      {"hwpx", "application/hwp+zip"},
      {"hml", "application/x-hwpml+xml"},
      {"eml", "message/rfc822"},
      {"mail", "message/rfc822"},
      {"mht", "application/x-mimearchive"},
      {"mhtml", "application/x-mimearchive"},
      {"srt", "application/x-subrip"},
      {"vtt", "text/vtt"},
      {"smi", "application/x-sami"},
      {"sami", "application/x-sami"},
      {"sbv", "text/x-sbv"},
      {"mbox", "application/mbox"},
      {"ipynb", "application/x-ipynb+json"},
      {"xml", "application/xml"},
      {"svg", "image/svg+xml"},
      {"rss", "application/rss+xml"},
      {"atom", "application/atom+xml"},
      {"ics", "text/calendar"},
      {"vcf", "text/vcard"},
      {"zip", "application/zip"},
      {"jar", "application/zip"},
      {"tar", "application/x-tar"},
      {"7z", "application/x-7z-compressed"},
      {"gz", "application/gzip"},
      {"tgz", "application/gzip"},
      {"bz2", "application/x-bzip2"},
      {"tbz2", "application/x-bzip2"},
      {"xz", "application/x-xz"},
      {"txz", "application/x-xz"},
      {"zst", "application/zstd"},
      {"rar", "application/vnd.rar"},
      {"png", "image/png"},
      {"jpg", "image/jpeg"},
      {"jpeg", "image/jpeg"},
      {"gif", "image/gif"},
      {"tif", "image/tiff"},
      {"tiff", "image/tiff"},
      {"bmp", "image/bmp"},
      {"webp", "image/webp"},
      {"mp3", "audio/mpeg"},
      {"mp4", "video/mp4"},
      {"wav", "audio/wav"},
      {"m4a", "audio/mp4"},
      {"m4b", "audio/mp4"},
      {"aac", "audio/aac"},
      {"ogg", "audio/ogg"},
      {"oga", "audio/ogg"},
      {"opus", "audio/ogg"},
      {"flac", "audio/flac"},
      {"wma", "audio/x-ms-wma"},
      {"amr", "audio/amr"},
      {"aiff", "audio/aiff"},
      {"aif", "audio/aiff"},
      {"caf", "audio/x-caf"},
      {"m4v", "video/mp4"},
      {"mov", "video/quicktime"},
      {"mkv", "video/x-matroska"},
      {"mka", "audio/x-matroska"},
      {"webm", "video/webm"},
      {"avi", "video/x-msvideo"},
      {"wmv", "video/x-ms-wmv"},
      {"flv", "video/x-flv"},
      {"mpg", "video/mpeg"},
      {"mpeg", "video/mpeg"},
      {"m2ts", "video/mp2t"},
      {"mts", "video/mp2t"},
      {"3gp", "video/3gpp"},
      {"mid", "audio/midi"},
      {"midi", "audio/midi"},
      {"ttf", "font/ttf"},
      {"otf", "font/otf"},
      {"woff", "font/woff"},
      {"woff2", "font/woff2"},
      {"ico", "image/x-icon"},
      // Source code, read as it stands.
      {"c", "text/x-c"},
      {"h", "text/x-c"},
      {"cc", "text/x-c++"},
      {"cpp", "text/x-c++"},
      {"cxx", "text/x-c++"},
      {"hpp", "text/x-c++"},
      {"hh", "text/x-c++"},
      {"cu", "text/x-c++"},
      {"cuh", "text/x-c++"},
      {"py", "text/x-python"},
      {"pyi", "text/x-python"},
      {"js", "text/javascript"},
      {"mjs", "text/javascript"},
      {"jsx", "text/javascript"},
      {"ts", "text/x-typescript"},
      {"tsx", "text/x-typescript"},
      {"java", "text/x-java"},
      {"kt", "text/x-kotlin"},
      {"scala", "text/x-scala"},
      {"go", "text/x-go"},
      {"rs", "text/x-rust"},
      {"rb", "text/x-ruby"},
      {"php", "text/x-php"},
      {"cs", "text/x-csharp"},
      {"swift", "text/x-swift"},
      {"m", "text/x-objective-c"},
      {"r", "text/x-r"},
      {"pl", "text/x-perl"},
      {"lua", "text/x-lua"},
      {"sh", "text/x-shellscript"},
      {"bash", "text/x-shellscript"},
      {"sql", "text/x-sql"},
      {"css", "text/css"},
      {"scss", "text/x-scss"},
      {"json", "application/json"},
      {"geojson", "application/json"},
      {"yaml", "application/yaml"},
      {"yml", "application/yaml"},
      {"toml", "application/toml"},
      {"ini", "text/x-ini"},
      {"cfg", "text/x-ini"},
      {"conf", "text/x-ini"},
      {"cmake", "text/x-cmake"},
      {"mk", "text/x-makefile"},
      {"proto", "text/x-protobuf"},
      {"tex", "text/x-tex"},
      {"hs", "text/x-haskell"},
      {"ex", "text/x-elixir"},
      {"erl", "text/x-erlang"},
      {"clj", "text/x-clojure"},
      {"dart", "text/x-dart"},
      {"vue", "text/x-vue"},
      {"bat", "text/x-batch"},
      {"ps1", "text/x-powershell"},
      {"tf", "text/x-terraform"},
      {"gradle", "text/x-gradle"}};
  return types;
}

std::string extension_of(std::string_view uri) {
  const std::string_view name = base_name(uri);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == name.size() || name.size() - dot > 12) return "";
  return ascii_lower(name.substr(dot + 1));
}

std::vector<std::string> extensions_of(std::string_view media_type) {
  std::vector<std::string> extensions;
  for (const auto& [extension, type] : media_types_by_extension())
    if (type == media_type) extensions.emplace_back(extension);
  std::sort(extensions.begin(), extensions.end());
  return extensions;
}

std::string media_type_of_name(std::string_view uri) {
  const std::string extension = extension_of(uri);
  const auto& types = media_types_by_extension();
  if (const auto found = types.find(extension); found != types.end()) return std::string(found->second);
  const std::string name = ascii_lower(base_name(uri));
  if (name == "makefile") return "text/x-makefile";
  if (name == "cmakelists.txt") return "text/x-cmake";
  if (name == "dockerfile") return "text/x-dockerfile";
  return "";
}

}  // namespace rag
