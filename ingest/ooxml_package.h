#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "ingest/document_builder.h"
#include "ingest/xml.h"

// The zip an Office file is: parts, and relationships between them.  Only for this room's .cpp files.
namespace rag {

struct Relationship {
  std::string type;    // the last step of its URI: "slide", "notesSlide", "worksheet"
  std::string target;  // the part's name; "" where it leads out of the file
};

class OoxmlPackage {
 public:
  // `format` is what messages call the file, "PPTX".  Of the parts in XML and HTML only those that `wanted` accepts are unpacked,
  // and relationships always; `wanted` sees names as find() takes them.  Throws Error(Ingest) for what is no zip, or a damaged one.
  OoxmlPackage(std::string_view bytes, std::string format, const std::function<bool(std::string_view)>& wanted);

  // A part's bytes, or nullptr.  Names are those of the zip in lower case, as they are compared without regard to case.
  const std::string* find(const std::string& part) const;

  // The part the whole begins with, by the package's own word, else `usual` where there is such a part.  Throws Error(Ingest)
  // where there is neither.
  std::string main_part(const std::string& usual) const;

  // Throws Error(Ingest), naming part and byte, where the part is missing or no XML.
  void load(pugi::xml_document& document, const std::string& part) const;

  // By id; empty where the part has none.
  std::map<std::string, Relationship> relationships(const std::string& part) const;

 private:
  std::string format_;
  std::map<std::string, std::string> parts_;
};

// Parses an office part, white space between elements kept as one blank.  Throws Error(Ingest): "damaged PPTX: `part` is not XML at
// byte 17 (...)".
void load_office_xml(pugi::xml_document& document, const std::string& text, const std::string& format, const std::string& part);

// r:id, r:embed ...: the attribute `name` that has a prefix, where one without a prefix means something else.
std::string relationship_id(const pugi::xml_node& node, std::string_view name = "id");

// Title, author, dates and keywords of docProps/core.xml.  What is not XML is passed over.
void read_core_properties(const std::string& core_xml, DocumentBuilder& builder);

// "_x000A_" is how Office writes characters XML cannot hold.
std::string undo_escapes(std::string_view text);

}  // namespace rag
