#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A file of files (OLE2, "compound file"): what HWP 5, Outlook messages and Office before 2007 are kept in.
class CompoundFile {
 public:
  // `bytes` must outlive the object.  Throws Error(Ingest), naming `format` ("HWP"), for what is no compound file or whose
  // directory is damaged, endless, or claims more than the file can hold.
  CompoundFile(std::string_view bytes, const std::string& format);
  ~CompoundFile();
  CompoundFile(CompoundFile&&) noexcept;
  CompoundFile& operator=(CompoundFile&&) noexcept;

  // Paths are '/'-separated and without a '/' in front: "BodyText/Section0".
  bool has(const std::string& path) const;

  // What the directory says; 0 where there is none of that name.
  std::size_t size(const std::string& path) const;

  // All of a stream; throws Error(Ingest) where there is none of that name or its sectors are damaged.
  std::string read(const std::string& path) const;

  // The paths of all streams below a storage ("" for all of them), sorted.
  std::vector<std::string> streams(const std::string& storage = "") const;

 private:
  struct Tree;
  std::unique_ptr<Tree> tree_;
};

}  // namespace rag
