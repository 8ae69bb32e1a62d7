#pragma once

#include <filesystem>
#include <string>

#include "ingest/open_file.h"

namespace rag {

// A file of a source, held open while it is read: hash and parser see the same one, whatever gets its name meanwhile.  The walk follows no link out of
// the source; neither does this, where a file or a folder above it has become one since.
class HeldFile {
 public:
  // `root`: of the source, without links in it; empty: wherever the file lies.
  HeldFile(const std::filesystem::path& file, const std::filesystem::path& root);

  const std::string& reason() const { return reason_; }              // why it is not to be read, one line; empty where it is
  const std::filesystem::path& path() const { return path_; }  // opens this very file, for this process

 private:
  OpenFile file_;
  std::string reason_;
  std::filesystem::path path_;
};

}  // namespace rag
