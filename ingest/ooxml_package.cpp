#include "ingest/ooxml_package.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"
#include "ingest/compound_file.h"
#include "ingest/member_path.h"

namespace rag {
namespace {

std::string part_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (out.empty() && (c == '/' || c == '\\')) continue;
    if (c == '\\')
      out += '/';
    else
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return out;
}

// What may stand for a piece of a document, see docx.cpp.
bool is_page(std::string_view part) {
  for (const std::string_view extension : {".htm", ".html", ".xhtml", ".mht", ".mhtml"})
    if (part.ends_with(extension)) return true;
  return false;
}

std::string relationships_of(const std::string& part) {
  const std::size_t slash = part.rfind('/');
  const std::size_t at = slash == std::string::npos ? 0 : slash + 1;
  return part.substr(0, at) + "_rels/" + part.substr(at) + ".rels";
}

// Office puts an encrypted file into a compound file ([MS-OFFCRYPTO], section 2.3.1).
[[noreturn]] void refuse_compound_file(std::string_view bytes, const std::string& format) {
  const CompoundFile file(bytes, format);
  if (file.has("EncryptedPackage")) throw Error(ErrorKind::Ingest, "encrypted " + format + ": it needs a password; save it without one");
  throw Error(ErrorKind::Ingest, "not a readable " + format + " file: it is of an Office before 2007, under a newer name; save it anew");
}

}  // namespace

OoxmlPackage::OoxmlPackage(std::string_view bytes, std::string format, const std::function<bool(std::string_view)>& wanted)
    : format_(std::move(format)) {
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) refuse_compound_file(bytes, format_);
  if (!bytes.starts_with("PK")) throw Error(ErrorKind::Ingest, "not a readable " + format_ + " file: it is no zip");
  auto members = read_zip(bytes, [&](std::string_view name) {
    const std::string part = part_name(name);
    return part.ends_with(".rels") || ((part.ends_with(".xml") || is_page(part)) && wanted(part));
  });
  for (auto& [name, content] : members) parts_[part_name(name)] = std::move(content);
}

const std::string* OoxmlPackage::find(const std::string& part) const {
  const auto found = parts_.find(part);
  return found == parts_.end() ? nullptr : &found->second;
}

std::string OoxmlPackage::main_part(const std::string& usual) const {
  for (const auto& [id, relationship] : relationships(""))
    if (relationship.type == "officeDocument" && find(relationship.target)) return relationship.target;
  if (!find(usual)) throw Error(ErrorKind::Ingest, "damaged " + format_ + ": no " + usual + " in it");
  return usual;
}

void OoxmlPackage::load(pugi::xml_document& document, const std::string& part) const {
  const std::string* text = find(part);
  if (!text) throw Error(ErrorKind::Ingest, "damaged " + format_ + ": no " + escape_for_terminal(part) + " in it");
  load_office_xml(document, *text, format_, part);
}

std::map<std::string, Relationship> OoxmlPackage::relationships(const std::string& part) const {
  std::map<std::string, Relationship> by_id;
  const std::string* text = find(relationships_of(part));
  pugi::xml_document document;
  if (!text || !xml::load(document, *text)) return by_id;
  for (const pugi::xml_node& node : document.document_element().children()) {
    if (!xml::is(node, "Relationship")) continue;
    const std::string type = xml::attribute(node, "Type");
    const bool outside = xml::attribute(node, "TargetMode") == "External";
    by_id[xml::attribute(node, "Id")] = {type.substr(type.rfind('/') + 1),
                                         outside ? "" : part_name(resolve_member(part, xml::attribute(node, "Target")))};
  }
  return by_id;
}

void load_office_xml(pugi::xml_document& document, const std::string& text, const std::string& format, const std::string& part) {
  const pugi::xml_parse_result result = xml::load(document, text, pugi::parse_default | pugi::parse_ws_pcdata_single);
  if (!result) throw Error(ErrorKind::Ingest, "damaged " + format + ": " + escape_for_terminal(part) + " is " + xml::why_not(result));
}

std::string relationship_id(const pugi::xml_node& node, std::string_view name) {
  for (const pugi::xml_attribute& a : node.attributes())
    if (std::strchr(a.name(), ':') && xml::local(a.name()) == name) return a.value();
  return "";
}

void read_core_properties(const std::string& core_xml, DocumentBuilder& builder) {
  pugi::xml_document document;
  if (!xml::load(document, core_xml)) return;
  for (const pugi::xml_node& node : document.document_element().children()) {
    const std::string value = collapse_white_space(replace_invalid_utf8(node.text().get()));
    if (value.empty()) continue;
    if (xml::is(node, "title")) builder.title = value;
    if (xml::is(node, "creator")) builder.metadata["author"] = {value};
    if (xml::is(node, "created")) builder.metadata["created"] = {value};
    if (xml::is(node, "modified")) builder.metadata["modified"] = {value};
    if (xml::is(node, "keywords")) builder.metadata["keywords"] = {value};
  }
}

std::string undo_escapes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    unsigned code = 0;
    const bool shaped = text.size() - i >= 7 && text[i] == '_' && text[i + 1] == 'x' && text[i + 6] == '_' &&
                        std::from_chars(text.data() + i + 2, text.data() + i + 6, code, 16).ptr == text.data() + i + 6;
    if (!shaped) {
      out += text[i++];
      continue;
    }
    // Control characters but line ends and tabs say nothing; a vertical tab is a line break within a paragraph.
    if (code == '\r' || code == '\n' || code == '\v')
      out += '\n';
    else if (code == '\t' || (code >= 0x20 && (code < 0xD800 || code > 0xDFFF)))
      append_utf8(out, code);
    i += 7;
  }
  return out;
}

}  // namespace rag
