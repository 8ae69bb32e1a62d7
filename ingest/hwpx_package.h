#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/document_builder.h"
#include "ingest/hangul_numbering.h"

namespace rag {

// What an HWPX's package says: which members are its body, in which order, and whose document it is.
struct HwpxPackage {
  std::map<std::string, std::string> members;  // the XML ones, by name
  std::vector<std::string> sections;           // names of members, in reading order; never empty

  // Throws Error(Ingest) for what is no zip, is encrypted, or has no section.  An order that had to be guessed is warned of.
  HwpxPackage(std::string_view bytes, std::vector<std::string>& warnings);

  // Title, author, keywords and dates; `builder` keeps what it has where the package says nothing.
  void read_properties(DocumentBuilder& builder) const;
};

// What header.xml says of paragraph shapes and styles, by their ids.
class HwpxStyles {
 public:
  explicit HwpxStyles(const std::string& header_xml);

  // Of a paragraph with this shape and style: from 1, 0 for body text.
  int outline_level(const std::string& shape_id, const std::string& style_id) const;
  // Its depth from 0 where the shape puts a bullet before it, else -1.
  int bullet_depth(const std::string& shape_id) const;
  // What number it has before it.
  HangulHead head(const std::string& shape_id) const;
  const std::map<std::size_t, HangulNumbering>& numberings() const { return numberings_; }

 private:
  struct Shape {
    int outline_level = 0;
    int bullet_depth = -1;
    HangulHead head;
  };
  std::map<std::string, Shape> shapes_;
  std::map<std::string, int> outline_styles_;
  std::map<std::size_t, HangulNumbering> numberings_;
};

}  // namespace rag
