#include "cli/ask_options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

#include "cli/passage_formats.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/listing.h"
#include "core/text.h"

namespace rag::cli {

void add_backend_options(po::options_description& options) {
  options.add_options()("backend", po::value<std::string>()->value_name("B"),
                        "extractive (default: the documents' own sentences, no language model), openai (any OpenAI-compatible chat endpoint) or echo "
                        "(the passages as they are)")("backend-url", po::value<std::string>()->value_name("URL"),
                                                      "openai: the endpoint up to /v1, e.g. http://localhost:11434/v1; default: OPENAI_BASE_URL")(
      "backend-model", po::value<std::string>()->value_name("NAME"), "openai: the endpoint's model, e.g. llama3.2 or gpt-4o-mini")(
      "temperature", po::value<double>()->value_name("T"), "openai: 0 (default) takes the likeliest words, larger is more varied, at most 2")(
      "max-answer-tokens", po::value<std::size_t>()->value_name("N")->default_value(700), "openai: longest answer, in the model's tokens")(
      "max-prompt-tokens", po::value<std::size_t>()->value_name("N")->default_value(6000),
      "openai: longest prompt, in estimated tokens; passages are cut to fit");
}

std::unique_ptr<Generator> make_generator(const po::variables_map& values, const Config& config, Session& session) {
  const std::string backend = choice("--backend", pick<std::string>(values, "backend", config.backend, "extractive"), {"extractive", "openai", "echo"});
  if (backend == "extractive") return make_extractive_generator({}, session.similarity());
  if (backend == "echo") return make_echo_generator();
  ChatBackendOptions options;
  const char* base = std::getenv("OPENAI_BASE_URL");
  options.url = pick<std::string>(values, "backend-url", config.backend_url, base ? base : "");
  options.model = pick<std::string>(values, "backend-model", config.backend_model, "");
  options.api_key_variable = config.api_key_variable.value_or(options.api_key_variable);
  options.temperature = pick<double>(values, "temperature", config.temperature, options.temperature);
  options.max_answer_tokens = values["max-answer-tokens"].as<std::size_t>();
  options.max_prompt_tokens = values["max-prompt-tokens"].as<std::size_t>();
  if (options.url.empty()) throw Error(ErrorKind::Usage, "--backend openai: no endpoint; pass --backend-url, e.g. http://localhost:11434/v1");
  if (options.model.empty()) throw Error(ErrorKind::Usage, "--backend openai: no model; pass --backend-model, e.g. llama3.2");
  if (!(options.temperature >= 0 && options.temperature <= 2)) throw Error(ErrorKind::Usage, "--temperature: must be from 0 to 2");
  return make_chat_generator(options);
}

namespace {

// Of the passage a citation was taken from.
std::string also_in_of(const Citation& citation, const Answer& answer) {
  for (const Passage& passage : answer.passages) {
    const Span span = passage.chunk.span;
    const bool holds = span.begin <= citation.source_span.begin && citation.source_span.end <= span.end;
    if (passage.chunk.document_id == citation.document_id && holds) return also_in_text(passage.also_in);
  }
  return "";
}

}  // namespace

void print_answer(const Answer& answer, const std::string& question) {
  // In the question's language, as its answer and the reason why there is none.
  const std::string language = guess_language(question);
  const bool korean = language == "ko" || (language.empty() && user_reads_korean());
  if (answer.abstained) {
    std::cout << (korean ? "문서에서 근거를 찾지 못했습니다." : "The documents do not answer this.") << '\n';
    std::cerr << faint(escape_for_terminal(answer.reason)) << '\n';
  } else {
    std::cout << escape_for_terminal(answer.text) << "\n\n";
    int shown = 0;
    for (const Citation& citation : answer.citations) {
      if (citation.number <= shown) continue;  // cited again
      shown = citation.number;
      std::cout << fmt::format("[{}] {}\n    \"{}\"\n", citation.number, escape_for_terminal(place_of(citation.uri, citation.page, citation.time)),
                               preview(citation.quote, 200));
      if (const std::string others = also_in_of(citation, answer); !others.empty()) std::cout << "    " << faint(escape_for_terminal(others)) << '\n';
    }
  }
  if (answer.usage.sentences_dropped > 0)
    std::cerr << (korean ? fmt::format("문장 {}개는 인용이 확인되지 않아 뺐습니다\n", answer.usage.sentences_dropped)
                         : counted(answer.usage.sentences_dropped, "sentence") + " left out: the citations did not hold\n");
}

}  // namespace rag::cli
