// The only place that knows requests travel through libcurl.
#include "generate/http_post.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <memory>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"

namespace rag {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kErrorBytes = 16384;

struct Transfer {
  const HttpPost& request;
  HttpResult result;
  CURL* handle = nullptr;
  Clock::time_point begun = Clock::now(), last_byte = begun;
  std::size_t bytes = 0;
  std::exception_ptr thrown;  // by the reader of the bytes: must not pass through C
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.last_byte = Clock::now();
  transfer.bytes += size;
  if (transfer.bytes > transfer.request.max_bytes) {
    transfer.result.end = HttpResult::End::TooLarge;
    return 0;
  }
  curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &transfer.result.status);
  try {
    if (transfer.result.status == 200) {
      if (transfer.request.on_bytes) transfer.request.on_bytes({data, size});
    } else if (transfer.result.error_body.size() < kErrorBytes) {
      transfer.result.error_body.append(data, std::min(size, kErrorBytes - transfer.result.error_body.size()));
    }
  } catch (...) {
    transfer.thrown = std::current_exception();
    return 0;
  }
  return size;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.last_byte = Clock::now();
  const std::string line = fold_case(replace_invalid_utf8({data, size}));
  constexpr std::string_view kRetryAfter = "retry-after:";
  if (line.starts_with(kRetryAfter)) {
    // A date instead of seconds reads as 0 and counts as not given.
    const int seconds = std::atoi(line.c_str() + kRetryAfter.size());
    transfer.result.retry_after_s = seconds > 0 ? seconds : -1;
  }
  return size;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (interrupted()) return 1;
  const auto now = Clock::now();
  const bool idle = now - transfer.last_byte > std::chrono::milliseconds(transfer.request.idle_timeout_ms);
  const bool slow = now - transfer.begun > std::chrono::milliseconds(transfer.request.total_timeout_ms);
  if (!idle && !slow) return 0;
  transfer.result.end = idle ? HttpResult::End::Idle : HttpResult::End::TooSlow;
  return 1;
}

HttpResult::End end_of(CURLcode code) {
  switch (code) {
    case CURLE_OK: return HttpResult::End::Whole;
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return HttpResult::End::NoConnection;
    case CURLE_OPERATION_TIMEDOUT: return HttpResult::End::ConnectTimeout;
    default: return HttpResult::End::Broken;
  }
}

void start_curl_once() {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!started) throw Error(ErrorKind::Backend, "libcurl could not start; is the system out of memory?");
}

bool is_loopback(const std::string& url) {
  const std::string_view host = std::string_view(url).substr(url.find("://") + 3);
  for (const std::string_view name : {"localhost", "127.", "[::1]"})
    if (host.starts_with(name)) return true;
  return false;
}

// Waits without missing a Ctrl-C: curl's own loop asks the progress function only about once a second.
CURLcode perform(CURL* easy, Transfer& transfer) {
  const std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi(curl_multi_init(), curl_multi_cleanup);
  if (!multi || curl_multi_add_handle(multi.get(), easy) != CURLM_OK) return CURLE_OUT_OF_MEMORY;
  CURLcode code = CURLE_OK;
  for (int running = 1; running > 0;) {
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK) {
      code = CURLE_FAILED_INIT;
      break;
    }
    if (running == 0) break;
    if (on_progress(&transfer, 0, 0, 0, 0) != 0) {
      code = CURLE_ABORTED_BY_CALLBACK;
      break;
    }
    curl_multi_poll(multi.get(), nullptr, 0, 50, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left))
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  curl_multi_remove_handle(multi.get(), easy);
  return code;
}

}  // namespace

HttpResult post(const HttpPost& request) {
  start_curl_once();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> easy(curl_easy_init(), curl_easy_cleanup);
  if (!easy) throw Error(ErrorKind::Backend, request.url + ": libcurl could not make a request; is the system out of memory?");
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(nullptr, curl_slist_free_all);
  for (const std::string& header : request.headers) {
    curl_slist* longer = curl_slist_append(headers.get(), header.c_str());
    if (longer == nullptr) throw Error(ErrorKind::Backend, request.url + ": no memory for the request");
    headers.release();
    headers.reset(longer);
  }
  Transfer transfer{.request = request};
  transfer.handle = easy.get();
  char trouble[CURL_ERROR_SIZE] = "";
  CURL* curl = easy.get();
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (is_loopback(request.url)) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout_ms));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, trouble);

  const CURLcode code = perform(curl, transfer);
  throw_if_interrupted();
  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &transfer.result.status);
  if (code != CURLE_OK && transfer.result.end == HttpResult::End::Whole) transfer.result.end = end_of(code);
  transfer.result.trouble = *trouble != '\0' ? trouble : curl_easy_strerror(code);
  return std::move(transfer.result);
}

}  // namespace rag
