#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/answer.h"
#include "core/passage.h"

namespace rag {

struct Turn {
  std::string question;
  std::string answer;
};

// Told the answer's text as it comes, before it is checked.  For showing that something happens; what counts is the Answer.
using OnText = std::function<void(std::string_view piece)>;

// Passages to a cited answer.  Every citation in what it returns has been checked: the passage exists and the quote is in it.
class Generator {
 public:
  virtual ~Generator() = default;
  virtual std::string name() const = 0;
  virtual Answer answer(const std::string& question, std::span<const Passage> passages, std::span<const Turn> history = {},
                        const OnText& on_text = {}) const = 0;
};

struct ExtractiveOptions {
  std::size_t max_sentences = 4;
  std::size_t max_bytes = 1200;
};

// Needs no language model: the sentences of the passages that say most about the question, each cited.
// `similarity` scores question against sentences (an encoder's cosine); null: words only.
using SentenceSimilarity = std::function<std::vector<double>(const std::string& question, const std::vector<std::string>& sentences)>;
std::unique_ptr<Generator> make_extractive_generator(const ExtractiveOptions& options = {}, SentenceSimilarity similarity = {});

// Answers with the passages themselves, each cited whole: for looking at what a generator would be given.
std::unique_ptr<Generator> make_echo_generator();

struct ChatBackendOptions {
  std::string url;  // up to /v1: "http://localhost:11434/v1"
  std::string model;
  std::string api_key_variable = "OPENAI_API_KEY";  // the key is read from this environment variable, from nowhere else
  double temperature = 0.0;                         // larger: more varied wording, less repeatable
  std::size_t max_answer_tokens = 700;
  std::size_t max_prompt_tokens = 6000;  // passages are cut to fit
  int connect_timeout_ms = 5000;
  int idle_timeout_ms = 60000;      // longest silence inside a stream
  int total_timeout_ms = 1800000;   // of a whole reply: a server that drips for ever ends too
  int retries = 2;              // on refused connections, 429 and 5xx, with growing pauses
  int retry_pause_ms = 500;     // the first pause; each next one doubles, and Retry-After goes before it
};

// Any OpenAI-compatible chat endpoint, streamed.  Throws Error(Backend) in one line: no connection, a status, half a stream, not JSON.
std::unique_ptr<Generator> make_chat_generator(const ChatBackendOptions& options);

}  // namespace rag
