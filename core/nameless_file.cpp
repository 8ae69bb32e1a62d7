#include "core/nameless_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/error.h"
#include "core/file_descriptor.h"

namespace rag {
namespace {

int open_nameless(const std::filesystem::path& folder) {
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {  // a file system that has none
    std::string name = (folder / "nameless-XXXXXX").string();
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file >= 0) ::unlink(name.c_str());
  }
  return file;
}

}  // namespace

NamelessFile::NamelessFile(NamelessFile&& other) noexcept
    : folder_(std::move(other.folder_)), what_(std::move(other.what_)), size_(std::exchange(other.size_, 0)), file_(std::exchange(other.file_, -1)) {}

NamelessFile& NamelessFile::operator=(NamelessFile&& other) noexcept {
  std::swap(folder_, other.folder_);
  std::swap(what_, other.what_);
  std::swap(size_, other.size_);
  std::swap(file_, other.file_);
  return *this;
}

NamelessFile::~NamelessFile() {
  if (file_ >= 0) ::close(file_);
}

void NamelessFile::append(std::string_view bytes) {
  if (folder_.empty()) folder_ = std::filesystem::temp_directory_path();
  if (file_ < 0 && (file_ = open_nameless(folder_)) < 0) fail("cannot be kept there");
  if (!write_all(file_, bytes)) fail("cannot be kept there");
  size_ += bytes.size();
}

void NamelessFile::read(std::uint64_t position, char* to, std::size_t bytes) const {
  while (bytes > 0) {
    const ssize_t got = ::pread(file_, to, bytes, static_cast<off_t>(position));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("cannot be read back");
    position += static_cast<std::uint64_t>(got);
    to += got;
    bytes -= static_cast<std::size_t>(got);
  }
}

void NamelessFile::fail(const char* trouble) const {
  throw Error(ErrorKind::Io, folder_.string() + ": " + what_ + " " + trouble + ": " + std::strerror(errno) + "; make room there");
}

}  // namespace rag
