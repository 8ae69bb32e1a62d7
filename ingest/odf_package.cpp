#include "ingest/odf_package.h"

#include "core/error.h"
#include "core/text.h"
#include "ingest/archive_reader.h"

namespace rag {

OdfPackage::OdfPackage(std::string_view bytes, const std::string& format) : format_(format) {
  if (!bytes.starts_with("PK")) {
    if (!is_flat_odf(bytes)) throw Error(ErrorKind::Ingest, "not a readable " + format + " file: it is no zip");
    load_content(bytes, "the file");
    return;
  }
  const auto members = read_zip(bytes, [](std::string_view name) {
    return name == "content.xml" || name == "styles.xml" || name == "meta.xml" || name == "META-INF/manifest.xml";
  });
  const auto text = [&](const char* name) {
    const auto found = members.find(name);
    return found == members.end() ? std::string_view() : std::string_view(found->second);
  };
  if (text("META-INF/manifest.xml").find("encryption-data") != std::string_view::npos)
    throw Error(ErrorKind::Ingest, "encrypted; save it without a password");
  if (!members.contains("content.xml")) throw Error(ErrorKind::Ingest, "damaged " + format + ": no content.xml in it");
  load_content(text("content.xml"), "content.xml");
  xml::load(styles_, text("styles.xml"));
  xml::load(meta_, text("meta.xml"));
}

void OdfPackage::load_content(std::string_view xml, const std::string& member) {
  const pugi::xml_parse_result result = xml::load(content_, xml, pugi::parse_default | pugi::parse_ws_pcdata);
  if (!result) throw Error(ErrorKind::Ingest, "damaged " + format_ + ": " + member + " is " + xml::why_not(result));
}

bool is_flat_odf(std::string_view bytes) { return bytes.substr(0, 4096).find("<office:document") != std::string_view::npos; }

pugi::xml_node OdfPackage::body(std::string_view kind) const {
  const pugi::xml_node found = xml::child(xml::child(content(), "body"), kind);
  if (!found) throw Error(ErrorKind::Ingest, "damaged " + format_ + ": no <office:" + std::string(kind) + "> in it");
  return found;
}

void OdfPackage::read_properties(DocumentBuilder& builder) const {
  std::string last_author;
  for (const pugi::xml_node& node : xml::child(meta_.document_element() ? meta_.document_element() : content(), "meta").children()) {
    const std::string value = collapse_white_space(replace_invalid_utf8(node.text().get()));
    if (value.empty()) continue;
    if (xml::is(node, "title")) builder.title = value;
    if (xml::is(node, "initial-creator")) builder.metadata["author"] = {value};
    if (xml::is(node, "creator")) last_author = value;
    if (xml::is(node, "creation-date")) builder.metadata["created"] = {value};
    if (xml::is(node, "date")) builder.metadata["modified"] = {value};
    if (xml::is(node, "keyword")) builder.metadata["keywords"].push_back(value);
  }
  if (!last_author.empty() && !builder.metadata.contains("author")) builder.metadata["author"] = {last_author};
}

}  // namespace rag
