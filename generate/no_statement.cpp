#include "generate/no_statement.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/text.h"

namespace rag {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

template <typename Words>
bool starts_with_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.starts_with(word); });
}

template <typename Words>
bool ends_with_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.ends_with(word); });
}

template <typename Words>
bool has_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

// At a sentence's start.  "You must answer the phone within three rings" is told to people: what is ordered must be what to answer.
constexpr std::array kOrders = {"you are now ",      "answer every question", "answer all questions", "do not tell the user",
                                "from now on, you",  "from now on you",       "assistant:",           "system:",
                                "ignore everything", "tell the user",         "tell users that",      "tell anyone who asks",
                                "tell whoever asks"};
constexpr std::array kCommands = {"you must ", "you have to ", "you should always ", "you will ", "always ", "only ", "tell every",
                                  "tell all ", "answer ",      "respond ",           "reply ",    "say "};
constexpr std::array kSpeech = {
    "answer that ", "answer with ", "answer every question", "answer all questions", "respond that ", "respond with ", "respond only",
    "answer only ", "reply that ",  "reply with ",           "reply only ",          "say that ",     "tell every",    "tell all "};
constexpr std::array kSaid = {" that ", " with ", "question", " only "};
constexpr std::array kForget = {"ignore ", "disregard ", "forget ", "override "};
constexpr std::array kForgotten = {"instruction", "prompt", "directive", "everything above", "rules above", "system message"};
constexpr std::array kOpenings = {"please ", "now ", "important: ", "note: ", "assistant, ", "ai, ", "dear assistant, "};

constexpr std::array kKoreanForgotten = {"지시를 무시",     "지시는 무시", "지시사항을 무시", "지시 사항을 무시", "명령을 무시",
                                         "프롬프트를 무시", "지침을 무시", "지시를 잊",       "명령을 잊",        "시스템 프롬프트"};
constexpr std::array kKoreanAddressed = {"당신은 이제",   "너는 이제",       "당신은 지금부터",
                                         "너는 지금부터", "지금부터 당신은", "지금부터 너는"};
constexpr std::array kKoreanSpeech = {"라고 답",   "다고 답",   "라고 대답", "다고 대답", "라고 말",   "다고 말",   "라고 알려",
                                      "다고 알려", "라고 전하", "다고 전하", "라고 안내", "다고 안내", "라고 응답", "다고 응답"};
constexpr std::array kKoreanOrders = {"라", "세요", "시오", "해", "하십시오", "줘", "바란다", "한다", "합니다"};
constexpr std::array kKoreanEverybody = {"모든 직원에게", "모든 사용자에게", "사용자에게",  "모두에게", "질문하는 사람",
                                         "묻는 사람",     "모든 질문에",     "어떤 질문에", "반드시",   "항상"};

bool is_korean_order(std::string_view folded) {
  if (has_any(folded, kKoreanForgotten) || starts_with_any(folded, kKoreanAddressed)) return true;
  return has_any(folded, kKoreanSpeech) && has_any(folded, kKoreanEverybody) && ends_with_any(folded, kKoreanOrders);
}

void add_lines(std::string_view text, std::vector<Span>& out) {
  std::vector<std::size_t> fences;
  bool info_on_last = false;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = trim(text.substr(begin, end - begin));
    if (line.starts_with('>')) out.push_back({begin, end});
    if (line.starts_with("```") || line.starts_with("~~~")) {
      fences.push_back(begin);
      info_on_last = line.size() > 3;
    }
    begin = end + 1;
  }
  // A passage may begin inside a block: then its first fence closes one.
  std::size_t i = 0;
  if (fences.size() % 2 == 1 && fences.size() > 1 && info_on_last) out.push_back({0, fences[i++]});
  for (; i < fences.size(); i += 2) out.push_back({fences[i], i + 1 < fences.size() ? fences[i + 1] + 3 : text.size()});
}

void add_between(std::string_view text, std::string_view open, std::string_view close, std::vector<Span>& out) {
  for (std::size_t at = text.find(open); at != std::string_view::npos;) {
    const std::size_t end = text.find(close, at + open.size());
    if (end == std::string_view::npos) return;
    out.push_back({at, end + close.size()});
    at = text.find(open, end);
  }
}

}  // namespace

std::vector<Span> shown_parts(std::string_view text) {
  std::vector<Span> parts;
  add_lines(text, parts);
  add_between(text, "<<<", ">>>", parts);
  std::ranges::sort(parts, {}, &Span::begin);
  return parts;
}

bool is_order_to_assistant(std::string_view sentence) {
  const std::string folded = fold_case(collapse_white_space(sentence));
  std::string_view rest = folded;
  while (!rest.empty() && !std::isalpha(static_cast<unsigned char>(rest.front())) && static_cast<unsigned char>(rest.front()) < 0x80)
    rest.remove_prefix(1);
  for (const std::string_view opening : kOpenings)
    if (rest.starts_with(opening)) rest.remove_prefix(opening.size());
  if (starts_with_any(rest, kOrders)) return true;
  const std::string_view order = rest.substr(0, 60);
  if (starts_with_any(order, kCommands) && has_any(order, kSpeech) && has_any(order, kSaid)) return true;
  if (starts_with_any(rest, kForget) && has_any(rest.substr(0, 60), kForgotten)) return true;
  while (!rest.empty() && (rest.back() == '.' || rest.back() == '!' || rest.back() == '"' || rest.back() == ' ')) rest.remove_suffix(1);
  return is_korean_order(rest);
}

bool is_page_line(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.size() > 160 || line.find('\n') != std::string_view::npos) return false;
  std::string folded = fold_case(line);
  std::string_view words = folded;
  for (const std::string_view mark : {"page", "seite", "페이지", "쪽", "of", "-", "–", "/"})
    while (words.find(mark) != std::string_view::npos) folded.erase(words.find(mark), mark.size()), words = folded;
  if (std::ranges::all_of(folded, [](char c) { return digit(c) || c == ' '; }) && std::ranges::any_of(folded, digit)) return true;
  return digit(line.back()) && (line.find(" · ") != std::string_view::npos || line.find(" • ") != std::string_view::npos);
}

}  // namespace rag
