#include "core/file_pieces.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "core/error.h"

namespace rag {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20;

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) { throw Error(ErrorKind::Io, file.string() + ": " + what + ": " + std::strerror(errno)); }

std::unique_ptr<std::FILE, int (*)(std::FILE*)> open_to_read(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(fd >= 0 ? ::fdopen(fd, "rb") : nullptr, &std::fclose);
  if (!in) fail(file, "cannot be read");
  return in;
}

}  // namespace

void read_pieces(const std::filesystem::path& file, const std::function<bool(std::string_view)>& take) {
  const auto in = open_to_read(file);
  struct stat info {};
  if (::fstat(::fileno(in.get()), &info) != 0) fail(file, "cannot be read");
  if (!S_ISREG(info.st_mode)) throw Error(ErrorKind::Io, file.string() + ": not a regular file");
  std::string piece(kPiece, '\0');
  for (auto left = static_cast<std::uint64_t>(info.st_size); left > 0;) {
    const std::size_t got = std::fread(piece.data(), 1, std::min<std::uint64_t>(kPiece, left), in.get());
    if (std::ferror(in.get())) fail(file, "reading failed");
    if (got == 0 || !take(std::string_view(piece).substr(0, got))) return;
    left -= got;
  }
}

}  // namespace rag
