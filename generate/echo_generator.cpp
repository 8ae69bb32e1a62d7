#include "core/text.h"
#include "generate/answer_builder.h"
#include "generate/generator.h"
#include "generate/prompt.h"

namespace rag {
namespace {

class EchoGenerator : public Generator {
 public:
  std::string name() const override { return "echo"; }

  Answer answer(const std::string& question, std::span<const Passage> passages, std::span<const Turn>,
                const OnText& on_text) const override {
    AnswerBuilder builder(passages);
    for (std::size_t i = 0; i < passages.size(); ++i) {
      const std::string shown = collapse_white_space(passages[i].chunk.text);
      if (shown.empty()) continue;
      ++builder.usage().sentences;
      builder.add(shown, {{i, passages[i].chunk.span}}, "\n\n");
    }
    builder.usage().prompt_tokens = estimate_tokens(question);
    if (builder.empty()) return std::move(builder).abstain(abstention_reason(Abstention::NoPassages, question));
    Answer answer = std::move(builder).finish();
    answer.usage.completion_tokens = estimate_tokens(answer.text);
    if (on_text) on_text(answer.text);
    return answer;
  }
};

}  // namespace

std::unique_ptr<Generator> make_echo_generator() { return std::make_unique<EchoGenerator>(); }

}  // namespace rag
