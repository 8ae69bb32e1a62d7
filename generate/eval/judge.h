#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "generate/generator.h"
#include "generate/prompt.h"

namespace rag {

// A language model that is asked about answers.
class Judge {
 public:
  virtual ~Judge() = default;
  virtual std::string model() const = 0;
  virtual std::string reply_to(const std::vector<ChatMessage>& messages) = 0;
};

// One that answers over a chat endpoint.  Throws as open_chat_endpoint and ChatEndpoint::ask do.
std::unique_ptr<Judge> make_endpoint_judge(const ChatBackendOptions& options);

// A transcript (docs/formats/evaluation.md) is JSON Lines, one exchange each: {"request", "model", "messages", "reply"}, or "failure" instead of "reply" where
// the endpoint failed.  `request` is the SHA-256 of model and messages, so that the same question asked again is found whatever else has changed.

// Writes each exchange of another judge down before its reply is used.  What the file holds a reply to is not asked again: an interrupted evaluation goes on
// where it was, and asks anew what failed.  Throws Error(Usage) where the file is no transcript, Error(Io) where it cannot be written.
std::unique_ptr<Judge> make_recording_judge(std::unique_ptr<Judge> judge, const std::filesystem::path& transcript);

// Answers from a transcript alone, without a network, and fails where the endpoint failed.  `model` "" for the only one it has.  A request that is not in it is Error(Usage), naming the file and
// the request.
std::unique_ptr<Judge> make_replaying_judge(const std::filesystem::path& transcript, const std::string& model);

}  // namespace rag
