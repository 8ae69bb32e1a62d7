#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// What the members of an archive are called in uris and messages.
class MemberNames {
 public:
  // `names`: as the archive stores them, as far as they are known beforehand.  What is not UTF-8 is in a charset nobody has written
  // down (CP949 in ZIPs of Korean Windows); many names tell it better than one.
  explicit MemberNames(const std::vector<std::string>& names = {});

  // "a/b.docx" for "C:\\x\\..\\a\\b.docx" or "/a/./b.docx": UTF-8 in NFC, '/' between folders, nothing that leads out of the archive;
  // NUL and control characters as "\x1B", a folder's '!' at its end as "%21".  "" where nothing is left.
  std::string shown(std::string_view stored) const;

 private:
  std::string charset_;  // of the names that are not UTF-8; "" where each has to tell for itself
};

// True for members that archivers put in for themselves and people do not see: "__MACOSX/", names with a dot in front.
bool is_hidden_member(std::string_view shown);

}  // namespace rag
