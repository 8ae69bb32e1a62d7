#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support.h"

namespace rag::test {

// An executable shell script in a folder of its own, named in an environment variable as long as it lives.
class FakeProgram {
 public:
  // `more`: files beside it, executable as well.
  FakeProgram(const std::string& variable, const std::string& name, const std::string& script, const std::vector<std::pair<std::string, std::string>>& more = {});
  ~FakeProgram();
  FakeProgram(const FakeProgram&) = delete;
  FakeProgram& operator=(const FakeProgram&) = delete;
  const std::filesystem::path& path() const { return path_; }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::string variable_;
  std::filesystem::path path_;
};

// A recogniser that greets, then for every request reads all its samples and runs `on_request`, where $line is the request and $n its samples.
std::string recogniser_script(const std::string& on_request);

// Says "The leave is fifteen days." or its like: one word a second from the first one on, each .9 sure.
std::string answer_with(const std::string& language, const std::vector<std::string>& words);

// ffmpeg that writes `seconds` of quiet sound whatever it is given, and an ffprobe that says so.
class FakeFfmpeg : public FakeProgram {
 public:
  explicit FakeFfmpeg(int seconds, const std::string& facts = "", const std::string& afterwards = "");
};

// A WAV file of this many seconds of a tone, one channel.
std::string make_wav(double seconds, int samples_per_second, double loudness = 0.3);

}  // namespace rag::test
