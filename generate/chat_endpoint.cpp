#include "generate/chat_endpoint.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "generate/http_post.h"

namespace rag {
namespace {

using nlohmann::json;

constexpr int kLongestPause_ms = 30000;

// What endpoints differ in: the newest models refuse a temperature and want another name for the limit, old servers do not
// know stream_options.  A 400 that names the field takes it out.
struct Dialect {
  bool stream_options = true;
  bool temperature = true;
  bool completion_limit = false;

  bool adapt(const std::string& complaint) {
    const auto names = [&](const char* field) { return complaint.find(field) != std::string::npos; };
    if (stream_options && names("stream_options")) return stream_options = false, true;
    if (!completion_limit && names("max_completion_tokens")) return completion_limit = true;
    if (temperature && names("temperature")) return temperature = false, true;
    return false;
  }
};

void pause(int milliseconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(std::min(milliseconds, kLongestPause_ms));
  while (std::chrono::steady_clock::now() < end) {
    throw_if_interrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string endpoint_of(const ChatBackendOptions& options) {
  std::string url(trim(options.url));
  if (url.empty())
    throw Error(ErrorKind::Usage,
                "no chat endpoint given; pass its address up to /v1, for example --backend-url http://localhost:11434/v1");
  const std::string folded = fold_case(replace_invalid_utf8(url));
  if (!folded.starts_with("http://") && !folded.starts_with("https://"))
    throw Error(ErrorKind::Usage,
                escape_for_terminal(url) +
                    ": not an http or https address; give the chat endpoint up to /v1, for example https://api.openai.com/v1");
  if (std::any_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; }) ||
      url.find('@') != std::string::npos)
    throw Error(ErrorKind::Usage, "the chat endpoint's address holds blanks or a password; give it plain, and the key in the environment");
  if (options.model.empty()) throw Error(ErrorKind::Usage, url + ": no model named; pass one, for example --backend-model llama3.1");
  while (url.ends_with('/')) url.pop_back();
  return url.ends_with("/chat/completions") ? url : url + "/chat/completions";
}

class HttpChatEndpoint final : public ChatEndpoint {
 public:
  explicit HttpChatEndpoint(const ChatBackendOptions& options) : options_(options), endpoint_(endpoint_of(options)) {}

  ChatReply ask(std::span<const ChatMessage> messages, const OnText& on_text) const override {
    const std::string secret = key();
    Dialect dialect;
    for (int attempt = 0;;) {
      throw_if_interrupted();
      ChatReply reply(on_text);
      HttpPost request{.url = endpoint_,
                       .headers = {"Content-Type: application/json", "Accept: text/event-stream, application/json", "Expect:"},
                       .body = body_of(messages, dialect),
                       .connect_timeout_ms = options_.connect_timeout_ms,
                       .idle_timeout_ms = options_.idle_timeout_ms,
                       .total_timeout_ms = options_.total_timeout_ms,
                       .on_bytes = [&reply](std::string_view bytes) { reply.feed(bytes); }};
      if (!secret.empty()) request.headers.push_back("Authorization: Bearer " + secret);
      const HttpResult result = post(request);
      if (result.status == 200) {
        if (result.end == HttpResult::End::Whole) reply.finish();
        const std::string problem = result.end == HttpResult::End::Whole ? reply.problem()
                                    : reply.problem().empty()            ? broken_off(result, reply)
                                                                         : reply.problem();
        if (problem.empty()) return reply;
        fail(problem.find("; ") == std::string::npos ? problem + "; check the address, or try again" : problem, secret);
      }
      const std::string said = error_text_of(result.error_body);
      if ((result.status == 400 || result.status == 422) && dialect.adapt(result.error_body)) continue;
      const bool passing = result.end == HttpResult::End::NoConnection || result.status == 429 || result.status >= 500;
      if (passing && attempt < options_.retries) {
        const int growing = options_.retry_pause_ms << std::min(attempt, 6);
        pause(result.retry_after_s > 0 ? std::min(result.retry_after_s, kLongestPause_ms / 1000) * 1000 : growing);
        ++attempt;
        continue;
      }
      fail(describe(result, said, attempt + 1), secret);
    }
  }

 private:
  std::string key() const {
    const char* value = options_.api_key_variable.empty() ? nullptr : std::getenv(options_.api_key_variable.c_str());
    const std::string key(trim(value == nullptr ? "" : value));
    // A line break would start a header of its own.
    if (std::any_of(key.begin(), key.end(),
                    [](char c) { return static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7F; }))
      throw Error(ErrorKind::Usage,
                  options_.api_key_variable + ": holds blanks, line breaks or other characters no key has; set it to the key alone");
    return key;
  }

  std::string body_of(std::span<const ChatMessage> messages, const Dialect& dialect) const {
    json body = {{"model", options_.model}, {"stream", true}, {"messages", json::array()}};
    for (const ChatMessage& message : messages) body["messages"].push_back({{"role", message.role}, {"content", message.content}});
    body[dialect.completion_limit ? "max_completion_tokens" : "max_tokens"] = options_.max_answer_tokens;
    if (dialect.temperature) body["temperature"] = options_.temperature;
    if (dialect.stream_options) body["stream_options"] = {{"include_usage", true}};
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
  }

  std::string broken_off(const HttpResult& result, const ChatReply& reply) const {
    const std::string after = " after " + std::to_string(reply.text().size()) + " bytes of answer";
    switch (result.end) {
      case HttpResult::End::Idle:
        return "fell silent for " + std::to_string(options_.idle_timeout_ms) + " ms" + after + "; is the model still loading? try again";
      case HttpResult::End::TooSlow:
        return "was not done after " + std::to_string(options_.total_timeout_ms) + " ms" + after + "; try a smaller or a quicker model";
      case HttpResult::End::TooLarge: return "sent more than 8 MB, expected a chat answer; check the address";
      default: return "broke off" + after + " (" + result.trouble + "); try again";
    }
  }

  std::string describe(const HttpResult& result, const std::string& said, int attempts) const {
    const std::string tries = attempts > 1 ? " (tried " + std::to_string(attempts) + " times)" : "";
    const std::string quoted = said.empty() ? "" : ": " + said;
    switch (result.status) {
      case 0: return no_reply(result, tries);
      case 401:
      case 403:
        return "refused the key with status " + std::to_string(result.status) + quoted + "; set " + options_.api_key_variable +
               " to a key this endpoint accepts";
      case 404:
        return "status 404" + quoted + "; check the address (it should end in /v1) and the model name \"" +
               escape_for_terminal(options_.model) + "\"";
      case 429: return "status 429, too many requests" + tries + quoted + "; wait, or check the account's quota";
      default: break;
    }
    const std::string status = "status " + std::to_string(result.status);
    if (result.status >= 300 && result.status < 400)
      return status +
             ", a redirect, expected an answer; give the address it redirects to, it is not followed so that the key goes nowhere else";
    if (result.status >= 500) return status + tries + quoted + "; look at the server's log, or try again later";
    return status + quoted;
  }

  std::string no_reply(const HttpResult& result, const std::string& tries) const {
    switch (result.end) {
      case HttpResult::End::NoConnection: return "no connection" + tries + ": " + result.trouble + "; is the server running there?";
      case HttpResult::End::ConnectTimeout:
        return "no connection within " + std::to_string(options_.connect_timeout_ms) + " ms; is the server running there?";
      case HttpResult::End::Idle:
        return "silent for " + std::to_string(options_.idle_timeout_ms) + " ms; is the model still loading? try again";
      case HttpResult::End::TooSlow: return "no reply within " + std::to_string(options_.total_timeout_ms) + " ms; try a smaller or a quicker model";
      default: return "no HTTP reply: " + result.trouble + "; check the address";
    }
  }

  // The key must not reach a terminal or a log, even where the endpoint repeats it.
  [[noreturn]] void fail(std::string message, const std::string& secret) const {
    if (!secret.empty())
      for (std::size_t at = message.find(secret); at != std::string::npos; at = message.find(secret))
        message.replace(at, secret.size(), "***");
    throw Error(ErrorKind::Backend, endpoint_ + ": " + escape_for_terminal(collapse_white_space(replace_invalid_utf8(message))));
  }

  ChatBackendOptions options_;
  std::string endpoint_;
};

}  // namespace

std::string whole_reply(const ChatEndpoint& endpoint, std::span<const ChatMessage> messages) {
  const ChatReply reply = endpoint.ask(messages);
  if (reply.cut_short())
    throw Error(ErrorKind::Backend, "the reply was cut off at the limit of tokens after " + std::to_string(reply.text().size()) +
                                        " bytes; take a model that says less, or one that does not think first");
  return reply.text();
}

std::unique_ptr<ChatEndpoint> open_chat_endpoint(const ChatBackendOptions& options) { return std::make_unique<HttpChatEndpoint>(options); }

}  // namespace rag
