#include "models/static_embedder.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/interrupt.h"
#include "core/parallel.h"
#include "models/json_fields.h"
#include "models/model_directory.h"
#include "models/sentence_transformers.h"
#include "models/static_table.h"
#include "models/tokenizer_json.h"

namespace rag {
namespace {

constexpr std::size_t kUsualLimit = 512;
constexpr std::size_t kLongestLimit = 8192;
constexpr std::size_t kTextsAtATime = 64;  // that one thread takes

// What the folder's small files say.
struct Settings {
  std::filesystem::path folder;  // of the table and its tokenizer
  bool normalise = true;
  std::size_t max_tokens = kLongestLimit;
  Prompts prompts;
};

void apply_modules(const std::filesystem::path& directory, const std::vector<Module>& modules, Settings& settings) {
  for (const Module& module : modules)
    if (module.type != "StaticEmbedding" && module.type != "Normalize")
      refuse_model(directory / "modules.json", "module " + shown(module.type) + ", this build knows StaticEmbedding and Normalize");
  settings.folder = modules.front().folder;
}

// A limit that is absent is model2vec's usual one; null is none.
std::size_t length_of(const Fields& config) {
  const Json* length = config.find("max_length");
  if (length && length->is_null()) return kLongestLimit;
  return std::min(config.count("max_length", 1, 1'000'000'000, kUsualLimit), kLongestLimit);
}

Settings read_settings(const std::filesystem::path& directory) {
  Settings settings{.folder = directory};
  bool normalises = false;
  if (const auto modules = read_modules(directory)) {
    apply_modules(directory, *modules, settings);
    normalises = modules->back().type == "Normalize";
  }
  if (const auto fields = optional_fields(directory / "config_sentence_transformers.json")) {
    settings.normalise = normalises || !fields->text("similarity_fn_name").starts_with("dot");
    settings.prompts = prompts_of(*fields).value_or(Prompts{});
  }
  return settings;
}

class StaticEmbedder final : public Embedder {
 public:
  StaticEmbedder(const std::filesystem::path& directory, const EmbedderOptions& options)
      : settings_(read_settings(directory)), table_(settings_.folder / "model.safetensors"), threads_(options.threads) {
    if (table_.from_model2vec())
      if (const auto config = optional_fields(directory / "config.json")) {
        settings_.max_tokens = length_of(*config);
        if (config->find("normalize")) settings_.normalise = config->flag("normalize");
      }
    const std::string name = model_name_of(directory);
    settings_.max_tokens = token_limit(options, settings_.max_tokens, name);
    tokenizer_ = open_tokenizer_json(settings_.folder / "tokenizer.json", Frame::None);
    if (tokenizer_->vocabulary_size() > table_.tokens())
      refuse_model(directory, "the tokenizer has " + std::to_string(tokenizer_->vocabulary_size()) + " tokens, the table " +
                                  std::to_string(table_.tokens()) + "; its files belong to different models");
    if (table_.from_model2vec()) passed_over_ = tokenizer_->unknown_id();
    name_ = name + '/' + fingerprint().substr(0, 8) + '/' + std::to_string(settings_.max_tokens);
  }

  std::string name() const override { return name_; }
  std::size_t dimension() const override { return table_.dimension(); }
  std::size_t max_tokens() const override { return settings_.max_tokens; }
  const Tokenizer& tokenizer() const override { return *tokenizer_; }
  std::string prefix(TextKind kind) const override { return kind == TextKind::Query ? settings_.prompts.query : settings_.prompts.passage; }

  Embeddings embed(std::span<const std::string> texts, TextKind kind) const override {
    Embeddings out{.rows = texts.size(), .dimension = dimension(), .values = std::vector<float>(texts.size() * dimension())};
    out.cut_tokens.resize(texts.size());
    const std::string before = prefix(kind);
    in_parallel(threads_, (texts.size() + kTextsAtATime - 1) / kTextsAtATime, [&](std::size_t block) {
      throw_if_interrupted();
      const std::size_t end = std::min(texts.size(), (block + 1) * kTextsAtATime);
      for (std::size_t row = block * kTextsAtATime; row < end; ++row) {
        Tokens tokens = before.empty() ? tokenizer_->encode(texts[row], settings_.max_tokens)
                                       : tokenizer_->encode(before + texts[row], settings_.max_tokens);
        out.cut_tokens[row] = tokens.cut;
        if (passed_over_) std::erase(tokens.ids, *passed_over_);
        take_mean(tokens.ids, out.values.data() + row * dimension());
      }
    });
    return out;
  }

 private:
  void take_mean(const std::vector<std::int32_t>& ids, float* vector) const {
    if (ids.empty()) return;
    table_.add_rows(ids, vector);
    double square = 0;
    for (std::size_t i = 0; i < dimension(); ++i) square += static_cast<double>(vector[i]) * vector[i];
    if (!std::isfinite(square)) refuse_model(table_.path(), "holds values that are no numbers; the table is damaged, fetch the model again");
    const double length = settings_.normalise ? std::sqrt(square) : static_cast<double>(ids.size());
    if (length == 0) return;
    for (std::size_t i = 0; i < dimension(); ++i) vector[i] = static_cast<float>(vector[i] / length);
  }

  // Everything that changes a vector.
  std::string fingerprint() const {
    std::string all = table_.fingerprint() + '\n' + tokenizer_->name() + "\nstatic\n";
    for (const std::size_t number : {std::size_t{table_.from_model2vec()}, std::size_t{settings_.normalise}, settings_.max_tokens})
      all += std::to_string(number) + '\n';
    return sha256_hex(all + std::to_string(settings_.prompts.query.size()) + ' ' + settings_.prompts.query + settings_.prompts.passage);
  }

  Settings settings_;
  StaticTable table_;
  std::size_t threads_ = 0;
  std::unique_ptr<Tokenizer> tokenizer_;
  std::optional<std::int32_t> passed_over_;
  std::string name_;
};

}  // namespace

std::unique_ptr<Embedder> open_static_embedder(const std::filesystem::path& model_directory, const EmbedderOptions& options) {
  return std::make_unique<StaticEmbedder>(model_directory, options);
}

}  // namespace rag
