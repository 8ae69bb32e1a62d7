#include "generate/questions/question_maker.h"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "core/text.h"
#include "generate/candidate.h"
#include "generate/questions/question_checks.h"
#include "generate/questions/sentence_questions.h"
#include "generate/questions/table_questions.h"

namespace rag {
namespace {

constexpr std::size_t kLongestQuestion = 220;  // bytes
constexpr std::size_t kLongestSection = 60;
constexpr std::size_t kShortLine = 36;  // bytes
constexpr std::size_t kFewWords = 4;    // content words

std::string without_emphasis(std::string text) {
  for (const std::string_view mark : {"**", "`"})
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) text.erase(at, mark.size());
  return text;
}

// "2. Ask ahead." -> "Ask ahead."
std::string without_list_number(const std::string& text) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const bool marked = digits != std::string::npos && digits > 0 && digits < 4 && (text[digits] == '.' || text[digits] == ')') &&
                      digits + 1 < text.size() && text[digits + 1] == ' ';
  return marked ? text.substr(digits + 2) : text;
}

// "3.2 Annual leave", "1) 목적" without what numbers them; "18F events" and "3장" begin with a name.
std::string without_number(const std::string& heading) {
  std::string text = collapse_white_space(without_emphasis(heading));
  while (text.starts_with('#')) text.erase(0, 1);
  text = std::string(trim(text));
  const std::size_t begin = text.find_first_not_of("0123456789.)( ");
  if (begin == std::string::npos) return "";
  if (begin > 0 && text[begin - 1] >= '0' && text[begin - 1] <= '9') return text;
  text = std::string(trim(std::string_view(text).substr(begin)));
  return text;
}

// A title that a reader would call the document by: no file name, no sentence, not too long.
bool can_be_named(const std::string& name) {
  const bool file_name = name.find(' ') == std::string::npos && name.find_first_of("-.") != std::string::npos;
  return !file_name && name.size() >= 4 && name.size() <= kLongestSection && name.find('_') == std::string::npos &&
         name.find('/') == std::string::npos && name.find('?') == std::string::npos && name.find('"') == std::string::npos &&
         name.find('\'') == std::string::npos && name.find(':') == std::string::npos && !name.ends_with('.') &&
         name.find(".pdf") == std::string::npos && name.find(".doc") == std::string::npos && has_word(name);
}

// A title that was made of a file's name is one only where it looks like one: "Benefit Options", not "repair multipage".
bool made_of_file_name(const std::string& title, const std::string& uri) {
  const bool plain = std::ranges::none_of(title, [](char c) { return (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80; });
  std::string stem = uri.substr(uri.rfind('/') == std::string::npos ? 0 : uri.rfind('/') + 1);
  stem = fold_case(stem.substr(0, stem.find('.')));
  std::ranges::replace_if(
      stem, [](char c) { return c == '_' || c == '-'; }, ' ');
  return plain && fold_case(title) == stem;
}

std::string in_quotes(const std::string& name, const std::string& language) {
  return language == "ko" ? "'" + name + "'" : "\"" + name + "\"";
}

QuestionSource source_of(const Candidate& candidate, const Passage& passage, const std::string& language) {
  QuestionSource source;
  const std::string shown = without_emphasis(candidate.shown);
  source.text = without_list_number(shown);
  source.numbered = source.text.size() < shown.size();
  const std::string title = collapse_white_space(passage.title);
  const std::string heading = passage.chunk.heading_path.empty() ? "" : without_number(passage.chunk.heading_path.back());
  source.under_question = heading.ends_with('?') || heading.ends_with("요.");
  if (can_be_named(title) && !made_of_file_name(title, passage.uri)) source.place = in_quotes(title, language);
  source.part = source.place;
  if (!can_be_named(heading) || heading == title) return source;
  const std::string part = in_quotes(heading, language);
  source.part = source.place.empty() ? part : source.place + (language == "ko" ? "의 " : " under ") + part;
  return source;
}

// "When must ...?" -> "According to "Leave policy", when must ...?"
std::string with_context(const std::string& question, const std::string& place, const std::string& language) {
  if (place.empty()) return "";
  if (language == "ko") return place + "에 따르면 " + question;
  std::string inside = question;
  if (inside.size() > 1 && inside[0] >= 'A' && inside[0] <= 'Z') inside[0] = static_cast<char>(inside[0] - 'A' + 'a');
  return "According to " + place + ", " + inside;
}

// How many of the last words spell the letters, each with its first; 0 where they do not.  Small words count for a letter or for none.
std::size_t spelled(const std::vector<std::string>& words, const std::string& letters, bool skip_small) {
  static const std::unordered_set<std::string_view> kSmall = {"of", "and", "the", "for", "in", "to", "on"};
  std::size_t word = words.size(), letter = letters.size();
  while (letter > 0 && word > 0) {
    const std::string& last = words[--word];
    if (skip_small && kSmall.contains(last)) continue;
    const char first = last[0] >= 'a' && last[0] <= 'z' ? static_cast<char>(last[0] - 'a' + 'A') : last[0];
    if (first != letters[--letter] || last.find_first_of(",.;:()") != std::string::npos) return 0;
  }
  return letter == 0 && !kSmall.contains(words[word]) ? words.size() - word : 0;
}

// "Full Name of It (FNI)": what the letters stand for.
std::vector<QuestionDraft> abbreviations(const std::string& text) {
  std::vector<QuestionDraft> made;
  for (std::size_t open = text.find(" ("); open != std::string::npos; open = text.find(" (", open + 1)) {
    const std::size_t close = text.find(')', open);
    if (close == std::string::npos) break;
    const std::string letters = text.substr(open + 2, close - open - 2);
    if (letters.size() < 2 || letters.size() > 7 || !std::ranges::all_of(letters, [](char c) { return c >= 'A' && c <= 'Z'; })) continue;
    const std::vector<std::string> words = blank_separated(std::string_view(text).substr(0, open));
    const std::size_t skipping = spelled(words, letters, true), size = skipping > 0 ? skipping : spelled(words, letters, false);
    if (size > 0)
      made.push_back(
          {"What does " + letters + " stand for?", joined(words, words.size() - size, words.size()), QuestionKind::Abbreviation});
  }
  return made;
}

// A line broken off early is a heading that the page set before its sentence: "Exceptions\nNorthwind covers ...".
bool heading_runs_in(std::string_view raw) { return raw.substr(0, kShortLine).find('\n') != std::string_view::npos; }

std::vector<QuestionDraft> drafts_of(const Candidate& candidate, std::string_view raw, const QuestionSource& source,
                                     const std::string& language, const WordForms& forms) {
  // A look-up that does not say in which table is one in any.
  if (!candidate.table.empty()) return source.part.empty() ? std::vector<QuestionDraft>{} : table_questions(candidate.table, candidate.row, source.part, language);
  std::vector<QuestionDraft> drafts;
  if (language == "en") drafts = abbreviations(source.text);
  if (!candidate.complete || heading_runs_in(raw) || !stands_for_itself(source.text, language)) return drafts;
  auto more = language == "ko" ? korean_questions(source.text) : english_questions(source.text, forms);
  // A step of a list says what to do at that step.
  if (source.numbered) std::erase_if(more, [](const QuestionDraft& draft) { return draft.kind == QuestionKind::Action; });
  drafts.insert(drafts.end(), more.begin(), more.end());
  return drafts;
}

bool is_sound(const QuestionDraft& draft) {
  if (draft.kind == QuestionKind::Definition && goes_in_a_circle(draft.text, draft.answer)) return false;
  if (draft.kind == QuestionKind::Action && draft.answer.starts_with('(')) return false;  // "(user) clicks ...": a label of whose turn it is
  return draft.text.size() <= kLongestQuestion && !breaks_off(draft.answer) && !draft.answer.empty() &&
         !gives_itself_away(draft.text, draft.answer);
}

// A term names what it asks for; other questions need words for it.
bool says_little(QuestionKind kind) {
  return kind != QuestionKind::Definition && kind != QuestionKind::Abbreviation && kind != QuestionKind::Table;
}

bool has_hangul(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    if (is_hangul(next_code_point(text, at))) return true;
  return false;
}

// "" for what is in neither language, such as Japanese or Chinese.  A Korean header makes a Korean table, whatever its cells hold.
std::string language_of(const Candidate& candidate) {
  const std::string& text = candidate.table.empty() ? candidate.shown : candidate.row;
  if (has_hangul(candidate.table) || (mostly_cjk(text) && has_hangul(text))) return "ko";
  return mostly_cjk(text) || mostly_cjk(candidate.table) ? "" : "en";
}

// Text that fills a page without saying anything.
bool is_filler(std::string_view text) { return fold_case(text).find("lorem ipsum") != std::string::npos; }

}  // namespace

const char* kind_name(QuestionKind kind) {
  switch (kind) {
    case QuestionKind::Definition: return "definition";
    case QuestionKind::Abbreviation: return "abbreviation";
    case QuestionKind::Quantity: return "quantity";
    case QuestionKind::Time: return "time";
    case QuestionKind::Person: return "person";
    case QuestionKind::Place: return "place";
    case QuestionKind::Reason: return "reason";
    case QuestionKind::Action: return "action";
    case QuestionKind::Content: return "content";
    case QuestionKind::Table: return "table";
    case QuestionKind::Model: return "model";
  }
  return "";
}

bool may_have_several_answers(QuestionKind kind) { return kind == QuestionKind::Definition || kind == QuestionKind::Abbreviation; }

std::vector<MadeQuestion> questions_of(std::span<const Passage> passages, const WordForms& forms) {
  std::vector<MadeQuestion> made;
  std::set<std::size_t> seen;  // where a sentence begins: neighbouring chunks repeat some
  for (const Candidate& candidate : candidates_of(passages)) {
    if (!seen.insert(candidate.source.span.begin).second) continue;
    const Passage& passage = passages[candidate.source.passage];
    const std::string language = language_of(candidate);
    if (language.empty() || is_filler(passage.chunk.text) || is_filler(candidate.table)) continue;
    const QuestionSource source = source_of(candidate, passage, language);
    const std::string_view raw =
        std::string_view(passage.chunk.text).substr(candidate.source.span.begin - passage.chunk.span.begin, candidate.source.span.size());
    for (QuestionDraft& draft : drafts_of(candidate, raw, source, language, forms)) {
      if (!is_sound(draft)) continue;
      draft.vague = draft.vague || (says_little(draft.kind) && content_words(draft.text) < kFewWords);
      std::string contextual =
          draft.kind == QuestionKind::Table ? "" : with_context(draft.text, draft.vague ? source.part : source.place, language);
      if (draft.vague && (contextual.empty() || source.under_question)) continue;
      if (draft.vague) draft.text = std::exchange(contextual, "");
      made.push_back({.text = draft.text,
                      .with_context = std::move(contextual),
                      .answer = std::move(draft.answer),
                      .kind = draft.kind,
                      .language = language,
                      .document_id = passage.chunk.document_id,
                      .span = candidate.source.span});
    }
  }
  return made;
}

}  // namespace rag
