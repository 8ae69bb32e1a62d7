#pragma once

#include <unistd.h>

#include <string_view>

namespace rag {

// Closes a file descriptor when it goes.  A negative one is none: whoever opened it asks get().
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// All of the bytes.  False where the descriptor does not take them; errno says why, and how many it took nobody knows.
bool write_all(int fd, std::string_view bytes);

}  // namespace rag
