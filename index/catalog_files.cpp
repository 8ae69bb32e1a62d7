#include "index/catalog_files.h"

#include <string>

#include "index/row_coding.h"

namespace rag {
namespace {

class CatalogFiles final : public FileCursor {
 public:
  CatalogFiles(Database& catalog, std::string_view source, std::string_view uri_prefix)
      : source_(source),
        files_(catalog.prepare("SELECT uri, size, mtime_ns, content_hash, skipped, warnings FROM files WHERE source = ? AND uri >= ? AND uri < ? ORDER BY uri")),
        documents_(catalog.prepare(
            "SELECT file_uri, count(*), sum(cut_tokens) FROM documents WHERE source = ? AND file_uri >= ? AND file_uri < ? GROUP BY file_uri ORDER BY file_uri")) {
    const std::string behind = std::string(uri_prefix) + '\xFF';  // no byte of UTF-8 is as large
    files_.bind(source_, uri_prefix, behind);
    documents_.bind(source_, uri_prefix, behind);
    more_documents_ = documents_.step();
  }

  bool next(KnownFile& file) override {
    if (!files_.step()) return false;
    file.record = {.source = source_,
                   .uri = files_.string(0),
                   .size = files_.natural(1),
                   .mtime_ns = files_.integer(2),
                   .content_hash = files_.string(3),
                   .skipped = files_.string(4),
                   .warnings = decode_list(files_.text(5))};
    while (more_documents_ && documents_.text(0) < file.record.uri) more_documents_ = documents_.step();
    const bool has_documents = more_documents_ && documents_.text(0) == file.record.uri;
    file.documents = has_documents ? documents_.natural(1) : 0;
    file.cut_tokens = has_documents ? documents_.natural(2) : 0;
    return true;
  }

 private:
  std::string source_;
  Statement files_;
  Statement documents_;  // in step with files_
  bool more_documents_ = false;
};

}  // namespace

std::unique_ptr<FileCursor> open_file_cursor(Database& catalog, std::string_view source, std::string_view uri_prefix) {
  return std::make_unique<CatalogFiles>(catalog, source, uri_prefix);
}

}  // namespace rag
