#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>

namespace rag {

// What a download becomes: text in memory, or bytes at the end of an open file.
struct HttpDownload {
  std::FILE* file = nullptr;   // opened to append; null: `body`
  std::string body;
  std::uint64_t have = 0;      // bytes that are there; the server is asked for the rest, and starts anew where it cannot
  std::uint64_t limit = 0;     // more is refused
  std::string sha256;          // of the file, where the server names it (X-Linked-ETag)
  std::function<void(std::uint64_t have)> received;
};

// HTTPS always; HTTP where the host is this machine.
bool may_fetch(const std::string& url);

// GET.  Follows redirects, never from HTTPS to HTTP and never to HTTP elsewhere.  Throws Error(Backend) in one line that begins with
// the address, Error(Io) where the disk refuses, Error(Interrupted).
void http_get(const std::string& url, HttpDownload& download);

}  // namespace rag
