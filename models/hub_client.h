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

// Talks to a Hugging Face endpoint.  HTTPS only, the certificate checked, with no way to turn that off; plain HTTP is spoken to this
// machine alone, and neither the address nor a redirect leads out of that.  Throws Error(Backend) in one line.
class HubClient {
 public:
  // Throws Error(Usage) where the address is no such endpoint.
  explicit HubClient(std::string endpoint);

  std::vector<HubFile> list(const std::string& repository, const std::string& revision) const;

  // Fetches into `part` what it still lacks; where the server cannot go on from there, all of it anew.  `received` is told the bytes on
  // disk now and then.  Returns the SHA-256 the server named on the way, "" where it named none.  What arrived is not checked here.
  std::string download(const std::string& repository, const std::string& revision, const HubFile& file, const std::filesystem::path& part,
                       const std::function<void(std::uint64_t)>& received) const;

 private:
  std::string endpoint_;
};

}  // namespace rag
