#include "generate/chat_reply.h"

#include <nlohmann/json.hpp>

#include "core/json_nesting.h"
#include "core/text.h"

namespace rag {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestExcerpt = 200;

std::string one_line(std::string_view text) {
  const std::string clean = collapse_white_space(replace_invalid_utf8(text.substr(0, 4 * kLongestExcerpt)));
  const std::size_t end = floor_to_character(clean, kLongestExcerpt);
  return escape_for_terminal(clean.substr(0, end)) + (end < clean.size() ? "..." : "");
}

json parse(std::string_view text) { return nests_too_deep(text) ? json(json::value_t::discarded) : json::parse(text, nullptr, false); }

const json& member(const json& object, const char* name) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

// A string, or the text parts of a list.
std::string content_of(const json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (content.is_array())
    for (const json& part : content)
      if (const json& piece = member(part, "text"); piece.is_string()) text += piece.get<std::string>();
  return text;
}

std::size_t count_of(const json& number) { return number.is_number_unsigned() ? number.get<std::size_t>() : 0; }

std::string message_of(const json& reply) {
  const json& error = member(reply.is_array() && !reply.empty() ? reply.front() : reply, "error");
  if (error.is_string()) return error.get<std::string>();
  if (const json& message = member(error, "message"); message.is_string()) return message.get<std::string>();
  if (const json& message = member(reply, "message"); message.is_string()) return message.get<std::string>();
  return error.is_null() ? "" : error.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

void ChatReply::feed(std::string_view bytes) {
  if (!problem_.empty()) return;
  pending_ += bytes;
  if (format_ == Format::Unknown) {
    const std::string_view start = trim(pending_);
    // "data", "event", "id", "retry" or a ":" comment begin an event stream.
    if (start.empty()) return;
    const bool events =
        start.front() == ':' || start.front() == 'd' || start.front() == 'e' || start.front() == 'i' || start.front() == 'r';
    format_ = events ? Format::Events : Format::Object;
  }
  if (format_ == Format::Events) read_lines();
}

void ChatReply::read_lines() {
  std::size_t begin = 0;
  for (std::size_t end = pending_.find('\n'); end != std::string::npos && problem_.empty() && !done_; end = pending_.find('\n', begin)) {
    std::string_view line = std::string_view(pending_).substr(begin, end - begin);
    begin = end + 1;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.starts_with("data:")) continue;  // comments, event names, blank lines
    line.remove_prefix(5);
    read_event(std::string(trim(line)));
  }
  pending_.erase(0, begin);
}

void ChatReply::read_event(const std::string& data) {
  if (data.empty()) return;
  if (data == "[DONE]") {
    done_ = true;
    return;
  }
  read_choice(data);
}

void ChatReply::read_choice(const std::string& text) {
  const json reply = parse(text);
  if (reply.is_discarded() || !(reply.is_object() || reply.is_array())) {
    problem_ = "answered with something that is not JSON: " + one_line(text);
    return;
  }
  if (const std::string message = message_of(reply); !message.empty()) {
    problem_ = "reports an error: " + one_line(message);
    return;
  }
  if (const json& usage = member(reply, "usage"); usage.is_object()) {
    prompt_tokens_ = count_of(member(usage, "prompt_tokens"));
    completion_tokens_ = count_of(member(usage, "completion_tokens"));
  }
  const json& choices = member(reply, "choices");
  if (!choices.is_array() || choices.empty()) return;
  const json& choice = choices.front();
  const json& delta = member(choice, "delta");
  const std::string piece = content_of(member(delta.is_object() ? delta : member(choice, "message"), "content"));
  if (!piece.empty()) {
    text_ += piece;
    if (on_text_) on_text_(piece);
  }
  if (const json& reason = member(choice, "finish_reason"); reason.is_string()) finish_reason_ = reason.get<std::string>();
}

void ChatReply::finish() {
  if (!problem_.empty()) return;
  if (format_ == Format::Unknown) {
    problem_ = "answered with nothing";
  } else if (format_ == Format::Object) {
    read_object();
  } else {
    pending_ += '\n';  // a last line without its end
    read_lines();
    if (problem_.empty() && !done_ && finish_reason_.empty())
      problem_ = "stopped in the middle of its answer (no finish_reason and no [DONE] after " + std::to_string(text_.size()) + " bytes)";
  }
  if (problem_.empty() && trim(text_).empty())
    problem_ = "gave an empty answer" + (finish_reason_.empty() ? std::string() : " (finish_reason: " + one_line(finish_reason_) + ")");
}

void ChatReply::read_object() {
  const std::string body = std::move(pending_);
  pending_.clear();
  read_choice(body);
  if (problem_.empty() && text_.empty() && finish_reason_.empty())
    problem_ = "answered without choices, expected a chat completion: " + one_line(body);
}

std::string error_text_of(const std::string& body) {
  const json reply = parse(body);
  const std::string message = reply.is_discarded() ? "" : message_of(reply);
  return one_line(message.empty() ? body : message);
}

}  // namespace rag
