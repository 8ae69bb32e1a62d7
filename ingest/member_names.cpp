#include "ingest/member_names.h"

#include <algorithm>

#include "core/text.h"
#include "ingest/charset_guess.h"
#include "ingest/iconv_decoder.h"
#include "ingest/member_path.h"

namespace rag {
namespace {

// Names are short: without a hint a Korean one is easily taken for something else.  No archiver ever wrote Johab, or two bytes a letter.
std::string charset_of(std::string_view names) {
  std::string charset = guess_legacy_charset(names, "CP949");
  return charset == "JOHAB" || charset.starts_with("UTF-16") || charset.starts_with("UTF-32") ? "CP949" : charset;
}

std::string decode(std::string_view stored, const std::string& known_charset) {
  if (!find_invalid_utf8(stored)) return std::string(stored);
  const std::string charset = known_charset.empty() ? charset_of(stored) : known_charset;
  if (charset.empty() || charset == "UTF-8") return replace_invalid_utf8(stored);
  return replace_invalid_utf8(convert_to_utf8(stored, charset).text);
}

bool is_drive(std::string_view step) {
  return step.size() == 2 && step[1] == ':' && ((step[0] | 0x20) >= 'a' && (step[0] | 0x20) <= 'z');
}

// "!/" stands between a container and its member, so no folder may end in '!'.
std::string shown_step(std::string_view step, bool is_folder) {
  std::string shown;
  for (const char c : escape_for_terminal(step)) c == '\n' ? shown += "\\x0A" : c == '\t' ? shown += "\\x09" : shown += c;
  if (is_folder && shown.ends_with('!')) shown.replace(shown.size() - 1, 1, "%21");
  return shown;
}

}  // namespace

MemberNames::MemberNames(const std::vector<std::string>& names) {
  std::string strange;
  for (const std::string& name : names)
    if (find_invalid_utf8(name)) strange += name + "\n";
  if (!strange.empty()) charset_ = charset_of(strange);
}

std::string MemberNames::shown(std::string_view stored) const {
  std::string path = to_nfc(decode(stored, charset_));
  std::replace(path.begin(), path.end(), '\\', '/');
  std::vector<std::string_view> steps = path_steps(path);
  steps.erase(steps.begin(), std::find_if_not(steps.begin(), steps.end(), is_drive));
  std::string shown;
  for (std::size_t i = 0; i < steps.size(); ++i) shown += (i > 0 ? "/" : "") + shown_step(steps[i], i + 1 < steps.size());
  return shown;
}

bool is_hidden_member(std::string_view shown) {
  return shown.starts_with('.') || shown.find("/.") != std::string_view::npos || shown.starts_with("__MACOSX/");
}

}  // namespace rag
