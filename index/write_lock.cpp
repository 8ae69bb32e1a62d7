#include "index/write_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/interrupt.h"

namespace rag {
namespace {

std::string holder(int descriptor) {
  char digits[21] = {};
  const ssize_t size = ::pread(descriptor, digits, sizeof digits - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < size && digits[i] >= '0' && digits[i] <= '9'; ++i) pid += digits[i];
  return pid.empty() ? "another process" : "process " + pid;
}

}  // namespace

WriteLock::WriteLock(const std::filesystem::path& directory, int timeout_ms) {
  const std::filesystem::path file = directory / "lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor_ < 0)
    throw Error(ErrorKind::Io, file.string() + ": cannot be written: " + std::strerror(errno) + "; the index can only be read");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int trouble = errno;
    const bool taken = trouble == EWOULDBLOCK || trouble == EINTR;
    if (taken && !interrupted() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      continue;
    }
    const std::string by = holder(descriptor_);
    ::close(std::exchange(descriptor_, -1));
    throw_if_interrupted();
    if (taken) throw Error(ErrorKind::Usage, directory.string() + ": index is being written by " + by + "; wait for it to end");
    throw Error(ErrorKind::Io, file.string() + ": cannot be locked: " + std::strerror(trouble));
  }
  // The number only helps the person who has to wait: that it cannot be written on a full disk is no trouble.
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(descriptor_, 0) == 0 && ::pwrite(descriptor_, pid.data(), pid.size(), 0) < 0) return;
}

WriteLock::WriteLock(WriteLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

WriteLock::~WriteLock() {
  if (descriptor_ < 0) return;
  if (::ftruncate(descriptor_, 0) != 0) errno = 0;  // as above
  ::close(descriptor_);
}

}  // namespace rag
