#pragma once

#include <gumbo.h>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rag::html {

// The declarations of an element's own style attribute: lower case, without blanks, the ones that win last, "display:none;color:#fff;".
std::string own_declarations(const GumboElement& element);

// What the <style> elements of a page say about how its text is painted, as far as that can be told without a browser: rules whose selector
// is one element's name, classes and id ("p.note", "#legal", ".a.b"), outside of @media and its like, for screens.  Rules for elements in
// others, and style sheets beside the page, are not judged.
class PageStyles {
 public:
  explicit PageStyles(const GumboNode& root);

  // The declarations about painting that apply to an element, its own attribute's among them, as own_declarations() has them.
  std::string declared(const GumboElement& element) const;

  // True where the element has a class that may mean more than is known here.
  bool class_is_open(const GumboElement& element) const;

  // True where rules that are not judged may give elements another ground than white.
  bool ground_is_open() const { return ground_is_open_; }

 private:
  struct Rule {
    std::string tag, id;
    std::vector<std::string> classes;
    std::string declarations;  // "!important" kept
    int specificity = 0;
  };
  void read_sheet(std::string_view css);
  void read_rule(std::string_view selectors, std::string_view block);
  static bool matches(const Rule& rule, const GumboElement& element, const std::vector<std::string_view>& classes);
  std::vector<const Rule*> rules_for(const GumboElement& element) const;

  std::vector<Rule> rules_;                                 // in the order of the page
  std::map<std::string, std::vector<std::size_t>> by_key_;  // ".class", "#id" or "tag", what a rule asks for first
  bool has_linked_sheet_ = false, ground_is_open_ = false;
  mutable std::size_t compared_ = 0;
};

}  // namespace rag::html
