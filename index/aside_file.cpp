#include "index/aside_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/file.h"

namespace rag {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const char* what) {
  throw Error(ErrorKind::Io, file.string() + ": " + what + ": " + std::strerror(errno) +
                                 (errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? "; what was committed is kept; free some space and run the command again" : ""));
}

}  // namespace

AsideFile::AsideFile(std::filesystem::path file) : file_(std::move(file)), aside_(file_.string() + ".tmp") {
  descriptor_ = ::open(aside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(aside_, "cannot be created");
}

AsideFile::~AsideFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(aside_.c_str());
}

void AsideFile::resize(std::uint64_t bytes) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0) fail(aside_, "cannot be written");
}

void AsideFile::write_at(std::uint64_t offset, std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(aside_, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
}

void AsideFile::put_in_place() {
  if (::fsync(descriptor_) != 0) fail(aside_, "cannot be synced");
  if (::rename(aside_.c_str(), file_.c_str()) != 0) fail(file_, "cannot be put in place");
  ::close(std::exchange(descriptor_, -1));
  sync_folder(file_.parent_path());
}

}  // namespace rag
