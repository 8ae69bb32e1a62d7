#pragma once

#include <filesystem>
#include <string>

namespace rag {

// A new folder below the system's for temporary files, gone with all that is in it when this goes.  Throws Error(Io) where it cannot be made.
class ScratchFolder {
 public:
  explicit ScratchFolder(const std::string& name);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace rag
