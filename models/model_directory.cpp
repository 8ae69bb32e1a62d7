#include "models/model_directory.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>
#include <vector>

#include "models/json_fields.h"
#include "models/presets.h"
#include "models/sentence_transformers.h"

namespace rag {
namespace {

using Path = std::filesystem::path;

Activation activation_of(const Fields& config) {
  const std::string name = config.text("hidden_act", "gelu");
  if (name == "gelu") return Activation::Gelu;
  if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast") return Activation::GeluTanh;
  if (name == "relu") return Activation::Relu;
  refuse_model(config.file(), "\"hidden_act\" is " + shown(name) + ", this build knows gelu, gelu_new and relu");
}

EncoderConfig encoder_config(const Fields& fields) {
  EncoderConfig config;
  config.architecture = fields.text("model_type", "bert");
  const bool roberta = config.architecture == "xlm-roberta" || config.architecture == "roberta" || config.architecture == "camembert";
  if (!roberta && config.architecture != "bert")
    refuse_model(fields.file(),
                 "architecture " + shown(config.architecture) + ", this build runs bert, roberta, xlm-roberta and camembert");
  const std::string positions = fields.text("position_embedding_type", "absolute");
  if (positions != "absolute")
    refuse_model(fields.file(), "\"position_embedding_type\" is " + shown(positions) + ", this build knows absolute");
  if (fields.flag("is_decoder")) refuse_model(fields.file(), "a decoder, expected an encoder");

  config.hidden_size = fields.count("hidden_size", 1, 16384);
  config.layers = fields.count("num_hidden_layers", 1, 256);
  config.heads = fields.count("num_attention_heads", 1, 256);
  if (config.hidden_size % config.heads != 0)
    refuse_model(fields.file(), "\"hidden_size\" " + std::to_string(config.hidden_size) + " cannot be shared among " +
                                    std::to_string(config.heads) + " attention heads");
  config.intermediate_size = fields.count("intermediate_size", 1, 131072);
  config.vocabulary_size = fields.count("vocab_size", 1, 10'000'000);
  config.positions = fields.count("max_position_embeddings", 1, 1'000'000);
  config.token_types = fields.count("type_vocab_size", 0, 64, 2);
  config.layer_norm_epsilon = fields.small_number("layer_norm_eps", 1e-12);
  config.activation = activation_of(fields);
  if (roberta) config.first_position = fields.count("pad_token_id", 0, config.positions - 1, 1) + 1;
  if (config.first_position >= config.positions)
    refuse_model(fields.file(), "\"max_position_embeddings\" is " + std::to_string(config.positions) +
                                    ", which leaves no position after \"pad_token_id\"");
  return config;
}

Pooling pooling_of(const Fields& fields) {
  constexpr std::array<std::pair<const char*, Pooling>, 2> kKnown{
      {{"pooling_mode_mean_tokens", Pooling::Mean}, {"pooling_mode_cls_token", Pooling::Cls}}};
  std::vector<Pooling> found;
  for (const auto& [key, pooling] : kKnown)
    if (fields.flag(key)) found.push_back(pooling);
  const std::string mode = fields.find("pooling_mode") && fields.find("pooling_mode")->is_string() ? fields.text("pooling_mode") : "";
  if (found.empty() && mode == "mean") return Pooling::Mean;
  if (found.empty() && mode == "cls") return Pooling::Cls;
  bool others = !mode.empty();
  for (const char* key :
       {"pooling_mode_max_tokens", "pooling_mode_mean_sqrt_len_tokens", "pooling_mode_weightedmean_tokens", "pooling_mode_lasttoken"})
    others = others || fields.flag(key);
  if (found.size() != 1 || others) refuse_model(fields.file(), "this build knows mean or cls pooling, expected exactly one of them");
  return found.front();
}

// modules.json lists what happens to a text: Transformer, then Pooling, then perhaps Normalize.  True where it does.
bool apply_modules(const Path& file, const std::vector<Module>& modules, ModelDirectory& model) {
  bool pooled = false;
  bool normalised = false;
  for (const Module& module : modules) {
    if (module.type == "Normalize") {
      normalised = true;
    } else if (module.type == "Pooling") {
      const Path config = module.folder / "config.json";
      model.pooling = pooling_of(Fields(config, read_json(config)));
      pooled = true;
    } else if (module.type != "Transformer") {
      refuse_model(file, "module " + shown(module.type) + ", this build knows Transformer, Pooling and Normalize");
    }
  }
  if (!pooled) refuse_model(file, "no Pooling module in it, so it is not known how token vectors become one");
  return normalised;
}

// With a head for classes, how many there are, counted as Hugging Face does.  0 where there is no head.
std::size_t labels_of(const Fields& config) {
  const Json* architectures = config.find("architectures");
  if (!architectures || !architectures->is_array() || architectures->empty() || !architectures->front().is_string()) return 0;
  if (!architectures->front().get_ref<const std::string&>().ends_with("ForSequenceClassification")) return 0;
  const Json* names = config.find("id2label");
  return config.count("num_labels", 1, 1'000'000, names && names->is_object() && !names->empty() ? names->size() : 2);
}

bool lists_pooling(const std::vector<Module>& modules) {
  return std::ranges::any_of(modules, [](const Module& module) { return module.type == "Pooling"; });
}

// The smallest of what the files say, and never more than there are positions.
std::size_t token_limit(const ModelDirectory& model) {
  std::size_t limit = model.config.positions - model.config.first_position;
  // Without a limit of its own, tokenizer_config.json says 1e30, which is not even an integer.
  if (const auto fields = optional_fields(model.path / "tokenizer_config.json")) {
    const Json* length = fields->find("model_max_length");
    if (length && length->is_number() && length->get<double>() >= 1 && length->get<double>() < static_cast<double>(limit))
      limit = length->get<std::size_t>();
  }
  if (const auto fields = optional_fields(model.path / "sentence_bert_config.json"))
    limit = std::min(limit, fields->count("max_seq_length", 1, 1'000'000, limit));
  if (limit < 3) refuse_model(model.path, "a limit of " + std::to_string(limit) + " tokens leaves no room for a text");
  return limit;
}

}  // namespace

std::string model_name_of(const std::filesystem::path& directory) {
  Path path = std::filesystem::absolute(directory).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (path.parent_path().filename() == "snapshots") {
    const std::string repository = path.parent_path().parent_path().filename();
    const std::size_t dashes = repository.rfind("--");
    if (dashes != std::string::npos) return repository.substr(dashes + 2);
  }
  return path.filename();
}

ModelDirectory read_model_directory(const std::filesystem::path& directory) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(directory, ignored))
    refuse_model(directory, "no such directory; expected a Hugging Face model directory");
  ModelDirectory model;
  model.path = directory;
  model.name = model_name_of(directory);
  const Fields config(directory / "config.json", read_json(directory / "config.json"));
  model.config = encoder_config(config);

  // A renamed directory may still be known by the name it was trained under; its own name says more where it says anything.
  const auto by_name = preset_for(model.name);
  const Preset preset = by_name ? *by_name : preset_for(config.text("_name_or_path")).value_or(Preset{});
  model.pooling = preset.pooling;
  model.query_prefix = preset.query_prefix;
  model.passage_prefix = preset.passage_prefix;

  // Cosine similarity is what these models are compared by; only a model that says "dot" keeps the length of its vectors.
  bool listed = false;
  model.labels = labels_of(config);
  if (const auto modules = read_modules(directory); modules && (model.labels == 0 || lists_pooling(*modules))) {
    listed = apply_modules(directory / "modules.json", *modules, model);
    model.labels = 0;
  }
  if (const auto fields = optional_fields(directory / "config_sentence_transformers.json")) {
    model.normalise = listed || !fields->text("similarity_fn_name").starts_with("dot");
    if (const auto prompts = prompts_of(*fields)) {
      model.query_prefix = prompts->query;
      model.passage_prefix = prompts->passage;
    }
  }
  model.max_tokens = token_limit(model);

  model.weights = directory / "model.safetensors";
  if (!std::filesystem::exists(model.weights, ignored))
    refuse_model(model.weights, std::filesystem::exists(directory / "pytorch_model.bin", ignored)
                                    ? "no such file, only pytorch_model.bin; this build reads safetensors, convert the model first"
                                    : "no such file; the model is not complete, fetch it again");
  return model;
}

}  // namespace rag
