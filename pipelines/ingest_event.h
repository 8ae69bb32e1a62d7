#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "core/document.h"
#include "index/ledger.h"
#include "index/records.h"
#include "pipelines/texts_under_way.h"

namespace rag {

// What reading a source yields, in order, for the side that embeds and stores.
struct PutDocument {
  Document document;
  std::string source;
  std::string file_uri;
  std::string content_hash;
  TextsUnderWay::Room room;  // of a large one
};
struct DropDocument {
  std::string id;
};
struct RenameDocument {
  std::string id, new_id, new_uri, new_file_uri;
};
struct DescribeDocument {  // stays as it is, but for these
  std::string id;
  Metadata metadata;
  std::vector<std::string> acl;
  std::string language;
};
struct PutFile {  // behind its documents
  FileRecord file;
  std::size_t as_before = 0;  // documents of a corpus for which there was nothing to do
};
struct DropFile {
  std::string source, uri;
};
struct NoteFile {  // behind everything that was done to the file; tokens cut are counted where they are cut
  FileEntry entry;
};
using IngestEvent = std::variant<PutDocument, DropDocument, RenameDocument, DescribeDocument, PutFile, DropFile, NoteFile>;

}  // namespace rag
