#include "core/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/error.h"
#include "core/file_descriptor.h"

namespace rag {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw Error(ErrorKind::Io, file.string() + ": " + what + ": " + std::strerror(errno));
}

// O_NONBLOCK: a FIFO under that name must not hang us; size_of_regular() then refuses it.
int open_to_read(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) fail(file, "cannot be read");
  return fd;
}

std::size_t size_of_regular(int fd, const std::filesystem::path& file) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) fail(file, "cannot be read");
  if (!S_ISREG(info.st_mode)) throw Error(ErrorKind::Io, file.string() + ": not a regular file");
  return static_cast<std::size_t>(info.st_size);
}

// Fewer than `size` only where the file ends: it may shrink while it is read.
std::size_t read_up_to(int fd, char* to, std::size_t size, const std::filesystem::path& file) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(fd, to + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(file, "reading failed");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

std::string read_file(const std::filesystem::path& file, std::size_t max_bytes) {
  const FileDescriptor fd(open_to_read(file));
  const std::size_t size = size_of_regular(fd.get(), file);
  if (size > max_bytes)
    throw Error(ErrorKind::Io, file.string() + ": " + std::to_string(size) + " bytes, at most " +
                                   std::to_string(max_bytes) + " are read");
  std::string bytes(size, '\0');
  bytes.resize(read_up_to(fd.get(), bytes.data(), size, file));
  return bytes;
}

void read_pieces(const std::filesystem::path& file, const std::function<bool(std::string_view)>& take) {
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  const FileDescriptor fd(open_to_read(file));
  std::size_t left = size_of_regular(fd.get(), file);
  std::string piece(std::min(kPiece, left), '\0');  // of a million small files each byte of it counts
  while (left > 0) {
    const std::size_t got = read_up_to(fd.get(), piece.data(), std::min(piece.size(), left), file);
    if (got == 0 || !take(std::string_view(piece).substr(0, got))) return;
    left -= got;
  }
}

void write_file_atomically(const std::filesystem::path& file, std::string_view bytes) {
  std::filesystem::path aside = file;
  aside += ".tmp" + std::to_string(::getpid());
  try {
    const FileDescriptor fd(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (fd.get() < 0) fail(aside, "cannot be created");
    if (!write_all(fd.get(), bytes)) fail(aside, "cannot be written");
    if (::fsync(fd.get()) != 0) fail(aside, "cannot be synced");
    if (::rename(aside.c_str(), file.c_str()) != 0) fail(file, "cannot be put in place");
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
  sync_folder(file.has_parent_path() ? file.parent_path() : ".");
}

void sync_folder(const std::filesystem::path& folder) {
  const FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) fail(folder, "cannot be synced");
}

MappedFile::MappedFile(const std::filesystem::path& file) {
  const FileDescriptor fd(open_to_read(file));
  size_ = size_of_regular(fd.get(), file);
  if (size_ == 0) return;
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (address == MAP_FAILED) fail(file, "cannot be mapped");
  data_ = static_cast<const char*>(address);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

void MappedFile::let_go_up_to(std::size_t end) const {
  if (data_ && end > 0) ::madvise(const_cast<char*>(data_), std::min(end, size_), MADV_DONTNEED);
}

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<char*>(data_), size_);
}

}  // namespace rag
