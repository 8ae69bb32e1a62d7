#include "ingest/complete_document.h"

#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/invisible_text.h"
#include "ingest/media_type.h"

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

// A line or two is hidden in many mails and forms, and means no harm.
std::string hidden_text_warning(const Metadata& metadata) {
  constexpr std::size_t kFewLines = 200;
  const auto letters = metadata.find("hidden_text");
  if (letters == metadata.end() || std::stoul(letters->second.at(0)) < kFewLines) return "";
  return "hides text from its readers (" + letters->second[0] + " letters)";
}

}  // namespace

void complete_document(Document& document, const std::string& uri, const std::string& media_type, std::vector<std::string>& warnings) {
  const std::string invisible = invisible_text_warning(remove_invisible_text(document));
  if (!invisible.empty()) warnings.push_back(invisible);
  if (!has_letter_or_digit(document.text)) throw Error(ErrorKind::Ingest, "nothing but invisible characters in it");
  if (const std::string hidden = hidden_text_warning(document.metadata); !hidden.empty()) warnings.push_back(hidden);
  if (document.uri.empty()) document.uri = uri;
  document.title = document.title.empty() ? title_from_name(uri) : bounded_title(std::move(document.title));
  document.media_type = media_type;
  if (const std::string extension = extension_of(uri); !extension.empty()) document.metadata["ext"] = {extension};
}

}  // namespace rag
