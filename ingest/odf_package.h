#pragma once

#include <string>
#include <string_view>

#include "ingest/document_builder.h"
#include "ingest/xml.h"

namespace rag {

// True for the flat form (.fodt ...): one XML file instead of a zip.
bool is_flat_odf(std::string_view bytes);

// The XML members of an OpenDocument file, or its flat form, parsed.  Only for this room's .cpp files.
class OdfPackage {
 public:
  // `format` is what messages call the file, "ODT".  Throws Error(Ingest) for what is neither, a damaged or an encrypted one.
  OdfPackage(std::string_view bytes, const std::string& format);

  // <office:text>, <office:spreadsheet> or <office:presentation>.  Throws Error(Ingest) where the file holds something else.
  pugi::xml_node body(std::string_view kind) const;

  pugi::xml_node content() const { return content_.document_element(); }
  pugi::xml_node styles() const { return styles_.document_element(); }  // empty where there are none

  // Title, author, dates and keywords of meta.xml.
  void read_properties(DocumentBuilder& builder) const;

 private:
  void load_content(std::string_view xml, const std::string& member);

  std::string format_;
  pugi::xml_document content_, styles_, meta_;
};

}  // namespace rag
