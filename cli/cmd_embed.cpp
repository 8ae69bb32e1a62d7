#include <fmt/format.h>

#include <iostream>

#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/text.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"
#include "pipelines/text_lines.h"

namespace rag::cli {
namespace {

constexpr std::size_t kBatch = 64;

constexpr const char* kEpilogue =
    "One text a line: a JSON string (\"...\", escapes understood) or the line as it is.  One JSON object a line comes out:\n"
    "  {\"ids\":[...],\"cut_tokens\":0,\"embedding\":[...]}\n\n"
    "Nothing is cut into chunks here; what passes the encoder's limit is cut off and counted in cut_tokens.  --precision auto is fp32.\n\n"
    "Example:  printf '%s\\n' 'hello' '안녕하세요' | rag embed --kind query\n";

void print(const Embedder& embedder, const std::vector<std::string>& texts, TextKind kind) {
  const Embeddings embedded = embedder.embed(texts, kind);
  for (std::size_t row = 0; row < texts.size(); ++row) {
    const Tokens tokens = embedder.tokenizer().encode(embedder.prefix(kind) + texts[row], embedder.max_tokens());
    fmt::memory_buffer line;
    fmt::format_to(std::back_inserter(line), "{{\"ids\":[{}],\"cut_tokens\":{},\"embedding\":[", fmt::join(tokens.ids, ","), tokens.cut);
    for (std::size_t i = 0; i < embedded.dimension; ++i)
      fmt::format_to(std::back_inserter(line), "{}{:.9g}", i ? "," : "", embedded.values[row * embedded.dimension + i]);
    fmt::format_to(std::back_inserter(line), "]}}\n");
    std::cout.write(line.data(), static_cast<std::streamsize>(line.size()));
  }
}

}  // namespace

int run_embed(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  add_model_options(options);
  options.add_options()("kind", po::value<std::string>()->value_name("K")->default_value("passage"),
                        "query or passage: many encoders put another prefix before each")(
      "format", po::value<std::string>()->value_name("F")->default_value("jsonl"), "jsonl");
  const auto values = parse_options("embed", "embed [--kind query|passage] [OPTIONS] < TEXTS", options, {}, arguments, kEpilogue);
  choice("--format", values["format"].as<std::string>(), {"jsonl"});
  const TextKind kind = choice("--kind", values["kind"].as<std::string>(), {"query", "passage"}) == "query" ? TextKind::Query : TextKind::Passage;
  const std::string model = values.count("model") ? values["model"].as<std::string>() : globals.config.model.value_or(kDefaultModel);
  // Whoever asks for numbers wants them exact, unless he names a GPU.
  EmbedderOptions encoding = embedder_options(values, globals.config);
  if (encoding.device.kind != DeviceChoice::Kind::Cuda) encoding.precision = encoding.precision.value_or(Precision::Fp32);
  const auto embedder = open_model(model, encoding);
  std::vector<std::string> batch;
  for (std::string line; std::getline(std::cin, line);) {
    throw_if_interrupted();
    if (!line.empty() && line.back() == '\r') line.pop_back();
    batch.push_back(text_of_line(line));
    if (batch.size() < kBatch) continue;
    print(*embedder, batch, kind);
    batch.clear();
    if (!std::cout) break;  // nobody reads on
  }
  if (!batch.empty()) print(*embedder, batch, kind);
  return 0;
}

}  // namespace rag::cli
