#include "core/error.h"
#include "ingest/xml.h"

namespace rag::xml {
namespace {

// Without recursion: this is what keeps those who walk the tree with it safe.
bool is_too_deep(const pugi::xml_node& root) {
  int depth = 0;
  for (pugi::xml_node node = root.first_child(); node;) {
    if (node.first_child()) {
      if (++depth > kMaxDepth) return true;
      node = node.first_child();
      continue;
    }
    while (node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node == root) break;
    node = node.next_sibling();
  }
  return false;
}

}  // namespace

pugi::xml_parse_result load(pugi::xml_document& document, std::string_view text, unsigned options) {
  const pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), options);
  if (is_too_deep(document)) throw Error(ErrorKind::Ingest, "XML nested deeper than " + std::to_string(kMaxDepth) + " elements");
  return result;
}

}  // namespace rag::xml
