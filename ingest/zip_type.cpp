#include "ingest/zip_type.h"

#include <algorithm>
#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/ascii_lower.h"

namespace rag {
namespace {

constexpr std::string_view kWord = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
constexpr std::string_view kSheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
constexpr std::string_view kSlides = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
constexpr std::string_view kUnknownPackage = "application/vnd.openxmlformats-package";
constexpr std::string_view kBinarySheet = "application/vnd.ms-excel.sheet.binary.macroenabled.12";

// Office files are zips that differ by what lies in them.  Templates and files with macros are read as what they are besides.
struct OfficeFamily {
  std::string_view main_type;  // within [Content_Types].xml, in lower case
  std::string_view main_part;
  std::string_view media_type;
};
constexpr OfficeFamily kOfficeFamilies[] = {
    {"wordprocessingml.document.main", "word/document", kWord},
    {"wordprocessingml.template.main", "", kWord},
    {"ms-word.document.macroenabled.main", "", kWord},
    {"ms-word.template.macroenabledtemplate.main", "", kWord},
    {"spreadsheetml.sheet.main", "xl/workbook.xml", kSheet},
    {"spreadsheetml.template.main", "", kSheet},
    {"ms-excel.sheet.macroenabled.main", "", kSheet},
    {"ms-excel.template.macroenabled.main", "", kSheet},
    {"ms-excel.addin.macroenabled.main", "", kSheet},
    {"ms-excel.sheet.binary.macroenabled.main", "xl/workbook.bin", kBinarySheet},
    {"presentationml.presentation.main", "ppt/presentation", kSlides},
    {"presentationml.slideshow.main", "", kSlides},
    {"presentationml.template.main", "", kSlides},
    {"ms-powerpoint.presentation.macroenabled.main", "", kSlides},
    {"ms-powerpoint.slideshow.macroenabled.main", "", kSlides},
    {"ms-powerpoint.template.macroenabled.main", "", kSlides},
};

// The content of one small member; "" where it cannot be read.
std::string member_of(std::string_view bytes, std::string_view wanted) {
  try {
    const auto members = read_zip(bytes, [&](std::string_view name) { return name == wanted; }, {.max_member_bytes = 4 << 20});
    return members.empty() ? "" : members.begin()->second;
  } catch (const Error&) {
    return "";
  }
}

std::string type_of_office_file(std::string_view bytes, const std::vector<std::string>& names) {
  const std::string types = ascii_lower(member_of(bytes, "[Content_Types].xml"));
  for (const OfficeFamily& family : kOfficeFamilies)
    if (types.find(family.main_type) != std::string::npos) return std::string(family.media_type);
  const auto has = [&](std::string_view part) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return ascii_lower(name).starts_with(part); });
  };
  for (const OfficeFamily& family : kOfficeFamilies)
    if (!family.main_part.empty() && has(family.main_part)) return std::string(family.media_type);
  return std::string(kUnknownPackage);
}

}  // namespace

std::string media_type_of_zip(std::string_view bytes) {
  constexpr std::size_t kMostNames = 5000;
  const std::vector<std::string> names = list_zip(bytes, kMostNames);
  const auto has = [&](std::string_view name) { return std::find(names.begin(), names.end(), name) != names.end(); };
  // OpenDocument, EPUB and HWPX have a member "mimetype", first and uncompressed if they follow the rules.
  if (has("mimetype")) {
    const std::string type(trim(replace_invalid_utf8(member_of(bytes, "mimetype"))));
    if (type.starts_with("application/") && type.size() < 100) return type;
  }
  if (has("Contents/content.hpf")) return "application/hwp+zip";
  const bool has_book = std::any_of(names.begin(), names.end(), [](const std::string& name) { return name.ends_with(".opf"); });
  if (has_book && has("META-INF/container.xml")) return "application/epub+zip";
  if (has("[Content_Types].xml")) return type_of_office_file(bytes, names);
  return "application/zip";
}

}  // namespace rag
