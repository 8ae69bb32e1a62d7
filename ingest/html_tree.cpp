#include "ingest/html_tree.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <new>
#include <optional>

#include "core/error.h"
#include "ingest/ascii_lower.h"
#include "ingest/html_depth.h"
#include "ingest/html_hidden.h"
#include "ingest/html_math.h"

namespace rag::html {
namespace {

// gumbo frees its tree recursively, which a page nested a million deep turns into a stack overflow.  Here everything it
// allocates lies in one arena and is dropped at once; nothing is ever freed by walking the tree.
class Arena {
 public:
  static void* allocate(void* self, std::size_t size) {
    Arena& arena = *static_cast<Arena*>(self);
    arena.used_ += size;
    if (arena.used_ > kMost) throw std::bad_alloc();
    return arena.memory_.allocate(std::max<std::size_t>(size, 1), alignof(std::max_align_t));
  }
  static void release(void*, void*) {}

 private:
  static constexpr std::size_t kMost = std::size_t{768} << 20;
  std::pmr::monotonic_buffer_resource memory_{1 << 16};
  std::size_t used_ = 0;
};

}  // namespace

const char* attribute(const GumboElement& element, const char* name) {
  const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
  return found ? found->value : "";
}

bool is_skipped(const GumboElement& element) {
  switch (element.tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_DATALIST:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_RT: return true;
    default: break;
  }
  if (is_hidden(element)) return true;
  if (std::strcmp(attribute(element, "aria-hidden"), "true") == 0) return true;
  const std::string role = ascii_lower(attribute(element, "role"));
  return role == "navigation" || role == "search" || role == "menu" || role == "menubar" || role == "banner" || role == "contentinfo";
}

int heading_level(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_H1: return 1;
    case GUMBO_TAG_H2: return 2;
    case GUMBO_TAG_H3: return 3;
    case GUMBO_TAG_H4: return 4;
    case GUMBO_TAG_H5: return 5;
    case GUMBO_TAG_H6: return 6;
    default: return 0;
  }
}

bool is_block(GumboTag tag) {
  switch (tag) {
    case GUMBO_TAG_P:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_UL:
    case GUMBO_TAG_OL:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_BLOCKQUOTE:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_LEGEND:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_CAPTION: return true;
    default: return heading_level(tag) > 0;
  }
}

bool is_text(const GumboNode& node) {
  return node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE || node.type == GUMBO_NODE_CDATA;
}

std::string inner_text(const GumboNode& root) {
  std::string text;
  walk(
      root,
      [&](const GumboNode& node) {
        if (is_text(node)) text += node.v.text.text;
        if (node.type != GUMBO_NODE_ELEMENT) return false;
        if (&node != &root && is_skipped(node.v.element)) return false;
        if (&node != &root && node.v.element.tag == GUMBO_TAG_MATH) {
          text += math_text(node);
          return false;
        }
        if (node.v.element.tag == GUMBO_TAG_BR || is_block(node.v.element.tag)) text += ' ';
        return true;
      },
      [&](const GumboNode& node) {
        if (node.type == GUMBO_NODE_ELEMENT && is_block(node.v.element.tag)) text += ' ';
      });
  return text;
}

void with_tree(std::string_view html, const std::function<void(const GumboNode&)>& use) {
  const std::optional<std::string> flat = without_deepest_tags(html);
  if (flat) html = *flat;
  Arena arena;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = &Arena::allocate;
  options.deallocator = &Arena::release;
  options.userdata = &arena;
  options.max_errors = 0;
  const GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  if (!output || !output->root) throw Error(ErrorKind::Ingest, "HTML that cannot be parsed");
  use(*output->root);
}

}  // namespace rag::html
