#include "ingest/epub_package.h"

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/member_path.h"
#include "ingest/xml.h"

namespace rag {
namespace {

constexpr int kMaxDepth = xml::kMaxDepth;  // of chapters in chapters

using Members = std::map<std::string, std::string>;

void load(pugi::xml_document& document, const Members& members, const std::string& name) {
  const auto found = members.find(name);
  if (found == members.end()) throw Error(ErrorKind::Ingest, "damaged EPUB: no " + escape_for_terminal(name) + " in it");
  const pugi::xml_parse_result result = xml::load(document, found->second);
  if (!result) throw Error(ErrorKind::Ingest, "damaged EPUB: " + escape_for_terminal(name) + " is " + xml::why_not(result));
}

// Calls `visit(node, depth)` for every element, topmost first, as deep as is sane.
template <typename Visit>
void walk(const pugi::xml_node& node, const Visit& visit, int depth = 0) {
  if (depth > kMaxDepth) return;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    visit(child);
    walk(child, visit, depth + 1);
  }
}

std::string words_of(const pugi::xml_node& node) {
  std::string text;
  const auto add = [&](const pugi::xml_node& element) {
    for (const pugi::xml_node& child : element.children())
      if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) (text += child.value()) += ' ';
  };
  add(node);
  walk(node, add);
  return collapse_white_space(replace_invalid_utf8(text));
}

std::string find_package_file(const Members& members) {
  if (members.contains("META-INF/container.xml")) {
    pugi::xml_document container;
    load(container, members, "META-INF/container.xml");
    for (const pugi::xml_node& root : xml::child(container.document_element(), "rootfiles").children())
      if (const std::string path = resolve_member("", xml::attribute(root, "full-path")); members.contains(path)) return path;
  }
  for (const auto& [name, content] : members)
    if (name.ends_with(".opf")) return name;
  throw Error(ErrorKind::Ingest, "damaged EPUB: no package file (.opf) in it");
}

void read_metadata(const pugi::xml_node& metadata, EpubPackage& package) {
  walk(metadata, [&](const pugi::xml_node& node) {
    const std::string value = words_of(node);
    if (value.empty()) return;
    if (xml::is(node, "title") && package.title.empty()) package.title = value;
    if (xml::is(node, "creator")) package.metadata["author"].push_back(value);
    if (xml::is(node, "subject")) package.metadata["keywords"].push_back(value);
    if (xml::is(node, "date")) package.metadata["created"] = {value};
    if (xml::attribute(node, "property") == "dcterms:modified") package.metadata["modified"] = {value};
  });
}

// Obfuscated fonts are no encryption that keeps us from reading.
std::set<std::string> encrypted_members(const Members& members) {
  std::set<std::string> encrypted;
  pugi::xml_document document;
  const auto found = members.find("META-INF/encryption.xml");
  if (found == members.end() || !xml::load(document, found->second)) return encrypted;
  for (const pugi::xml_node& data : document.document_element().children()) {
    const std::string method = xml::attribute(xml::child(data, "EncryptionMethod"), "Algorithm");
    const pugi::xml_node reference = xml::child(xml::child(data, "CipherData"), "CipherReference");
    if (method != "http://www.idpf.org/2008/embedding" && method != "http://ns.adobe.com/pdf/enc#RC")
      encrypted.insert(resolve_member("", xml::attribute(reference, "URI")));
  }
  return encrypted;
}

// EPUB 3 has its table of contents in an XHTML page, EPUB 2 in an NCX file.
void read_labels(std::string_view bytes, const std::string& member, EpubPackage& package) {
  pugi::xml_document document;
  const Members members = read_zip(bytes, [&](std::string_view name) { return name == member; });
  // Not xml::load(): however deep it nests, it is no reason to lose the book, and walk() goes no deeper than is sane.
  if (members.empty() || !document.load_buffer(members.begin()->second.data(), members.begin()->second.size())) return;
  const auto add = [&](const std::string& reference, const std::string& text, int level) {
    const std::string target = resolve_member(member, reference);
    if (has_word(text) && !target.empty()) package.labels.try_emplace(target, EpubPackage::Label{text, std::clamp(level, 1, 6)});
  };
  walk(document, [&](const pugi::xml_node& node) {
    const auto depth_below = [&](std::string_view name) {
      int depth = 0, steps = 0;
      for (pugi::xml_node above = node; above && ++steps < kMaxDepth + 2; above = above.parent()) depth += xml::is(above, name);
      return depth;
    };
    if (xml::is(node, "navPoint"))
      add(xml::attribute(xml::child(node, "content"), "src"), words_of(xml::child(node, "navLabel")), depth_below("navPoint"));
    else if (xml::is(node, "a") && depth_below("nav") > 0)
      add(xml::attribute(node, "href"), words_of(node), depth_below("ol"));
  });
}

}  // namespace

EpubPackage read_epub_package(std::string_view bytes) {
  if (!bytes.starts_with("PK")) throw Error(ErrorKind::Ingest, "not a readable EPUB file: it is no zip");
  const Members members = read_zip(bytes, [](std::string_view name) {
    return name == "META-INF/container.xml" || name == "META-INF/encryption.xml" || name.ends_with(".opf");
  });
  const std::string file = find_package_file(members);
  pugi::xml_document document;
  load(document, members, file);
  const pugi::xml_node root = document.document_element(), manifest = xml::child(root, "manifest"), spine = xml::child(root, "spine");
  EpubPackage package;
  read_metadata(xml::child(root, "metadata"), package);

  std::map<std::string, std::string> member_of;
  std::set<std::string> contents;  // tables of contents, which say again what the chapters' headings say
  std::string labels;
  for (const pugi::xml_node& item : manifest.children()) {
    const std::string member = resolve_member(file, xml::attribute(item, "href")), id = xml::attribute(item, "id");
    member_of[id] = member;
    const bool is_nav = (" " + xml::attribute(item, "properties") + " ").find(" nav ") != std::string::npos;
    if (is_nav) contents.insert(member);
    if (is_nav || (labels.empty() && id == xml::attribute(spine, "toc"))) labels = member;
  }
  for (const pugi::xml_node& reference : xml::child(root, "guide").children())
    if (xml::attribute(reference, "type") == "toc") contents.insert(resolve_member(file, xml::attribute(reference, "href")));

  const std::set<std::string> encrypted = encrypted_members(members);
  std::set<std::string> seen;
  for (const pugi::xml_node& entry : spine.children()) {
    const auto found = member_of.find(xml::attribute(entry, "idref"));
    if (!xml::is(entry, "itemref") || found == member_of.end() || contents.contains(found->second)) continue;
    if (encrypted.contains(found->second)) throw Error(ErrorKind::Ingest, "encrypted (a book with copy protection)");
    if (seen.insert(found->second).second) package.chapters.push_back(found->second);
  }
  if (!labels.empty()) read_labels(bytes, labels, package);
  return package;
}

}  // namespace rag
