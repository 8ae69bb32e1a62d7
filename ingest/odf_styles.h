#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/odf_package.h"

namespace rag {

// What the styles of an OpenDocument file say about text.
class OdfStyles {
 public:
  explicit OdfStyles(const OdfPackage& package);

  // The outline level a paragraph style gives, 1 for "Title"; 0 where it is no heading's.
  int heading_level(const std::string& paragraph_style) const;
  bool is_title(const std::string& paragraph_style) const;
  bool is_code(const std::string& paragraph_style) const;  // "Preformatted Text": a line a paragraph

  // How items of a list count, level from 0: '1', 'a', 'A', 'i' or 'I'; 0 where they do not.
  char number_format(const std::string& list_style, int level) const;

  // Styles of sheets and slides that are not shown.
  bool is_hidden(const std::string& style) const;

 private:
  struct Style {
    std::string parent;
    int outline_level = 0;
    bool hidden = false;
  };
  void read(const pugi::xml_node& styles);
  const Style* find(const std::string& name) const;
  bool descends_from(const std::string& style, std::string_view ancestor) const;

  std::map<std::string, Style> styles_;
  std::map<std::pair<std::string, int>, char> number_formats_;
};

}  // namespace rag
