#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rag {

// One file of a repository on a Hugging Face endpoint.
struct HubFile {
  std::string path;        // relative, checked: no "..", no leading '/'
  std::uint64_t size = 0;
  std::string sha256;      // of large files; "" where the endpoint names none
};

// Talks to a Hugging Face endpoint over HTTPS (plain HTTP to this machine only).  Throws Error(Backend) in one line.
class HubClient {
 public:
  explicit HubClient(std::string endpoint);

  std::vector<HubFile> list(const std::string& repository, const std::string& revision) const;

  // Appends to `part` what it still lacks.  `received` is told the bytes on disk now and then.
  void download(const std::string& repository, const std::string& revision, const HubFile& file, const std::filesystem::path& part,
                const std::function<void(std::uint64_t)>& received) const;

 private:
  std::string endpoint_;
};

}  // namespace rag
