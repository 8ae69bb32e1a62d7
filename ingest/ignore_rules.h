#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

enum class Verdict { None, Ignore, Keep };

// The patterns of one ignore file, with git's meaning: `*` and `?` stop at '/', `**` does not, a slash anywhere but at the end
// anchors to the file's folder, a slash at the end means folders only, `!` takes back, a backslash takes the next character as it is.
class IgnoreRules {
 public:
  IgnoreRules() = default;
  explicit IgnoreRules(std::string_view file_text);

  // What the last pattern that matches says.  `path` is relative to the folder the file stands in, '/'-separated.
  Verdict judge(std::string_view path, bool is_folder) const;

  bool empty() const { return rules_.empty(); }

 private:
  struct Rule {
    std::vector<std::string> segments;
    bool keeps = false;
    bool folders_only = false;
  };
  static void add_line(std::string_view line, std::vector<Rule>& rules);

  std::vector<Rule> rules_;
};

// One path segment against one pattern segment.  Linear in the product of their lengths, so that no pattern can be a bomb.
bool matches_glob(std::string_view pattern, std::string_view name);

}  // namespace rag
