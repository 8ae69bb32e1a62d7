#include "models/hub_client.h"

#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "models/http_get.h"

namespace rag {
namespace {

using Json = nlohmann::json;
constexpr std::uint64_t kLargestListing = std::uint64_t{16} << 20;
constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 40;

// The names come from a server and become files here.
bool is_safe(const std::string& path) {
  if (path.empty() || path.size() > 300 || path[0] == '/' || path.find('\\') != std::string::npos || path.find('\0') != std::string::npos) return false;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

std::string escaped(const std::string& text, bool keep_slashes) {
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) || (c == '/' && keep_slashes) || c == '-' || c == '_' || c == '.') {
      out += static_cast<char>(c);
    } else {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", c);
      out += hex;
    }
  }
  return out;
}

HubFile read_entry(const Json& entry, const std::string& url) {
  HubFile file{.path = entry.at("path"), .size = entry.at("size")};
  if (entry.contains("lfs")) file.sha256 = entry["lfs"].at("oid");
  if (!is_safe(file.path)) throw Error(ErrorKind::Backend, url + ": names a file that leads out of the model folder; nothing was fetched");
  if (file.size > kLargestFile) throw Error(ErrorKind::Backend, url + ": " + file.path + " is said to have " + std::to_string(file.size) + " bytes; nothing was fetched");
  return file;
}

}  // namespace

HubClient::HubClient(std::string endpoint) : endpoint_(std::move(endpoint)) {
  while (endpoint_.ends_with('/')) endpoint_.pop_back();
  if (endpoint_.find('@') != std::string::npos) throw Error(ErrorKind::Usage, "HF_ENDPOINT: holds a name or password; give the plain address");
  if (!may_fetch(endpoint_)) throw Error(ErrorKind::Usage, "HF_ENDPOINT " + endpoint_ + ": must begin with https://");
}

std::vector<HubFile> HubClient::list(const std::string& repository, const std::string& revision) const {
  const std::string url = endpoint_ + "/api/models/" + escaped(repository, true) + "/tree/" + escaped(revision, false) + "?recursive=true";
  HttpDownload download{.limit = kLargestListing};
  http_get(url, download);
  const Json json = Json::parse(download.body, nullptr, false);
  if (!json.is_array()) throw Error(ErrorKind::Backend, url + ": not a list of files; is this a Hugging Face endpoint?");
  std::vector<HubFile> files;
  try {
    for (const Json& entry : json)
      if (entry.at("type") == "file") files.push_back(read_entry(entry, url));
  } catch (const Json::exception&) {
    throw Error(ErrorKind::Backend, url + ": a file without path, size or type; is this a Hugging Face endpoint?");
  }
  return files;
}

std::string HubClient::download(const std::string& repository, const std::string& revision, const HubFile& file, const std::filesystem::path& part,
                                const std::function<void(std::uint64_t)>& received) const {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(part.c_str(), "ab"), &std::fclose);
  if (!out) throw Error(ErrorKind::Io, part.string() + ": cannot be written: " + std::strerror(errno));
  const int fd = ::fileno(out.get());
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) throw Error(ErrorKind::Io, part.string() + ": another 'rag model pull' writes it; wait until it has ended");
  std::uint64_t have = std::filesystem::file_size(part);
  if (have > file.size && ::ftruncate(fd, 0) == 0) have = 0;
  HttpDownload download{.file = out.get(), .have = have, .limit = file.size, .received = received};
  if (have < file.size)
    http_get(endpoint_ + "/" + escaped(repository, true) + "/resolve/" + escaped(revision, false) + "/" + escaped(file.path, true), download);
  if (std::fflush(out.get()) != 0 || ::fsync(fd) != 0)
    throw Error(ErrorKind::Io, part.string() + ": cannot be written: " + std::strerror(errno) + "; make room and run it again, it goes on where it stopped");
  return download.sha256;
}

}  // namespace rag
