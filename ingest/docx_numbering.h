#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace rag {

// What word/numbering.xml says about lists, and how far each has counted.
class DocxNumbering {
 public:
  explicit DocxNumbering(const std::string& numbering_xml);  // "" where the file has none

  // What stands before the next paragraph of a list, with a blank behind it: "2. ", "제3조 ", "1.2) "; "- " for a bullet, and where
  // the file says nothing about the list; "" where nothing is shown.  Counts on.
  std::string next(const std::string& list, int level);

  // The level of a list that a paragraph style is bound to; 0 where there is none.
  int level_of_style(const std::string& list, const std::string& style);

 private:
  static constexpr int kLevels = 9;
  struct Level {
    std::string format = "bullet";
    std::string text;
    std::string style;
    int first = 1;
  };
  struct Abstract {  // Word's word: what the lists made of it share, their counting included
    std::array<Level, kLevels> levels;
    std::array<int, kLevels> counts{};
    std::array<bool, kLevels> counting{};
  };
  Abstract* find(const std::string& list);  // nothing where the file says nothing about it
  void restart(const std::string& list, Abstract& abstract);

  std::map<std::string, Abstract> abstracts_;
  std::map<std::string, std::string> abstract_of_;         // list -> abstract
  std::map<std::pair<std::string, int>, int> overrides_;  // list and level -> where it begins anew
  std::set<std::string> begun_;                            // lists that had an item
};

}  // namespace rag
