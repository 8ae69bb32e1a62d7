#pragma once

#include <map>
#include <string>

namespace rag {

// What word/styles.xml says about paragraphs.
class DocxStyles {
 public:
  explicit DocxStyles(const std::string& styles_xml);

  int heading_level(const std::string& style_id) const;  // 1 to 9; 0 for no heading
  bool is_title(const std::string& style_id) const;

  // The list a style puts its paragraphs into, "" for none, and the level; -1 where that is for the list to say, by the style
  // that has it.
  struct InList {
    std::string list;
    std::string style;
    int level = -1;
  };
  InList list_of(const std::string& style_id) const;

 private:
  struct Style {
    std::string name;
    std::string based_on;
    std::string numbering_id, numbering_level;
    int outline_level = 0;
  };
  const Style* find(const std::string& style_id) const;

  std::map<std::string, Style> styles_;
};

}  // namespace rag
