#pragma once

#include <map>
#include <string>
#include <utility>

namespace rag {

// What word/styles.xml and word/numbering.xml say about paragraphs.
class DocxStyles {
 public:
  DocxStyles(const std::string& styles_xml, const std::string& numbering_xml);

  int heading_level(const std::string& style_id) const;  // 1 to 9; 0 for no heading
  bool is_title(const std::string& style_id) const;
  std::string list_of(const std::string& style_id) const;              // the numbering a style carries, "" for none
  bool is_numbered(const std::string& numbering_id, int depth) const;  // "1." rather than a bullet

 private:
  struct Style {
    std::string name;
    std::string based_on;
    std::string numbering_id;
    int outline_level = 0;
  };
  const Style* find(const std::string& style_id) const;

  std::map<std::string, Style> styles_;
  std::map<std::string, std::string> abstract_of_;              // numbering id -> abstract numbering id
  std::map<std::pair<std::string, int>, std::string> formats_;  // abstract numbering id and depth -> "decimal", "bullet" ...
};

}  // namespace rag
