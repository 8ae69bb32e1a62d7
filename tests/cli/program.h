#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include <sys/types.h>

// Runs the built program as its user would.
namespace rag::test {

struct Result {
  int code = -1;     // exit code, or 128 + signal
  std::string out;   // standard output
  std::string err;   // standard error
};

// What a run meets that an ordinary one does not.
struct Hardship {
  bool as_nobody = false;         // without root's right to read and write everything; only where the tests run as root
  std::size_t largest_file = 0;   // bytes a file may grow to; 0: no limit
  bool no_reader = false;         // standard output is a pipe that nobody reads
  std::string output;             // standard output goes to this file, "/dev/full" for instance
};

// A folder that is gone when the test ends, and the program run inside it: no index, settings or language of the person who tests.
class Program {
 public:
  Program();
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::filesystem::path& folder() const { return folder_; }
  void write(const std::string& name, const std::string& text) const;
  Result run(const std::vector<std::string>& arguments, const std::string& input = "", const std::vector<std::string>& environment = {},
             const Hardship& hardship = {}) const;
  pid_t start(const std::vector<std::string>& arguments, const std::filesystem::path& out = "/dev/null",
              const std::filesystem::path& err = "/dev/null") const;  // the caller waits

 private:
  std::filesystem::path folder_;
};

// What a command prints with --json.  A test fails where that is nothing.
nlohmann::json json_of(const Program& program, std::vector<std::string> arguments);

}  // namespace rag::test
