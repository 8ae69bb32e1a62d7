#include "cli/eval/judge_options.h"

#include "core/error.h"

namespace rag::cli {

void add_judge_options(po::options_description& options) {
  options.add_options()("judge", po::value<std::string>()->value_name("URL"),
                        "an OpenAI-compatible chat endpoint up to /v1 that judges the answers: faithfulness, answer_relevancy, context_precision, context_recall")(
      "judge-model", po::value<std::string>()->value_name("NAME"), "its model")(
      "transcript", po::value<std::string>()->value_name("FILE"), "with --judge: keep every exchange; what the file has is not asked again")(
      "replay", po::value<std::string>()->value_name("FILE"), "judge from a transcript alone, without a network");
}

std::unique_ptr<Judge> make_judge(const po::variables_map& values, const Config& config) {
  const std::string model = values.count("judge-model") ? values["judge-model"].as<std::string>() : "";
  if (values.count("replay")) {
    for (const char* live : {"judge", "transcript"})
      if (values.count(live)) throw Error(ErrorKind::Usage, std::string("--replay and --") + live + ": a replay asks nobody and records nothing; leave one out");
    return make_replaying_judge(values["replay"].as<std::string>(), model);
  }
  if (!values.count("judge")) {
    for (const char* needs : {"judge-model", "transcript"})
      if (values.count(needs)) throw Error(ErrorKind::Usage, std::string("--") + needs + ": there is no judge; name its endpoint with --judge URL");
    return nullptr;
  }
  if (model.empty()) throw Error(ErrorKind::Usage, "--judge: no model; pass --judge-model, e.g. llama3.2");
  ChatBackendOptions options{.url = values["judge"].as<std::string>(), .model = model, .max_answer_tokens = 2000};
  options.api_key_variable = config.api_key_variable.value_or(options.api_key_variable);
  std::unique_ptr<Judge> judge = make_endpoint_judge(options);
  return values.count("transcript") ? make_recording_judge(std::move(judge), values["transcript"].as<std::string>()) : std::move(judge);
}

}  // namespace rag::cli
