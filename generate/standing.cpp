#include "generate/standing.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "core/text.h"
#include "generate/terms.h"
#include "generate/words.h"

namespace rag {
namespace {

constexpr std::size_t kTop = 600;  // bytes of a document's beginning in which it speaks about itself

constexpr std::array kFromKeys = {"effective", "effective_date", "effective_from", "valid_from", "in_force", "in_force_since",
                                  "date",      "published",      "revised",        "updated",    "written",  "version_date",
                                  "시행일",    "개정일",         "작성일",         "발행일"};
constexpr std::array kUntilKeys = {"superseded", "superseded_on", "withdrawn", "replaced", "replaced_on", "expires", "expired",
                                   "expiry",     "valid_until",   "valid_to",  "ended",    "종료일",      "폐지일",  "만료일"};
constexpr std::array kReplacedKeys = {"superseded_by", "replaced_by", "대체"};
constexpr std::array kDraftWords = {"draft", "초안", "never in force", "never came into force", "not in force yet"};
constexpr std::array kWithdrawnWords = {"withdrawn",       "superseded", "obsolete", "archived", "deprecated",
                                        "no longer valid", "폐지",       "구버전",   "실효"};
// In running text only what can hardly be said about anything else.
constexpr std::array kDraftSentences = {
    "this is a draft", "this is only a draft", "never came into force", "(draft)", "초안이다", "초안입니다", "(초안)"};
constexpr std::array kWithdrawnSentences = {"no longer in force",
                                            "no longer valid",
                                            "no longer applies",
                                            "has been withdrawn",
                                            "was withdrawn on",
                                            "has been superseded",
                                            "is superseded by",
                                            "was superseded by",
                                            "superseded by ",
                                            "has been replaced by",
                                            "효력이 없",
                                            "폐지되었",
                                            "폐지됨",
                                            "대체되었"};
constexpr std::array kItself = {"this policy", "this document", "this version", "this draft", "this page", "this guide", "this edition",
                                "these rules", "this handbook", "status:",      "this is a ", "이 기준",   "이 규정",    "이 문서",
                                "이 지침",     "본 규정",       "본 문서",      "본 지침",    "이 안내"};
constexpr std::array kDraftTitles = {"(draft", "[draft", "draft:", "- draft", "– draft", "초안"};
constexpr std::array kWithdrawnTitles = {"(withdrawn", "(superseded", "(obsolete", "(archived", "(폐지", "[폐지", "폐지됨", "구버전"};
constexpr std::array kDraftFiles = {"-draft", "_draft", "draft-", "draft_", "초안"};
constexpr std::array kWithdrawnFiles = {"withdrawn", "superseded", "obsolete", "deprecated", "폐지", "구버전"};
constexpr std::array kFromSentences = {"in force since", "effective ", "valid from", "in force from", "시행일", "시행", "개정"};
constexpr std::array kPastWords = {"draft",   "previous", "former", "formerly", "old policy", "old rule",
                                   "used to", "초안",     "예전",   "종전",     "이전 규정",  "옛 "};

bool digit(char c) { return c >= '0' && c <= '9'; }

template <typename Words>
bool has_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// A number of at most two digits behind at most one run of separators ("-", ".", "년 ").
int part_behind(std::string_view text, std::size_t& at) {
  std::size_t i = at;
  for (const std::string_view mark : {"-", ".", "/", "년", "월", "_"})
    if (text.substr(i).starts_with(mark)) {
      i += mark.size();
      break;
    }
  if (i == at) return 0;
  while (i < text.size() && text[i] == ' ') ++i;
  int value = 0;
  std::size_t digits = 0;
  while (i + digits < text.size() && digit(text[i + digits]) && digits < 3) value = 10 * value + (text[i + digits++] - '0');
  if (digits == 0 || digits > 2) return 0;
  at = i + digits;
  return value;
}

// The first date of a text that has a year; the last one where `last`.
int date_in(std::string_view text, bool last = false) {
  int found = 0;
  for (std::size_t i = 0; i + 4 <= text.size(); ++i) {
    const bool four = digit(text[i]) && digit(text[i + 1]) && digit(text[i + 2]) && digit(text[i + 3]);
    if (!four || (i > 0 && (digit(text[i - 1]) || text[i - 1] == ',' || text[i - 1] == '.')) || (i + 4 < text.size() && digit(text[i + 4])))
      continue;
    const int year = (text[i] - '0') * 1000 + (text[i + 1] - '0') * 100 + (text[i + 2] - '0') * 10 + (text[i + 3] - '0');
    if (year < 1950 || year > 2099) continue;
    std::size_t at = i + 4;
    int month = part_behind(text, at);
    int day = month ? part_behind(text, at) : 0;
    if (month > 12 || day > 31) month = day = 0;
    found = year * 10000 + month * 100 + day;
    if (!last) return found;
  }
  return found;
}

std::string file_name(const std::string& uri) {
  if (uri.find('#') != std::string::npos) return "";  // a line of a corpus: its id is no name
  const std::size_t slash = uri.rfind('/');
  std::string name = slash == std::string::npos ? uri : uri.substr(slash + 1);
  if (const std::size_t dot = name.rfind('.'); dot != std::string::npos && dot > 0) name.resize(dot);
  return name;
}

// What a name says without years, versions and words like "draft": two texts with the same rest are about the same subject.
std::string subject_of(std::string_view name) {
  std::string subject;
  for (const Word& word : words_of(name)) {
    const std::string folded = fold_case(word.text);
    const bool version = word.kind == WordKind::Number || (folded.size() > 1 && folded[0] == 'v' && digit(folded[1]));
    constexpr std::array kVersions = {"draft", "final", "old",    "new", "version", "rev",  "revised", "archive", "archived",
                                      "초안",  "개정",  "개정판", "구",  "신",      "최종", "폐지",    "년"};
    if (!version && std::ranges::find(kVersions, folded) == kVersions.end()) subject += folded + ' ';
  }
  return subject;
}

struct About {
  Standing standing;
  std::string file, title;  // subjects
};

void read_metadata(const Metadata& metadata, int today, Standing& standing) {
  for (const auto& [key, values] : metadata) {
    const std::string name = fold_case(key);
    for (const std::string& value : values) {
      if (std::ranges::find(kFromKeys, name) != kFromKeys.end()) standing.from = std::max(standing.from, date_in(value));
      if (std::ranges::find(kReplacedKeys, name) != kReplacedKeys.end() && !value.empty()) standing.withdrawn = true;
      if (std::ranges::find(kUntilKeys, name) != kUntilKeys.end()) {
        standing.until = date_in(value);
        if (standing.until > 0 ? standing.until <= today : fold_case(value) == "true") standing.withdrawn = true;
      }
      if (name == "status" || name == "상태") {
        standing.draft = standing.draft || has_any(fold_case(value), kDraftWords);
        standing.withdrawn = standing.withdrawn || has_any(fold_case(value), kWithdrawnWords);
      }
    }
  }
}

void read_top(std::string_view text, Standing& standing) {
  const std::string top = fold_case(collapse_white_space(text.substr(0, floor_to_character(text, std::min(text.size(), kTop)))));
  if (has_any(top, kItself)) {
    standing.draft = standing.draft || has_any(top, kDraftSentences);
    standing.withdrawn = standing.withdrawn || has_any(top, kWithdrawnSentences);
  }
  for (std::size_t i = 0; i < kFromSentences.size() && standing.from == 0; ++i)
    if (const std::size_t at = top.find(kFromSentences[i]); at != std::string::npos) {
      const std::size_t begin = floor_to_character(top, at > 30 && static_cast<unsigned char>(kFromSentences[i][0]) >= 0x80 ? at - 30 : at);
      standing.from = date_in(std::string_view(top).substr(begin, 70));
    }
}

std::map<std::string, About> read_documents(std::span<const Passage> passages, int today) {
  std::map<std::string, About> documents;
  for (const Passage& passage : passages) {
    const auto [it, first] = documents.try_emplace(passage.chunk.document_id);
    Standing& standing = it->second.standing;
    if (passage.chunk.span.begin < kTop) read_top(passage.chunk.text, standing);
    if (!first) continue;
    const std::string file = file_name(passage.uri);
    it->second.file = subject_of(file);
    it->second.title = subject_of(passage.title);
    const std::string name = fold_case(file), title = fold_case(passage.title);
    standing.draft = standing.draft || has_any(title, kDraftTitles) || has_any(name, kDraftFiles);
    standing.withdrawn = standing.withdrawn || has_any(title, kWithdrawnTitles) || has_any(name, kWithdrawnFiles);
    read_metadata(passage.metadata, today, standing);
    if (standing.from == 0) standing.from = std::max(date_in(file, true), date_in(passage.title, true));
  }
  return documents;
}

bool same_subject(const About& a, const About& b) {
  return (!a.file.empty() && a.file == b.file) || (!a.title.empty() && a.title == b.title);
}

}  // namespace

bool Standing::holds_in(int year) const {
  if (year < 0) return true;
  if (year == 0) return !outdated();
  if (draft || from / 10000 > year) return false;
  const int end = until / 10000;
  return end == 0 ? !withdrawn || from / 10000 == year : year < end || (year == end && from / 10000 == year);
}

std::vector<Standing> standings_of(std::span<const Passage> passages, int today) {
  std::map<std::string, About> documents = read_documents(passages, today);
  for (auto& [id, about] : documents)
    for (const auto& [other, newer] : documents) {
      if (id == other || !same_subject(about, newer) || about.standing.from == 0 || newer.standing.from <= about.standing.from) continue;
      if (newer.standing.draft || newer.standing.withdrawn) continue;
      about.standing.older = true;
      if (about.standing.until == 0) about.standing.until = newer.standing.from;
    }
  std::vector<Standing> standings;
  for (const Passage& passage : passages) standings.push_back(documents[passage.chunk.document_id].standing);
  return standings;
}

int asked_year(const std::string& question) {
  if (has_any(fold_case(question), kPastWords)) return -1;
  return date_in(question) / 10000;
}

bool is_about_its_document(std::string_view sentence) {
  const std::string folded = fold_case(collapse_white_space(sentence));
  constexpr std::array kAbout = {"in force", "효력", "replaced on", "supersede", "replaced by", "대체", "폐지"};
  return has_any(folded, kAbout) || has_any(folded, kDraftSentences) || has_any(folded, kWithdrawnSentences);
}

bool names_another_year(std::string_view sentence, int year) {
  const int first = date_in(sentence) / 10000, last = date_in(sentence, true) / 10000;
  return year > 0 && first != 0 && first != year && last != year;
}

std::string standing_note(const Standing& standing, const Passage& passage, const std::string& question) {
  if (!standing.outdated()) return "";
  const bool korean = mostly_cjk(question);
  const char* what = standing.draft       ? (korean ? "초안" : "from a draft")
                     : standing.withdrawn ? (korean ? "지금은 효력이 없는 문서" : "no longer in force")
                                          : (korean ? "이전 문서" : "from an older document");
  std::string name = passage.title.empty() ? passage.uri : collapse_white_space(passage.title);
  return std::string(" (") + what + ": " + name + ")";
}

}  // namespace rag
