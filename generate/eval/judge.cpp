#include "generate/eval/judge.h"

#include "generate/chat_endpoint.h"

namespace rag {
namespace {

class EndpointJudge final : public Judge {
 public:
  explicit EndpointJudge(const ChatBackendOptions& options) : model_(options.model), endpoint_(open_chat_endpoint(options)) {}
  std::string model() const override { return model_; }
  std::string reply_to(const std::vector<ChatMessage>& messages) override { return whole_reply(*endpoint_, messages); }

 private:
  std::string model_;
  std::unique_ptr<ChatEndpoint> endpoint_;
};

}  // namespace

std::unique_ptr<Judge> make_endpoint_judge(const ChatBackendOptions& options) { return std::make_unique<EndpointJudge>(options); }

}  // namespace rag
