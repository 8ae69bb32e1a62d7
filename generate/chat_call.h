#pragma once

#include <string>
#include <vector>

#include "generate/generator.h"
#include "generate/prompt.h"

namespace rag {

// What a chat endpoint replies to these messages, as it is.  Throws Error(Backend) as make_chat_generator does.
std::string chat_reply_to(const std::vector<ChatMessage>& messages, const ChatBackendOptions& options);

}  // namespace rag
