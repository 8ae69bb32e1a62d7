#include "cli/eval/sweep_file.h"

#include <toml++/toml.h>

#include <algorithm>

#include "core/error.h"
#include "core/shortest_number.h"

namespace rag::cli {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file, const toml::node& node, const std::string& what) {
  throw Error(ErrorKind::Usage, file.string() + ":" + std::to_string(node.source().begin.line) + ": " + what);
}

// As the command line would be given it.
std::string text_of(const std::filesystem::path& file, const std::string& key, const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* number = node.as_floating_point()) return shortest_number(number->get());
  fail(file, node, key + ": expected a text, a number, or a list of them");
}

std::vector<std::string> texts_of(const std::filesystem::path& file, const std::string& key, const toml::node& node) {
  const toml::array* list = node.as_array();
  if (!list) return {text_of(file, key, node)};
  std::vector<std::string> texts;
  for (const toml::node& entry : *list) {
    const std::string text = text_of(file, key, entry);
    if (std::ranges::find(texts, text) != texts.end()) fail(file, entry, key + ": " + text + " a second time");
    texts.push_back(text);
  }
  if (texts.empty()) fail(file, node, key + ": an empty list, expected at least one value");
  return texts;
}

std::uint64_t whole_of(const std::filesystem::path& file, const std::string& key, const toml::node& node, std::int64_t least) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < least) fail(file, node, key + ": expected a whole number, " + std::to_string(least) + " or more");
  return static_cast<std::uint64_t>(*value);
}

void read_entry(const std::filesystem::path& file, const std::string& key, const toml::node& node, SweepFile& out) {
  const auto path = [&] { return file.parent_path() / text_of(file, key, node); };
  if (key == "dataset") out.dataset = path();
  else if (key == "documents") out.documents = path();
  else if (key == "queries") out.queries = path();
  else if (key == "qrels") out.qrels = path();
  else if (key == "gold") out.gold = path();
  else if (key == "split") out.split = text_of(file, key, node);
  else if (key == "metrics") out.metrics = texts_of(file, key, node);
  else if (key == "depth") out.depth = whole_of(file, key, node, 1);
  else if (key == "seed") out.seed = whole_of(file, key, node, 0);
  else if (find_sweep_setting(key)) out.tried.emplace_back(key, texts_of(file, key, node));
  else fail(file, node, "unknown key \"" + key + "\"; 'rag eval sweep --help' lists them");
}

void read_table(const std::filesystem::path& file, const toml::table& table, const std::string& prefix, SweepFile& out) {
  // toml++ keeps a table's keys by name; the user's order is that of the lines.
  std::vector<std::pair<std::string, const toml::node*>> entries;
  for (const auto& [name, node] : table) entries.emplace_back(prefix + std::string(name.str()), &node);
  std::ranges::sort(entries, {}, [](const auto& entry) { return entry.second->source().begin.line; });
  for (const auto& [key, node] : entries) {
    if (const toml::table* inner = node->as_table()) read_table(file, *inner, key + ".", out);
    else read_entry(file, key, *node, out);
  }
}

}  // namespace

const std::vector<SweepSetting>& sweep_settings() {
  static const std::vector<SweepSetting> kSettings = {{"model", "model", true},
                                                      {"precision", "precision", true},
                                                      {"chunk.kind", "chunker", true},
                                                      {"chunk.max_tokens", "max-tokens", false},
                                                      {"chunk.overlap_tokens", "overlap-tokens", false},
                                                      {"search.mode", "mode", true},
                                                      {"search.fusion", "fusion", true},
                                                      {"search.dense_weight", "dense-weight", false},
                                                      {"search.candidates", "candidates", false},
                                                      {"search.vectors", "vectors", true},
                                                      {"search.probes", "probes", false},
                                                      {"search.k1", "k1", false},
                                                      {"search.characters_k1", "characters-k1", false},
                                                      {"search.b", "b", false},
                                                      {"search.reranker", "reranker", true},
                                                      {"search.rerank_depth", "rerank-depth", false}};
  return kSettings;
}

const SweepSetting* find_sweep_setting(const std::string& key) {
  const auto found = std::ranges::find(sweep_settings(), key, &SweepSetting::key);
  return found == sweep_settings().end() ? nullptr : &*found;
}

SweepFile read_sweep_file(const std::filesystem::path& file) {
  SweepFile out;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    throw Error(ErrorKind::Usage, file.string() + ": no such file; 'rag eval sweep --help' shows what one looks like");
  try {
    read_table(file, toml::parse_file(file.string()), "", out);
  } catch (const toml::parse_error& trouble) {
    throw Error(ErrorKind::Usage, file.string() + ":" + std::to_string(trouble.source().begin.line) + ": not TOML: " + std::string(trouble.description()));
  }
  const bool parts = !out.documents.empty() && !out.queries.empty() && (!out.qrels.empty() || !out.gold.empty());
  if (out.dataset.empty() == !parts)
    throw Error(ErrorKind::Usage, file.string() + ": says not what to measure with; name a collection as dataset, or documents, queries and qrels or gold");
  return out;
}

std::vector<std::vector<std::pair<std::string, std::string>>> combinations(const SweepFile& sweep, std::size_t most) {
  std::vector<std::vector<std::pair<std::string, std::string>>> all = {{}};
  for (const auto& [key, values] : sweep.tried) {
    std::vector<std::vector<std::pair<std::string, std::string>>> longer;
    if (all.size() * values.size() > most)
      throw Error(ErrorKind::Usage, "rag eval sweep: more than " + std::to_string(most) + " combinations with " + key +
                                        "; try fewer values, or allow more with --most");
    for (const auto& combination : all)
      for (const std::string& value : values) {
        longer.push_back(combination);
        longer.back().emplace_back(key, value);
      }
    all = std::move(longer);
  }
  return all;
}

}  // namespace rag::cli
