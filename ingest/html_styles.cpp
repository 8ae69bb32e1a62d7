#include "ingest/html_styles.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/text.h"
#include "ingest/ascii_lower.h"
#include "ingest/html_tree.h"

namespace rag::html {
namespace {

constexpr std::size_t kMostRules = 20000;
constexpr std::size_t kMostCompared = 20000000;  // rules with elements, in all: a page of both by the ten thousand is an attack

// Each "property:value" of a block of declarations, lower case and without blanks.
template <typename Use>
void each_declaration(std::string_view block, Use&& use) {
  for (std::size_t at = 0; at < block.size();) {
    const std::size_t end = std::min(block.find(';', at), block.size());
    std::string declaration = ascii_lower(std::string(block.substr(at, end - at)));
    std::erase_if(declaration, [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
    at = end + 1;
    if (declaration.find(':') != std::string::npos) use(declaration);
  }
}

// Declarations in the order in which they win.
struct Cascade {
  std::string usual, important;

  void add(std::string_view block) {
    each_declaration(block, [&](std::string declaration) {
      constexpr std::string_view kImportant = "!important";
      const bool wins = declaration.ends_with(kImportant);
      if (wins) declaration.resize(declaration.size() - kImportant.size());
      (wins ? important : usual) += declaration + ";";
    });
  }
};

bool is_about_painting(std::string_view declaration) {
  const std::string_view property = declaration.substr(0, declaration.find(':'));
  return property == "display" || property == "visibility" || property == "color" || property == "opacity" || property.starts_with("background") ||
         property.starts_with("font");
}

std::string without_comments(std::string_view css) {
  std::string kept;
  for (std::size_t at = 0; at < css.size();) {
    const std::size_t begin = std::min(css.find("/*", at), css.size());
    kept += css.substr(at, begin - at);
    const std::size_t end = begin == css.size() ? begin : css.find("*/", begin + 2);
    at = end >= css.size() ? css.size() : end + 2;
  }
  return kept;
}

// The end of a block that begins at `open`, a '{', with all blocks in it.
std::size_t end_of_block(std::string_view css, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < css.size(); ++at) {
    if (css[at] == '{') ++depth;
    if (css[at] == '}' && --depth == 0) return at + 1;
  }
  return css.size();
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\n\r\f", at), text.size());
    const std::size_t end = std::min(text.find_first_of(" \t\n\r\f", begin), text.size());
    if (end > begin) words.push_back(text.substr(begin, end - begin));
    at = end;
  }
  return words;
}

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || (static_cast<unsigned char>(c) & 0x80) != 0; }

}  // namespace

std::string own_declarations(const GumboElement& element) {
  Cascade cascade;
  cascade.add(attribute(element, "style"));
  return cascade.usual + cascade.important;
}

PageStyles::PageStyles(const GumboNode& root) {
  walk(
      root,
      [&](const GumboNode& node) {
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        const GumboElement& element = node.v.element;
        if (element.tag == GUMBO_TAG_LINK && ascii_lower(attribute(element, "rel")).find("stylesheet") != std::string::npos) has_linked_sheet_ = true;
        if (element.tag != GUMBO_TAG_STYLE) return true;
        const std::string media = ascii_lower(attribute(element, "media"));
        if (!media.empty() && media != "all" && media != "screen") return false;
        std::string css;
        for (unsigned i = 0; i < element.children.length; ++i)
          if (const auto& child = *static_cast<const GumboNode*>(element.children.data[i]); is_text(child)) css += child.v.text.text;
        read_sheet(without_comments(css));
        return false;
      },
      [](const GumboNode&) {});
}

void PageStyles::read_sheet(std::string_view css) {
  for (std::size_t at = 0; at < css.size();) {
    const std::size_t stop = css.find_first_of("{;", at);
    if (stop == std::string_view::npos) return;
    const std::string_view prelude = trim(css.substr(at, stop - at));
    if (css[stop] == ';') {  // "@import url(more.css);"
      if (prelude.starts_with("@import")) has_linked_sheet_ = true;
      at = stop + 1;
      continue;
    }
    const std::size_t end = end_of_block(css, stop);
    if (!prelude.starts_with('@')) read_rule(prelude, css.substr(stop + 1, end - stop - (css[end - 1] == '}' ? 2 : 1)));
    // Other screens, printers: another ground there is none of ours, but "(prefers-color-scheme: dark)" is this screen.
    else if (css.substr(stop, end - stop).find("background") != std::string_view::npos)
      ground_is_open_ = true;
    at = end;
  }
}

void PageStyles::read_rule(std::string_view selectors, std::string_view block) {
  std::string declarations;
  each_declaration(block, [&](const std::string& declaration) {
    if (is_about_painting(declaration)) declarations += declaration + ";";
  });
  if (declarations.empty()) return;
  for (std::size_t at = 0; at < selectors.size();) {
    const std::size_t end = std::min(selectors.find(',', at), selectors.size());
    std::string_view rest = trim(selectors.substr(at, end - at));
    at = end + 1;
    Rule rule{.declarations = declarations};
    if (rest.starts_with('*')) rest.remove_prefix(1);
    while (!rest.empty()) {
      const char kind = rest[0];
      if (kind == '.' || kind == '#') rest.remove_prefix(1);
      const auto name_end = std::find_if_not(rest.begin(), rest.end(), is_name_byte);
      const std::string name(rest.begin(), name_end);
      const bool is_first = rule.tag.empty() && rule.id.empty() && rule.classes.empty();
      if (name.empty() || (kind != '.' && kind != '#' && !is_first)) break;
      rest.remove_prefix(name.size());
      if (kind == '.')
        rule.classes.push_back(name);
      else
        (kind == '#' ? rule.id : rule.tag) = kind == '#' ? name : ascii_lower(name);
      rule.specificity += kind == '#' ? 100 : kind == '.' ? 10 : 1;
    }
    if (!rest.empty() || rules_.size() >= kMostRules) {
      if (declarations.find("background") != std::string::npos) ground_is_open_ = true;
      continue;
    }
    const std::string key = !rule.classes.empty() ? "." + rule.classes[0] : !rule.id.empty() ? "#" + rule.id : rule.tag;
    by_key_[key].push_back(rules_.size());
    rules_.push_back(std::move(rule));
  }
}

bool PageStyles::matches(const Rule& rule, const GumboElement& element, const std::vector<std::string_view>& classes) {
  if (!rule.tag.empty() && rule.tag != gumbo_normalized_tagname(element.tag)) return false;
  if (!rule.id.empty() && rule.id != attribute(element, "id")) return false;
  return std::all_of(rule.classes.begin(), rule.classes.end(),
                     [&](const std::string& name) { return std::find(classes.begin(), classes.end(), name) != classes.end(); });
}

std::vector<const PageStyles::Rule*> PageStyles::rules_for(const GumboElement& element) const {
  std::vector<std::size_t> found;
  if (rules_.empty()) return {};
  const std::vector<std::string_view> classes = words_of(attribute(element, "class"));
  const auto look = [&](const std::string& key) {
    const auto bucket = by_key_.find(key);
    if (bucket == by_key_.end()) return;
    for (const std::size_t i : bucket->second)
      if (++compared_ < kMostCompared && matches(rules_[i], element, classes)) found.push_back(i);
  };
  for (const std::string_view name : classes) look("." + std::string(name));
  if (const char* id = attribute(element, "id"); *id) look("#" + std::string(id));
  look(gumbo_normalized_tagname(element.tag));
  look("");  // "*"
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::stable_sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) { return rules_[a].specificity < rules_[b].specificity; });
  std::vector<const Rule*> rules;
  for (const std::size_t i : found) rules.push_back(&rules_[i]);
  return rules;
}

std::string PageStyles::declared(const GumboElement& element) const {
  Cascade cascade;
  for (const Rule* rule : rules_for(element)) cascade.add(rule->declarations);
  cascade.add(attribute(element, "style"));
  return cascade.usual + cascade.important;
}

bool PageStyles::class_is_open(const GumboElement& element) const {
  // A page without any rules is one that was saved without its sheet.
  return trim(attribute(element, "class")) != "" && (has_linked_sheet_ || rules_.empty() || compared_ >= kMostCompared);
}

}  // namespace rag::html
