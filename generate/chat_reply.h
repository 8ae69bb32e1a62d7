#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "generate/generator.h"

namespace rag {

// Puts a chat endpoint's reply together from its bytes as they come: a stream of server-sent events, or one JSON object.
// What the endpoint said wrongly is kept as a one-line problem, for the caller to put the endpoint's name before.
class ChatReply {
 public:
  explicit ChatReply(OnText on_text) : on_text_(std::move(on_text)) {}

  void feed(std::string_view bytes);
  // After the last byte.  Looks at what is still unread.
  void finish();

  const std::string& problem() const { return problem_; }  // "" where the reply is whole
  const std::string& text() const { return text_; }
  bool cut_short() const { return finish_reason_ == "length"; }  // the endpoint ended it at the limit of tokens
  bool spoke() const { return !text_.empty(); }
  std::size_t prompt_tokens() const { return prompt_tokens_; }  // 0 where the endpoint does not count
  std::size_t completion_tokens() const { return completion_tokens_; }

 private:
  enum class Format { Unknown, Events, Object };

  void read_lines();
  void read_event(const std::string& data);
  void read_object();
  void read_choice(const std::string& json);

  OnText on_text_;
  Format format_ = Format::Unknown;
  std::string pending_;
  std::string text_;
  std::string problem_;
  std::string finish_reason_;
  bool done_ = false;
  std::size_t prompt_tokens_ = 0;
  std::size_t completion_tokens_ = 0;
};

// "message" of an error reply's JSON, or the beginning of the body: one line, at most 200 bytes.
std::string error_text_of(const std::string& body);

}  // namespace rag
