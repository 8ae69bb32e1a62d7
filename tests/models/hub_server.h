#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "core/hash.h"
#include "tests/http/local_server.h"

namespace rag::test {

// A repository "acme/tiny" on a stand-in for a Hugging Face endpoint: small files answered at once, the weights redirected to another
// address, byte ranges served.
class HubServer {
 public:
  // What a test makes different.  Given a path as the repository knows it ("" for the listing) and the first byte asked for.
  using Trick = std::function<std::optional<LocalServer::Reply>(const std::string& path, std::size_t from)>;

  explicit HubServer(std::map<std::string, std::string> files, Trick trick = nullptr)
      : files_(std::move(files)), trick_(std::move(trick)), server_([this](const std::string& request) { return answer(request); }) {}

  std::string origin() const { return server_.origin(); }

  // How often a request began with these words and asked for this range ("" for all).
  std::size_t asked(const std::string& words, const std::string& range = "") const {
    std::size_t count = 0;
    for (const std::string& request : server_.requests())
      count += request.starts_with(words) && (range.empty() || request.find("Range: bytes=" + range + "\r\n") != std::string::npos);
    return count;
  }

  std::string listing(bool with_checksums = true) const {
    nlohmann::json entries = nlohmann::json::array({{{"type", "directory"}, {"path", "1_Pooling"}, {"size", 0}}});
    for (const auto& [path, bytes] : files_) {
      nlohmann::json entry = {{"type", "file"}, {"path", path}, {"size", bytes.size()}};
      if (with_checksums && path.ends_with(".safetensors")) entry["lfs"] = {{"oid", sha256_hex(bytes)}, {"size", bytes.size()}};
      entries.push_back(entry);
    }
    return entries.dump();
  }

  static LocalServer::Reply reply(const std::string& status, const std::string& body, const std::string& headers = "") {
    return {{"HTTP/1.1 " + status + "\r\n" + headers + "Connection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body}};
  }

 private:
  LocalServer::Reply answer(const std::string& request) const {
    const std::string path = repository_path(request.substr(4, request.find(' ', 4) - 4));
    const std::size_t range = request.find("Range: bytes=");
    const std::size_t from = range == std::string::npos ? 0 : std::stoul(request.substr(range + 13));
    const bool redirects = path.ends_with(".safetensors") && request.starts_with("GET /acme/");
    if (trick_ && !redirects)
      if (auto tricked = trick_(path, from)) return *tricked;
    if (path.empty()) return reply("200 OK", listing(), "Content-Type: application/json\r\n");
    const auto file = files_.find(path);
    if (file == files_.end()) return reply("404 Not Found", "Entry not found");
    if (redirects) return reply("302 Found", "elsewhere", "Location: /store/" + path + "\r\nX-Linked-ETag: \"" + sha256_hex(file->second) + "\"\r\n");
    if (from == 0) return reply("200 OK", file->second);
    const std::string size = std::to_string(file->second.size());
    return reply("206 Partial Content", file->second.substr(from),
                 "Content-Range: bytes " + std::to_string(from) + "-" + std::to_string(file->second.size() - 1) + "/" + size + "\r\n");
  }

  static std::string repository_path(const std::string& target) {
    for (const std::string prefix : {"/acme/tiny/resolve/main/", "/store/"})
      if (target.starts_with(prefix)) return target.substr(prefix.size());
    return target == "/api/models/acme/tiny/tree/main?recursive=true" ? "" : "no such thing";
  }

  std::map<std::string, std::string> files_;
  Trick trick_;
  LocalServer server_;
};

}  // namespace rag::test
