#include "models/tokenizer_config.h"

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/hash.h"

namespace rag {
namespace {

constexpr std::size_t kMaxFile = std::size_t{256} << 20;
constexpr int kMaxDepth = 32;

using Json = nlohmann::json;

std::optional<bool> flag(const Json& config, const char* key) {
  const auto found = config.find(key);
  return found != config.end() && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

// A token is written as a string or as {"content": string, ...}.
std::string token_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object() && value.contains("content") && value["content"].is_string()) return value["content"].get<std::string>();
  return "";
}

void read_roles(const Json& config, TokenizerConfig& out) {
  for (const char* role : {"bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"}) {
    const std::string text = config.contains(role) ? token_text(config[role]) : "";
    if (text.empty()) continue;
    out.roles[role] = text;
    out.special_tokens.insert(text);
  }
  if (config.contains("additional_special_tokens") && config["additional_special_tokens"].is_array())
    for (const Json& token : config["additional_special_tokens"]) out.special_tokens.insert(token_text(token));
}

void read_added_tokens(const Json& config, TokenizerConfig& out) {
  const auto decoder = config.find("added_tokens_decoder");
  if (decoder == config.end() || !decoder->is_object()) return;
  for (const Json& token : *decoder)
    if (token.is_object() && flag(token, "special").value_or(false)) out.special_tokens.insert(token_text(token));
}

std::string text_of(const Json& config, const char* key) {
  const auto found = config.find(key);
  return found != config.end() && found->is_string() ? found->get<std::string>() : "";
}

Json read_object(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return Json::object();
  Json value = read_model_json(file);
  if (!value.is_object()) throw Error(ErrorKind::Backend, file.string() + ": not a JSON object; fetch the model again");
  return value;
}

// The special tokens' ids of an item of a template.
std::vector<std::int32_t> ids_of(const Json& item, const Json& processor) {
  return processor.at("special_tokens").at(item.at("SpecialToken").at("id").get<std::string>()).at("ids").get<std::vector<std::int32_t>>();
}

// Nothing where the template is not the first text, then the second.
std::optional<PairFrame> find_pair(const Json& processor) {
  PairFrame frame;
  std::size_t texts = 0;
  if (!processor.contains("pair") || !processor.at("pair").is_array()) return std::nullopt;
  for (const Json& item : processor.at("pair")) {
    const Json& part = item.contains("Sequence") ? item.at("Sequence") : item.at("SpecialToken");
    const auto type = part.at("type_id").get<std::uint64_t>();
    if (type > 255) return std::nullopt;
    const auto token_type = static_cast<std::uint8_t>(type);
    if (item.contains("Sequence")) {
      if (texts > 1 || part.at("id") != (texts == 0 ? "A" : "B")) return std::nullopt;
      (texts++ == 0 ? frame.first_type : frame.second_type) = token_type;
      continue;
    }
    auto& specials = texts == 0 ? frame.before : texts == 1 ? frame.between : frame.after;
    for (const std::int32_t id : ids_of(item, processor)) specials.push_back({id, token_type});
  }
  return texts == 2 ? std::optional(frame) : std::nullopt;
}

bool find_frame(const Json& processor, const std::filesystem::path& file, TokenizerFrame& frame) {
  const std::string type = processor.at("type");
  if (type == "TemplateProcessing") {
    bool behind = false;
    for (const Json& item : processor.at("single")) {
      if (item.contains("Sequence")) {
        behind = true;
        continue;
      }
      for (const std::int32_t id : ids_of(item, processor)) (behind ? frame.after : frame.before).push_back(id);
    }
    frame.pair = find_pair(processor);
    return true;
  }
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    frame.before.push_back(processor.at("cls").at(1).get<std::int32_t>());
    frame.after.push_back(processor.at("sep").at(1).get<std::int32_t>());
    frame.pair = (type == "BertProcessing" ? bert_pair : roberta_pair)(frame.before[0], frame.after[0]);
    return true;
  }
  if (type == "Sequence") {
    for (const Json& inner : processor.at("processors"))
      if (find_frame(inner, file, frame)) return true;
    return false;
  }
  if (type == "ByteLevel") return false;
  throw Error(ErrorKind::Backend, file.string() + ": post-processor " + type + ", this build reads TemplateProcessing and BertProcessing");
}

}  // namespace

std::string read_model_file(const std::filesystem::path& file) {
  try {
    return read_file(file, kMaxFile);
  } catch (const Error& error) {
    throw Error(ErrorKind::Backend, error.what());
  }
}

Json parse_model_json(std::string_view bytes, const std::filesystem::path& file) {
  try {
    return Json::parse(bytes.begin(), bytes.end(), [&](int depth, Json::parse_event_t, Json&) {
      if (depth > kMaxDepth)
        throw Error(ErrorKind::Backend, file.string() + ": nested too deeply for a model's file; fetch the model again");
      return true;
    });
  } catch (const Json::exception&) {
    throw Error(ErrorKind::Backend, file.string() + ": not valid JSON, perhaps cut; fetch the model again");
  }
}

Json read_model_json(const std::filesystem::path& file) { return parse_model_json(read_model_file(file), file); }

void with_json_of(const std::filesystem::path& file, const std::function<void()>& read) {
  try {
    read();
  } catch (const Json::exception& error) {
    // "[json.exception.out_of_range.403] key 'vocab' not found": the words behind the bracket are for people.
    const std::string_view what = error.what();
    const std::size_t bracket = what.find("] ");
    throw Error(ErrorKind::Backend, file.string() + ": not a tokenizer this build reads: " +
                                        std::string(bracket == std::string_view::npos ? what : what.substr(bracket + 2)) +
                                        "; fetch the model again");
  }
}

TokenizerConfig read_tokenizer_config(const std::filesystem::path& model_directory) {
  TokenizerConfig out;
  const Json config = read_object(model_directory / "tokenizer_config.json");
  out.tokenizer_class = text_of(config, "tokenizer_class");
  if (out.tokenizer_class.ends_with("Fast")) out.tokenizer_class.resize(out.tokenizer_class.size() - 4);
  out.model_type = text_of(read_object(model_directory / "config.json"), "model_type");
  out.do_lower_case = flag(config, "do_lower_case");
  out.strip_accents = flag(config, "strip_accents");
  out.tokenize_chinese_chars = flag(config, "tokenize_chinese_chars");
  out.add_bos_token = flag(config, "add_bos_token");
  out.add_eos_token = flag(config, "add_eos_token");
  read_roles(read_object(model_directory / "special_tokens_map.json"), out);
  read_roles(config, out);
  read_added_tokens(config, out);
  out.special_tokens.erase("");
  return out;
}

TokenizerFrame read_frame(const Json& post_processor, const std::filesystem::path& file) {
  TokenizerFrame frame;
  if (!post_processor.is_null()) find_frame(post_processor, file, frame);
  return frame;
}

std::string tokenizer_name(std::string_view kind, std::string_view vocabulary_bytes, std::string_view settings) {
  // SHA-256 over megabytes costs tens of milliseconds at every start; the vocabulary goes in through its 64-bit checksum and size.
  const std::string summary = std::string(kind) + "\n" + std::string(settings) + "\n" + std::to_string(vocabulary_bytes.size()) + "\n" +
                              std::to_string(checksum64(vocabulary_bytes));
  return std::string(kind) + "/" + sha256_hex(summary).substr(0, 8);
}

}  // namespace rag
