#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// The lists of a Word 97-2003 document and how far each has counted.
class DocLists {
 public:
  DocLists() = default;
  // `lists`: from the list definitions on to the end of their stream; `references`: the table paragraphs name lists by.
  DocLists(std::string_view lists, std::string_view references);

  // What stands before the next paragraph of a list: "2. ", "가) ", "- " where it is a bullet or nothing that counts.
  // `reference` counts from 1, `level` from 0.
  std::string next_marker(unsigned reference, int level);

 private:
  struct Level {
    std::uint32_t start = 1;
    unsigned kind = kBullet;  // of number
    std::u16string pattern;   // with the numbers of levels as characters 0 to 8
  };
  static constexpr unsigned kBullet = 23;
  static constexpr std::size_t kLevels = 9;
  struct List {
    std::vector<Level> levels;
    std::vector<std::uint32_t> counts = std::vector<std::uint32_t>(kLevels);  // 0 where it has not begun
  };

  std::map<std::uint32_t, List> lists_;
  std::vector<std::uint32_t> references_;  // ids of lists
};

}  // namespace rag
