#include "generate/answer_builder.h"
#include "generate/chat_endpoint.h"
#include "generate/citation_check.h"
#include "generate/generator.h"
#include "generate/prompt.h"

namespace rag {
namespace {

class ChatGenerator : public Generator {
 public:
  explicit ChatGenerator(const ChatBackendOptions& options) : options_(options), endpoint_(open_chat_endpoint(options)) {}

  std::string name() const override { return "openai:" + options_.model; }

  Answer answer(const std::string& question, std::span<const Passage> passages, std::span<const Turn> history,
                const OnText& on_text) const override {
    // Without passages there is nothing to cite, so whatever the model would say would be thrown away.
    if (passages.empty()) return AnswerBuilder(passages).abstain(abstention_reason(Abstention::NoPassages, question));
    const Prompt prompt = build_prompt(question, passages, history, options_.max_prompt_tokens);
    const ChatReply reply = endpoint_->ask(prompt.messages, on_text);
    Answer answer = check_citations(reply.text(), passages.first(prompt.passages_used), question);
    answer.usage.prompt_tokens = reply.prompt_tokens() > 0 ? reply.prompt_tokens() : prompt.tokens;
    answer.usage.completion_tokens = reply.completion_tokens() > 0 ? reply.completion_tokens() : estimate_tokens(reply.text());
    return answer;
  }

 private:
  ChatBackendOptions options_;
  std::unique_ptr<ChatEndpoint> endpoint_;
};

}  // namespace

std::unique_ptr<Generator> make_chat_generator(const ChatBackendOptions& options) { return std::make_unique<ChatGenerator>(options); }

}  // namespace rag
