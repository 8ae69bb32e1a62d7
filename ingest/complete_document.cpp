#include "ingest/complete_document.h"

#include "core/text.h"
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

}  // namespace

void complete_document(Document& document, const std::string& uri, const std::string& media_type) {
  if (document.uri.empty()) document.uri = uri;
  if (document.title.empty()) document.title = title_from_name(uri);
  document.media_type = media_type;
  if (const std::string extension = extension_of(uri); !extension.empty()) document.metadata["ext"] = {extension};
}

}  // namespace rag
