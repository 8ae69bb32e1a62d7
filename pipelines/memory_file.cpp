#include "pipelines/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"
#include "core/file_descriptor.h"

namespace rag {

MemoryFile::MemoryFile(std::string_view bytes) : file_(::memfd_create("rag", MFD_CLOEXEC)) {
  const auto fail = [&] {
    const std::string reason = std::strerror(errno);
    if (file_ >= 0) ::close(file_);
    throw Error(ErrorKind::Io, "no memory file for " + std::to_string(bytes.size()) + " bytes: " + reason);
  };
  if (file_ < 0 || !write_all(file_, bytes)) fail();
}

MemoryFile::~MemoryFile() { ::close(file_); }

std::filesystem::path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(file_); }

}  // namespace rag
