#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A format as a person thinks of it: what it is called, which files are of it, and what reads it here.
struct FormatInfo {
  std::string name;                      // Parser::name(); the media type where nothing reads it
  std::string title;                     // "Word of 1997 to 2003"
  std::vector<std::string> media_types;
  std::vector<std::string> extensions;   // sorted, without the dot; a file is told by its content first
  std::string reader;                    // the library that does the reading, "rag" where it is code of our own; "" where there is none
  bool installed = false;                // a reader may be an outside program, which may be missing on this machine
  std::string install;                   // what to install, of a type that nothing reads what else to do with such a file; "" where there is nothing to say
};

// Every parser of this build, and archives and recordings, by name.  Derived from all_parsers(): a new one is listed whether or not its
// reader has been named.  Looks for the outside programs, which takes a moment.
std::vector<FormatInfo> readable_formats();

// Types that are recognised, so that a skipped file's reason can name them, and that nothing here reads.
std::vector<FormatInfo> unread_formats();

// What to do with a file of such a type, "save it as XLSX in Excel or LibreOffice"; "" where there is nothing to say.
std::string advice_for_unread(std::string_view media_type);

}  // namespace rag
