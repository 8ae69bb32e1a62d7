#pragma once

#include <string>
#include <variant>

#include "core/document.h"
#include "index/records.h"

namespace rag {

// What reading a source yields, in order, for the side that embeds and stores.
struct PutDocument {
  Document document;
  std::string source;
  std::string file_uri;
  std::string content_hash;
};
struct DropDocument {
  std::string id;
};
struct RenameDocument {
  std::string id, new_id, new_uri, new_file_uri;
};
struct PutFile {
  FileRecord file;
};
struct DropFile {
  std::string source, uri;
};
using IngestEvent = std::variant<PutDocument, DropDocument, RenameDocument, PutFile, DropFile>;

}  // namespace rag
