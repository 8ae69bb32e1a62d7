#pragma once

#include <filesystem>

namespace rag {

// The right to write an index, from construction to destruction.  The system gives it back when its holder dies.
class WriteLock {
 public:
  // Waits at most `timeout_ms`, then throws Error(Usage) naming the process that holds it.
  WriteLock(const std::filesystem::path& directory, int timeout_ms);
  WriteLock(WriteLock&& other) noexcept;
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  ~WriteLock();

 private:
  int descriptor_ = -1;
};

}  // namespace rag
