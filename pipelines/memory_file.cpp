#include "pipelines/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "core/error.h"

namespace rag {

MemoryFile::MemoryFile(std::string_view bytes) : file_(::memfd_create("rag", MFD_CLOEXEC)) {
  const auto fail = [&] {
    const std::string reason = std::strerror(errno);
    if (file_ >= 0) ::close(file_);
    throw Error(ErrorKind::Io, "no memory file for " + std::to_string(bytes.size()) + " bytes: " + reason);
  };
  if (file_ < 0) fail();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) fail();
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

MemoryFile::~MemoryFile() { ::close(file_); }

std::filesystem::path MemoryFile::path() const { return "/proc/self/fd/" + std::to_string(file_); }

}  // namespace rag
