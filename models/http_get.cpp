// The only place in this room that knows bytes travel through libcurl.
#include "models/http_get.h"

#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr long kSilence_s = 60;
constexpr int kMostRedirects = 5;

struct Transfer {
  CURL* curl = nullptr;
  HttpDownload& download;
  bool begun = false;
  std::uint64_t first_byte = 0;  // of a partial reply, as its Content-Range says
  std::string trouble;           // ours, where we broke it off
  int disk_errno = 0;
};

std::string part_of(const std::string& url, CURLUPart part) {
  const std::unique_ptr<CURLU, void (*)(CURLU*)> parsed(curl_url(), &curl_url_cleanup);
  char* text = nullptr;
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK || curl_url_get(parsed.get(), part, &text, 0) != CURLUE_OK)
    return "";
  const std::unique_ptr<char, void (*)(void*)> owned(text, &curl_free);
  return text;
}

bool is_this_machine(const std::string& host) { return host == "127.0.0.1" || host == "localhost" || host == "[::1]"; }

// A server that answers a request for the rest with the whole, or with another piece, makes us begin anew.
bool begin_body(Transfer& transfer, long status) {
  HttpDownload& download = transfer.download;
  transfer.begun = true;
  if (download.have == 0 || (status == 206 && transfer.first_byte == download.have)) return true;
  if (status == 206) {
    transfer.trouble = "sent another piece than was asked for";
    return false;
  }
  download.have = 0;
  if (download.file && ::ftruncate(::fileno(download.file), 0) != 0) transfer.disk_errno = errno;
  return transfer.disk_errno == 0;
}

std::size_t on_body(char* data, std::size_t, std::size_t bytes, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  HttpDownload& download = transfer.download;
  long status = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200 && status != 206) return bytes;  // the text of a redirect or an error
  if (!transfer.begun && !begin_body(transfer, status)) return 0;
  if (bytes > download.limit - download.have) {
    transfer.trouble = "sent more than the " + std::to_string(download.limit) + " bytes it should";
    return 0;
  }
  if (!download.file) {
    download.body.append(data, bytes);
  } else if (std::fwrite(data, 1, bytes, download.file) != bytes) {
    transfer.disk_errno = errno;
    return 0;
  }
  download.have += bytes;
  if (download.received) download.received(download.have);
  return bytes;
}

std::string sha256_in(std::string_view value) {
  std::string digits;
  for (const char c : value)
    if (std::isxdigit(static_cast<unsigned char>(c))) digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return digits.size() == 64 ? digits : "";
}

std::size_t on_header(char* data, std::size_t, std::size_t bytes, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string line = fold_case(replace_invalid_utf8({data, bytes}));
  constexpr std::string_view kLinkedTag = "x-linked-etag:", kRange = "content-range: bytes ";
  if (line.starts_with(kLinkedTag)) transfer.download.sha256 = sha256_in(std::string_view(line).substr(kLinkedTag.size()));
  if (line.starts_with(kRange)) transfer.first_byte = std::strtoull(line.c_str() + kRange.size(), nullptr, 10);
  return bytes;
}

int stop_on_interrupt(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return interrupted() ? 1 : 0; }

std::string what_to_do(long status) {
  if (status == 401 || status == 403) return "not there, or not for everyone; check the name";
  if (status == 404) return "no such model or revision; check the name";
  if (status == 429 || status >= 500) return "the trouble is there; try again later";
  return "expected 200; is this a Hugging Face endpoint?";
}

[[noreturn]] void fail(const std::string& url, CURLcode code, const Transfer& transfer, const char* detail) {
  if (transfer.disk_errno != 0)
    throw Error(ErrorKind::Io, url + ": cannot be kept: " + std::strerror(transfer.disk_errno) + "; make room and run it again, it goes on where it stopped");
  if (!transfer.trouble.empty()) throw Error(ErrorKind::Backend, url + ": " + transfer.trouble + "; nothing of it is used, try again");
  const std::string reason = collapse_white_space(escape_for_terminal(replace_invalid_utf8(*detail ? detail : curl_easy_strerror(code))));
  switch (code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: throw Error(ErrorKind::Backend, url + ": no connection: " + reason + "; check the network and HF_ENDPOINT");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
      throw Error(ErrorKind::Backend, url + ": not trusted: " + reason + "; nothing was fetched, install ca-certificates or the certificate of your proxy");
    default: throw Error(ErrorKind::Backend, url + ": broke off: " + reason + "; run it again, it goes on where it stopped");
  }
}

// One request.  Returns where it is redirected to, "" where the body has arrived.
std::string get_once(const std::string& url, HttpDownload& download) {
  const std::unique_ptr<CURL, void (*)(CURL*)> owned(curl_easy_init(), &curl_easy_cleanup);
  CURL* curl = owned.get();
  if (!curl) throw Error(ErrorKind::Backend, url + ": libcurl cannot start; is the system out of memory?");
  Transfer transfer{.curl = curl, .download = download};
  char detail[CURL_ERROR_SIZE] = "";
  const std::string range = std::to_string(download.have) + "-";
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");  // which of them, may_fetch has said
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (is_this_machine(part_of(url, CURLUPART_HOST))) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 15L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kSilence_s);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "rag");
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_on_interrupt);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
  if (download.have > 0) curl_easy_setopt(curl, CURLOPT_RANGE, range.c_str());
  const CURLcode code = curl_easy_perform(curl);
  throw_if_interrupted();
  if (code != CURLE_OK) fail(url, code, transfer, detail);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  char* next = nullptr;
  curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &next);
  if (next) return next;
  if (status != 200 && status != 206) throw Error(ErrorKind::Backend, url + ": the server answered " + std::to_string(status) + ": " + what_to_do(status));
  return "";
}

}  // namespace

bool may_fetch(const std::string& url) {
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  return scheme == "https" || (scheme == "http" && is_this_machine(part_of(url, CURLUPART_HOST)));
}

void http_get(const std::string& url, HttpDownload& download) {
  const bool plain = url.starts_with("http://");
  std::string here = url;
  for (int redirects = 0; redirects <= kMostRedirects; ++redirects) {
    const std::string next = get_once(here, download);
    if (next.empty()) return;
    if (!may_fetch(next) || (!plain && next.starts_with("http://")))
      throw Error(ErrorKind::Backend, here + ": redirects to " + escape_for_terminal(next) + ", expected https; nothing was fetched");
    here = next;
  }
  throw Error(ErrorKind::Backend, url + ": more than " + std::to_string(kMostRedirects) + " redirects; is this a Hugging Face endpoint?");
}

}  // namespace rag
