#include "ingest/html_links.h"

#include "core/text.h"
#include "ingest/html_tree.h"

namespace rag {

LinkShare measure_links(std::string_view html, const std::function<bool(const std::string& href)>& counts) {
  LinkShare share;
  int headings = 0, links = 0;  // we are inside of
  const auto is_link = [&](const GumboNode& node) {
    return node.type == GUMBO_NODE_ELEMENT && node.v.element.tag == GUMBO_TAG_A && counts(html::attribute(node.v.element, "href"));
  };
  const auto is_heading = [](const GumboNode& node) {
    return node.type == GUMBO_NODE_ELEMENT && html::heading_level(node.v.element.tag) > 0;
  };
  html::with_tree(html, [&](const GumboNode& root) {
    html::walk(
        root,
        [&](const GumboNode& node) {
          if (html::is_text(node) && headings == 0) {
            const std::size_t size = trim(node.v.text.text).size();
            share.text_bytes += size;
            if (links > 0) share.link_bytes += size;
          }
          if (is_heading(node)) ++headings;
          if (is_link(node)) {
            ++links;
            ++share.links;
          }
          return node.type == GUMBO_NODE_ELEMENT && !html::is_skipped(node.v.element);
        },
        [&](const GumboNode& node) {
          if (is_heading(node)) --headings;
          if (is_link(node)) --links;
        });
  });
  return share;
}

}  // namespace rag
