#pragma once

#include <string>
#include <string_view>

#include "ingest/document_builder.h"
#include "ingest/xml.h"

namespace rag {

// The XML members of an OpenDocument file, parsed.  Only for this room's .cpp files.
class OdfPackage {
 public:
  // `format` is what messages call the file, "ODT".  Throws Error(Ingest) for what is no zip, a damaged or an encrypted one.
  OdfPackage(std::string_view bytes, const std::string& format);

  // <office:text>, <office:spreadsheet> or <office:presentation>.  Throws Error(Ingest) where the file holds something else.
  pugi::xml_node body(std::string_view kind) const;

  pugi::xml_node content() const { return content_.document_element(); }
  pugi::xml_node styles() const { return styles_.document_element(); }  // empty where there are none

  // Title, author, dates and keywords of meta.xml.
  void read_properties(DocumentBuilder& builder) const;

 private:
  std::string format_;
  pugi::xml_document content_, styles_, meta_;
};

}  // namespace rag
