#include "models/hub_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/interrupt.h"

namespace rag {
namespace {

using Json = nlohmann::json;
constexpr std::size_t kLargestListing = std::size_t{16} << 20;
constexpr long kSilence_s = 60;

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  return url.substr(begin, url.find_first_of(":/", begin) - begin);
}

bool is_this_machine(const std::string& host) { return host == "127.0.0.1" || host == "localhost" || host == "[::1]"; }

struct Transfer {
  std::string body;
  std::FILE* file = nullptr;
  std::uint64_t written = 0;
  std::uint64_t limit = kLargestListing;
  const std::function<void(std::uint64_t)>* received = nullptr;
};

std::size_t take(char* data, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t bytes = size * count;
  if (transfer.written + bytes > transfer.limit) return 0;  // more than was promised
  if (transfer.file) {
    if (std::fwrite(data, 1, bytes, transfer.file) != bytes) return 0;
  } else {
    transfer.body.append(data, bytes);
  }
  transfer.written += bytes;
  if (transfer.received) (*transfer.received)(transfer.written);
  return bytes;
}

int stop_on_interrupt(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return interrupted() ? 1 : 0; }

void get(const std::string& url, std::uint64_t from, Transfer& transfer) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), &curl_easy_cleanup);
  if (!curl) throw Error(ErrorKind::Backend, url + ": libcurl cannot start");
  const bool local = is_this_machine(host_of(url));
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, local ? "http,https" : "https");
  curl_easy_setopt(curl.get(), CURLOPT_REDIR_PROTOCOLS_STR, local ? "http,https" : "https");
  curl_easy_setopt(curl.get(), CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, 15L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_LOW_SPEED_TIME, kSilence_s);
  curl_easy_setopt(curl.get(), CURLOPT_USERAGENT, "rag");
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, stop_on_interrupt);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &transfer);
  if (from > 0) curl_easy_setopt(curl.get(), CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(from));
  const CURLcode code = curl_easy_perform(curl.get());
  throw_if_interrupted();
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_HTTP_RETURNED_ERROR) throw Error(ErrorKind::Backend, url + ": the server answered " + std::to_string(status) + "; check the model's name");
  if (code != CURLE_OK) throw Error(ErrorKind::Backend, url + ": " + curl_easy_strerror(code) + "; run it again, it goes on where it stopped");
}

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

std::string escaped(const std::string& path) {
  std::string out;
  for (const unsigned char c : path) {
    if (std::isalnum(c) || c == '/' || c == '-' || c == '_' || c == '.') {
      out += static_cast<char>(c);
    } else {
      char hex[4];
      std::snprintf(hex, sizeof hex, "%%%02X", c);
      out += hex;
    }
  }
  return out;
}

}  // namespace

HubClient::HubClient(std::string endpoint) : endpoint_(std::move(endpoint)) {
  while (endpoint_.ends_with('/')) endpoint_.pop_back();
  const bool secure = endpoint_.starts_with("https://");
  if (!secure && !(endpoint_.starts_with("http://") && is_this_machine(host_of(endpoint_))))
    throw Error(ErrorKind::Usage, "HF_ENDPOINT " + endpoint_ + ": must begin with https://");
}

std::vector<HubFile> HubClient::list(const std::string& repository, const std::string& revision) const {
  const std::string url = endpoint_ + "/api/models/" + escaped(repository) + "/tree/" + escaped(revision) + "?recursive=true";
  Transfer transfer;
  get(url, 0, transfer);
  const Json json = Json::parse(transfer.body, nullptr, false);
  if (!json.is_array()) throw Error(ErrorKind::Backend, url + ": not a list of files; is this a Hugging Face endpoint?");
  std::vector<HubFile> files;
  try {
    for (const Json& entry : json) {
      if (entry.at("type") != "file") continue;
      HubFile file{.path = entry.at("path"), .size = entry.at("size")};
      if (entry.contains("lfs")) file.sha256 = entry["lfs"].at("oid");
      if (!is_safe(file.path)) throw Error(ErrorKind::Backend, url + ": names a file that leads out of the model folder; nothing was fetched");
      files.push_back(std::move(file));
    }
  } catch (const Json::exception&) {
    throw Error(ErrorKind::Backend, url + ": a file without path, size or type");
  }
  return files;
}

void HubClient::download(const std::string& repository, const std::string& revision, const HubFile& file, const std::filesystem::path& part,
                         const std::function<void(std::uint64_t)>& received) const {
  std::error_code error;
  std::uint64_t have = std::filesystem::exists(part, error) ? std::filesystem::file_size(part, error) : 0;
  if (have > file.size) {
    std::filesystem::remove(part, error);
    have = 0;
  }
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(part.c_str(), "ab"), &std::fclose);
  if (!out) throw Error(ErrorKind::Io, part.string() + ": cannot be written");
  if (have == file.size) return;
  Transfer transfer{.file = out.get(), .written = have, .limit = file.size, .received = &received};
  get(endpoint_ + "/" + escaped(repository) + "/resolve/" + escaped(revision) + "/" + escaped(file.path), have, transfer);
  if (std::fflush(out.get()) != 0) throw Error(ErrorKind::Io, part.string() + ": cannot be written; is the disk full?");
}

}  // namespace rag
