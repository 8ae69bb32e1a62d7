#include "ingest/open_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace rag {
namespace {

std::string failure() { return std::string("cannot be read: ") + std::strerror(errno); }

}  // namespace

OpenFile::OpenFile(const std::filesystem::path& file) : reason_(open(file)) {
  if (!reason_.empty() && fd_ >= 0) ::close(std::exchange(fd_, -1));
}

OpenFile::~OpenFile() {
  if (fd_ >= 0) ::close(fd_);
}

// What it is: asked before it is opened, and again, because names change hands.
std::string OpenFile::open(const std::filesystem::path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return failure();
  if (!S_ISREG(info.st_mode)) return "not a regular file";
  fd_ = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd_ < 0 || ::fstat(fd_, &info) != 0) return failure();
  if (!S_ISREG(info.st_mode)) return "not a regular file";
  bytes_ = static_cast<std::uint64_t>(info.st_size);
  return "";
}

}  // namespace rag
