#include "ingest/rtf_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rag {
namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

bool is_left_out_of_rtf(std::string_view word) {
  constexpr std::array<std::string_view, 27> kLeftOut{
      "colortbl",  "pict",       "header",       "headerl",    "headerr",   "headerf", "footer",  "footerl",  "footerr",
      "footerf",   "fldinst",    "datafield",    "shprslt",    "sp",        "objdata", "objname", "objclass", "atnid",
      "atnauthor", "annotation", "nonesttables", "nonshppict", "listtable", "revtbl",  "xe",      "tc",       "themedata"};
  // What formulas look like: \mfPr, \mctrlPr ...
  return contains(kLeftOut, word) || (word.starts_with('m') && word.ends_with("Pr"));
}

std::string_view rtf_character(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kCharacters{{{"tab", "\t"},
                                                                                       {"line", "\n"},
                                                                                       {"emdash", "—"},
                                                                                       {"endash", "–"},
                                                                                       {"lquote", "‘"},
                                                                                       {"rquote", "’"},
                                                                                       {"ldblquote", "“"},
                                                                                       {"rdblquote", "”"},
                                                                                       {"bullet", "•"},
                                                                                       {"emspace", " "},
                                                                                       {"enspace", " "},
                                                                                       {"nestcell", " "}}};
  for (const auto& [control, text] : kCharacters)
    if (word == control) return text;
  return "";
}

}  // namespace rag
