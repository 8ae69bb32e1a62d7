#include "generate/eval/judged_answer.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "core/error.h"
#include "generate/draft.h"
#include "generate/eval/judge_prompts.h"
#include "generate/eval/judge_reply.h"

namespace rag {
namespace {

using Texts = std::vector<std::string>;
using Verdicts = std::vector<bool>;

double share_of(const Verdicts& verdicts) {
  return static_cast<double>(std::ranges::count(verdicts, true)) / static_cast<double>(verdicts.size());
}

double average_precision(const Verdicts& useful) {
  double sum = 0;
  std::size_t found = 0;
  for (std::size_t i = 0; i < useful.size(); ++i)
    if (useful[i]) sum += static_cast<double>(++found) / static_cast<double>(i + 1);
  return found > 0 ? sum / static_cast<double>(found) : 0.0;
}

class Hearing {
 public:
  Hearing(Judge& judge, const GoldQuestion& question, const GivenAnswer& answer, const JudgingOptions& options)
      : judge_(judge), question_(question), answer_(answer), text_(without_markers(answer.text)), options_(options) {}

  void faithfulness() {
    const auto statements = statements_in("faithfulness", text_);
    if (!statements || statements->empty()) return;
    if (const auto verdicts = verdicts_on("faithfulness", support_prompt(question_.text, *statements, answer_.contexts), statements->size()))
      result_.values["faithfulness"] = share_of(*verdicts);
  }

  void answer_relevancy(const SentenceSimilarity& similarity) {
    const auto questions = hear<Texts>("answer_relevancy", questions_prompt(question_.text, text_, options_.questions), "expected {\"questions\": [...]}",
                                       [](const std::string& reply) { return texts_in_reply(reply, "questions"); });
    if (!questions) return;
    if (questions->empty()) {
      result_.failures.emplace_back("answer_relevancy", "the judge wrote no question");
      return;
    }
    const std::vector<double> cosines = similarity(question_.text, *questions);
    result_.values["answer_relevancy"] = std::accumulate(cosines.begin(), cosines.end(), 0.0) / static_cast<double>(cosines.size());
  }

  void context_precision() {
    const auto prompt = usefulness_prompt(question_.text, question_.references.front(), answer_.contexts);
    if (const auto verdicts = verdicts_on("context_precision", prompt, answer_.contexts.size())) result_.values["context_precision"] = average_precision(*verdicts);
  }

  void context_recall() {
    const auto statements = statements_in("context_recall", question_.references.front());
    if (!statements || statements->empty()) return;
    if (const auto verdicts = verdicts_on("context_recall", support_prompt(question_.text, *statements, answer_.contexts), statements->size()))
      result_.values["context_recall"] = share_of(*verdicts);
  }

  JudgedAnswer result() && { return std::move(result_); }

 private:
  // Asks until a reply can be read.
  template <typename T, typename Read>
  std::optional<T> hear(const char* measure, std::vector<ChatMessage> messages, const std::string& expected, const Read& read) {
    for (std::size_t attempt = 0; attempt < options_.attempts; ++attempt) {
      std::size_t tokens = 0;
      for (const ChatMessage& message : messages) tokens += estimate_tokens(message.content);
      if (tokens > options_.max_prompt_tokens) {
        result_.failures.emplace_back(measure, "the prompt has about " + std::to_string(tokens) + " tokens, at most " + std::to_string(options_.max_prompt_tokens) +
                                                   " are sent; ask with a smaller -k");
        return std::nullopt;
      }
      const std::optional<std::string> reply = reply_to(measure, messages);
      if (!reply) return std::nullopt;
      if (auto value = read(*reply)) return value;
      messages = with_reminder(std::move(messages), *reply, expected, question_.text);
    }
    result_.failures.emplace_back(measure, std::to_string(options_.attempts) + " replies could not be read: " + expected);
    return std::nullopt;
  }

  // Nothing, and the failure noted, where the endpoint fails: one reply that is too long for it, or one bad minute, is not the run's end.
  std::optional<std::string> reply_to(const char* measure, const std::vector<ChatMessage>& messages) {
    ++result_.calls;
    try {
      return judge_.reply_to(messages);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Backend) throw;
      ++result_.failed_calls;
      result_.failures.emplace_back(measure, error.what());
      return std::nullopt;
    }
  }

  std::optional<Texts> statements_in(const char* measure, const std::string& text) {
    return hear<Texts>(measure, statements_prompt(question_.text, text), "expected {\"statements\": [...]}",
                       [](const std::string& reply) { return texts_in_reply(reply, "statements"); });
  }

  std::optional<Verdicts> verdicts_on(const char* measure, std::vector<ChatMessage> messages, std::size_t count) {
    return hear<Verdicts>(measure, std::move(messages), "expected {\"verdicts\": [...]} with " + std::to_string(count) + " numbers",
                          [&](const std::string& reply) { return verdicts_in_reply(reply, count); });
  }

  Judge& judge_;
  const GoldQuestion& question_;
  const GivenAnswer& answer_;
  std::string text_;
  JudgingOptions options_;
  JudgedAnswer result_;
};

}  // namespace

JudgedAnswer judge_answer(Judge& judge, const GoldQuestion& question, const GivenAnswer& answer, const SentenceSimilarity& similarity, const JudgingOptions& options) {
  Hearing hearing(judge, question, answer, options);
  const bool has_reference = !question.impossible && !question.references.empty();
  if (!answer.abstained && !answer.contexts.empty()) hearing.faithfulness();
  if (!answer.abstained && similarity) hearing.answer_relevancy(similarity);
  if (has_reference && !answer.contexts.empty()) {
    hearing.context_precision();
    hearing.context_recall();
  }
  return std::move(hearing).result();
}

}  // namespace rag
