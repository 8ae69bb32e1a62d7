#include "models/presets.h"

#include <algorithm>
#include <array>

namespace rag {
namespace {

struct Rule {
  std::string_view first;   // both must occur in the lower-case name
  std::string_view second;  // "" always does
  Pooling pooling;
  std::string_view query_prefix;
  std::string_view passage_prefix;
};

constexpr std::string_view kSearching = "Represent this sentence for searching relevant passages: ";

// The first that fits wins, so the narrow ones come first.  From the families' model cards.
constexpr std::array kRules = {
    Rule{"e5-", "instruct", Pooling::Mean,
         "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ", ""},
    Rule{"e5-", "", Pooling::Mean, "query: ", "passage: "},
    Rule{"koe5", "", Pooling::Mean, "query: ", "passage: "},
    Rule{"bge-m3", "", Pooling::Cls, "", ""},
    Rule{"bge-", "-zh", Pooling::Cls, "为这个句子生成表示以用于检索相关文章：", ""},
    Rule{"bge-", "-en", Pooling::Cls, kSearching, ""},
    Rule{"bge-", "", Pooling::Cls, "", ""},
    Rule{"arctic-embed", "v2", Pooling::Cls, "query: ", ""},
    Rule{"arctic-embed", "", Pooling::Cls, kSearching, ""},
    Rule{"mxbai-embed", "", Pooling::Cls, kSearching, ""},
    Rule{"uae-", "", Pooling::Cls, kSearching, ""},
    Rule{"granite-embedding", "", Pooling::Cls, "", ""},
    Rule{"gte-", "", Pooling::Mean, "", ""},
};

}  // namespace

std::optional<Preset> preset_for(std::string_view model_name) {
  std::string name(model_name);
  std::transform(name.begin(), name.end(), name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const Rule& rule : kRules) {
    if (name.find(rule.first) == std::string::npos || name.find(rule.second) == std::string::npos) continue;
    return Preset{rule.pooling, std::string(rule.query_prefix), std::string(rule.passage_prefix)};
  }
  return std::nullopt;
}

}  // namespace rag
