#pragma once

#include <pugixml.hpp>

#include <cstring>
#include <new>
#include <string>
#include <string_view>

// Names in office XML without their prefix: producers choose "w:" as they like.  Only for this room's .cpp files.
namespace rag::xml {

constexpr int kMaxDepth = 256;  // of elements

// Reads XML into a tree.  Document type declarations are passed over and entities of their making never expanded.  Throws
// Error(Ingest) where elements nest deeper than kMaxDepth, so that whoever walks the tree may recurse; other trouble is in the result.
pugi::xml_parse_result load(pugi::xml_document& document, std::string_view text, unsigned options = pugi::parse_default);

// "not XML at byte 17 (...)" for a parse that failed.  Throws std::bad_alloc where it was for want of memory.
inline std::string why_not(const pugi::xml_parse_result& result) {
  if (result.status == pugi::status_out_of_memory) throw std::bad_alloc();
  return "not XML at byte " + std::to_string(result.offset) + " (" + result.description() + ")";
}

inline const char* local(const char* name) {
  const char* colon = std::strchr(name, ':');
  return colon ? colon + 1 : name;
}
inline bool is(const pugi::xml_node& node, std::string_view name) { return local(node.name()) == name; }

// The node behind `node` in document order, without recursion; null behind the last one within `root`.
inline pugi::xml_node next_within(const pugi::xml_node& root, pugi::xml_node node) {
  if (node.first_child()) return node.first_child();
  while (node && node != root && !node.next_sibling()) node = node.parent();
  return node && node != root ? node.next_sibling() : pugi::xml_node();
}

// All characters below `root`, without recursion.
inline std::string all_text(const pugi::xml_node& root) {
  std::string text;
  for (pugi::xml_node node = root.first_child(); node; node = next_within(root, node))
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) text += node.value();
  return text;
}

inline pugi::xml_node child(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_node& inner : node.children())
    if (is(inner, name)) return inner;
  return {};
}
inline std::string attribute(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& a : node.attributes())
    if (local(a.name()) == name) return a.value();
  return "";
}
inline std::string value_of(const pugi::xml_node& node, std::string_view child_name) { return attribute(child(node, child_name), "val"); }

}  // namespace rag::xml
