#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct OutsideLimits {
  std::size_t max_address_space = std::size_t{2} << 30;
  std::chrono::seconds max_cpu{0};  // of its whole life; 0: none
};

// A program of others that we talk with over its standard input and output: ffmpeg, a speech recogniser.
//
// It runs through `rag-limit`, which takes the network from it, keeps it from writing files, and lets it die with us.  Nothing of ours
// reaches it but those two streams, an open file where one is handed over, and what it writes to standard error, of which we keep the end.
class OutsideProcess {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Heard { Bytes, End, TimedOut };

  // `file`, where it is not -1, is the program's descriptor 3 (kHandedFile names it); the caller keeps its own.
  // Throws Error(Io) where rag-limit is not found or no process can be started.  A program that cannot be run ends at once.
  OutsideProcess(const std::filesystem::path& program, const std::vector<std::string>& arguments, const OutsideLimits& limits, int file = -1);
  OutsideProcess(const OutsideProcess&) = delete;
  OutsideProcess& operator=(const OutsideProcess&) = delete;
  ~OutsideProcess();  // kills it and what it started

  static constexpr const char* kHandedFile = "/dev/fd/3";

  // Both throw Error(Interrupted) where a stop was requested.
  Heard write(std::string_view bytes, Clock::time_point deadline);                            // End: it has closed its input
  Heard read(char* into, std::size_t most, std::size_t& got, Clock::time_point deadline);     // got > 0 with Bytes alone

  // Waits a moment for its end, kills it where that does not come, and says how it ended, in words for a reason: "ended with exit code 1",
  // "crashed (Segmentation fault)"; "" where it ended well.  `errors()` is complete afterwards.
  std::string obituary();

  // The last line that is not empty of what it wrote to standard error, at most 200 bytes.
  std::string last_error_line() const;

 private:
  void end();

  OutsideLimits limits_;
  pid_t pid_ = -1;
  int socket_ = -1;
  int errors_ = -1;  // a file in memory
  int status_ = 0;
  bool killed_by_us_ = false;
};

}  // namespace rag
