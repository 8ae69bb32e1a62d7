#pragma once

#include <string>
#include <vector>

namespace rag {

// One thing to say to people, in the languages they are spoken to in.  What is written to files and JSON is the English one.
struct Wording {
  std::string english;
  std::string korean = "";  // "" where nobody has put it into Korean: then the English one is shown

  const std::string& in(bool in_korean) const { return in_korean && !korean.empty() ? korean : english; }
  bool operator==(const Wording&) const = default;
};

inline std::vector<std::string> english_of(const std::vector<Wording>& said) {
  std::vector<std::string> lines;
  for (const Wording& one : said) lines.push_back(one.english);
  return lines;
}

}  // namespace rag
