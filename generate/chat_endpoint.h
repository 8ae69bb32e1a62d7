#pragma once

#include <memory>
#include <span>

#include "generate/chat_reply.h"
#include "generate/generator.h"
#include "generate/prompt.h"

namespace rag {

// An OpenAI-compatible chat endpoint: messages to a reply, streamed, tried again where trouble may pass, in the dialect the endpoint understands.
class ChatEndpoint {
 public:
  virtual ~ChatEndpoint() = default;
  // A whole reply with a text.  Throws Error(Backend) in one line: no connection, a status, half a stream, not JSON; Error(Interrupted).
  virtual ChatReply ask(std::span<const ChatMessage> messages, const OnText& on_text = {}) const = 0;
};

// The text of a reply that must be whole to be used.  Throws Error(Backend) also where the endpoint cut it short at its limit of tokens.
std::string whole_reply(const ChatEndpoint& endpoint, std::span<const ChatMessage> messages);

// Throws Error(Usage) for an address that is none, and without a model's name.
std::unique_ptr<ChatEndpoint> open_chat_endpoint(const ChatBackendOptions& options);

}  // namespace rag
