#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/xml.h"

namespace rag {

// What a property such as <w:vanish/> says, "0", "false" and "off" being no; nothing where it is not there.
std::optional<bool> is_switched_on(const pugi::xml_node& properties, std::string_view name);

// What word/styles.xml says about paragraphs, and about what is hidden.
class DocxStyles {
 public:
  explicit DocxStyles(const std::string& styles_xml);

  int heading_level(const std::string& style_id) const;  // 1 to 9; 0 for no heading
  bool is_title(const std::string& style_id) const;

  // How a style paints text, by its own word or the one it is based on; nothing where none of them says.
  struct Look {
    std::optional<bool> hidden;
    std::string color;        // "FFFFFF"
    bool has_ground = false;  // a colour behind the letters
  };
  Look look_of(const std::string& style_id) const;

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
    Look look;
  };
  const Style* find(const std::string& style_id) const;

  std::map<std::string, Style> styles_;
};

}  // namespace rag
