#include "ingest/html_depth.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "ingest/ascii_lower.h"

namespace rag::html {
namespace {

constexpr std::size_t kLongestName = 32;  // of an element; what is longer is told apart by its first bytes

// A tag as far as depth is concerned.
struct Tag {
  std::string name;
  bool is_end = false;
  std::size_t begin = 0, end = 0;  // from '<' to behind '>'
  std::size_t attributes = 0;
};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Elements without content, and those that the next of their kind ends: a thousand <li> or <p> in a row are not nested.
bool adds_no_depth(std::string_view name) {
  static constexpr std::array<std::string_view, 32> kNames{
      "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "keygen", "frame",
      "p", "li", "dt", "dd", "option", "optgroup", "a", "nobr", "button", "td", "th", "tr", "html", "body", "head", "form"};
  return is_one_of(kNames, name);
}

// Elements whose content is text up to their end tag, whatever it looks like.
bool holds_raw_text(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames{"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"};
  return is_one_of(kNames, name);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::size_t behind(std::string_view text, std::string_view what, std::size_t at) {
  const std::size_t found = text.find(what, at);
  return found == std::string_view::npos ? text.size() : found + what.size();
}

class TagReader {
 public:
  explicit TagReader(std::string_view html) : html_(html) {}

  // The next start or end tag; comments, declarations and raw text are passed over.
  bool next(Tag& tag) {
    while ((at_ = html_.find('<', at_)) != std::string_view::npos && at_ + 1 < html_.size()) {
      const char c = html_[at_ + 1];
      if (html_.substr(at_).starts_with("<!--")) {
        at_ = behind(html_, "-->", at_ + 4);
      } else if (c == '!' || c == '?') {
        at_ = behind(html_, ">", at_);
      } else if (is_letter(c) || (c == '/' && at_ + 2 < html_.size() && is_letter(html_[at_ + 2]))) {
        read(tag, c == '/');
        if (!tag.is_end && holds_raw_text(tag.name)) pass_raw_text(tag.name);
        return true;
      } else {
        ++at_;
      }
    }
    return false;
  }

 private:
  void read(Tag& tag, bool is_end) {
    tag.begin = at_;
    tag.is_end = is_end;
    std::size_t at = at_ + (is_end ? 2 : 1);
    const std::size_t stop = std::min(html_.find_first_of(" \t\n\f\r/>", at), html_.size());
    tag.name = ascii_lower(html_.substr(at, std::min(stop - at, kLongestName)));
    // A quote only counts where a value begins with it.
    char quote = 0, before = 0;
    bool after_blank = false;
    tag.attributes = 0;
    for (at = stop; at < html_.size() && (quote || html_[at] != '>'); ++at) {
      const char c = html_[at];
      if (quote) {
        if (c == quote) quote = 0;
      } else if ((c == '"' || c == '\'') && before == '=') {
        quote = c;
      }
      const bool is_blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!quote && !is_blank && after_blank) ++tag.attributes;
      after_blank = is_blank && !quote;
      if (!is_blank) before = c;
    }
    at_ = tag.end = std::min(at + 1, html_.size());
  }

  // Up to its end tag, which next() then finds; to the end of the page where it has none.
  void pass_raw_text(const std::string& name) {
    for (at_ = html_.find("</", at_); at_ != std::string_view::npos; at_ = html_.find("</", at_ + 2))
      if (ascii_lower(html_.substr(at_ + 2, name.size())) == name) return;
    at_ = html_.size();
  }

  std::string_view html_;
  std::size_t at_ = 0;
};

// The elements that are open, as a browser would see them but for its finer rules.
class OpenElements {
 public:
  bool is_full() const { return names_.size() - lost_ >= kMaxDepth; }
  void open(std::string name, bool is_lost) {
    lost_ += is_lost;
    names_.push_back({std::move(name), is_lost});
  }
  // True where the element it ends was one of those beyond the limit.  An end tag that ends nothing near is passed over.
  bool close(const std::string& name) {
    const std::size_t stop = names_.size() > kMaxDepth ? names_.size() - kMaxDepth : 0;
    for (std::size_t i = names_.size(); i-- > stop;) {
      if (names_[i].name != name) continue;
      const bool is_lost = names_[i].is_lost;
      for (; names_.size() > i; names_.pop_back()) lost_ -= names_.back().is_lost;
      return is_lost;
    }
    return false;
  }

 private:
  struct Element {
    std::string name;
    bool is_lost;
  };
  std::vector<Element> names_;
  std::size_t lost_ = 0;
};

}  // namespace

std::optional<std::string> without_deepest_tags(std::string_view html) {
  std::optional<std::string> flat;
  const auto blank = [&](const Tag& tag) {
    if (!flat) flat = std::string(html);
    std::fill(flat->begin() + static_cast<std::ptrdiff_t>(tag.begin), flat->begin() + static_cast<std::ptrdiff_t>(tag.end), ' ');
  };
  TagReader tags(html);
  OpenElements open;
  for (Tag tag; tags.next(tag);) {
    if (tag.attributes > kMaxAttributes) blank(tag);
    if (adds_no_depth(tag.name)) continue;
    const bool is_lost = tag.is_end ? open.close(tag.name) : open.is_full();
    if (!tag.is_end) open.open(tag.name, is_lost);
    if (is_lost) blank(tag);
  }
  return flat;
}

}  // namespace rag::html
