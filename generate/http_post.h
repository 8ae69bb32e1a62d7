#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

struct HttpPost {
  std::string url;  // http or https; redirects are not followed
  std::vector<std::string> headers;
  std::string body;
  int connect_timeout_ms = 5000;
  int idle_timeout_ms = 60000;                     // longest silence
  int total_timeout_ms = 1800000;                  // of the whole exchange, however busily it drips
  std::size_t max_bytes = 8U << 20;                // of the reply; more ends it
  std::function<void(std::string_view)> on_bytes;  // of a reply with status 200, as they come
};

struct HttpResult {
  enum class End { Whole, NoConnection, ConnectTimeout, Idle, TooSlow, TooLarge, Broken };
  End end = End::Whole;
  std::string trouble;     // what the network said, where `end` is not Whole
  long status = 0;         // 0 where none came
  std::string error_body;  // of any other status than 200, its beginning
  int retry_after_s = -1;  // as the reply asks; -1 where it does not
};

// One POST.  Network trouble is told in the result; Ctrl-C throws Error(Interrupted).
HttpResult post(const HttpPost& request);

}  // namespace rag
