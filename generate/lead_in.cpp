#include "generate/lead_in.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "core/text.h"

namespace rag {
namespace {

constexpr std::size_t kLongestList = 900;  // bytes of a list shown as one sentence
constexpr std::size_t kMostAnnounced = 2;

// In folded text with a blank on either side.
constexpr std::array kLeadIns = {" there are a few ",  " there are some ",     " there are several ", " there are certain ", " there are many ",
                                 " there are various ", " there are a number ", " there are two ",     " there are three ",   " there are four ",
                                 " there are five ",    " here are ",           " the following ",     " as follows",         " are listed below",
                                 "다음과 같",           "아래와 같",            "다음의 ",             "몇 가지 "};
constexpr std::array kClosings = {"by following th", "following these ", "we hope ", "these are just a few", "these are just some", "if you follow these"};
constexpr std::array kToldAbove = {"these tips", "the tips ", "these steps", "the steps above", "outlined above"};  // behind "By understanding ... and ..."
constexpr std::array kLittle = {" we understand that ",     " we are proud ",       " is an important part ", " important to understand ", " important to be aware ",
                                " important to take the time ", " we are committed to ", " we strive to ",         " take the time to ",       " 중요한 부분입니다",
                                " 중요합니다. "};
// At the start of a sentence that goes on with the one before.
constexpr std::array kLeaning = {"these include", "this includes", "they include", "examples include", "some examples", "for example", "for instance",
                                 "예를 들", "이를테면", "여기에는"};
constexpr std::array kMarks = {"- ", "* ", "+ ", "•", "·", "▪", "○", "◦", "※", "–", "□", "■", "●"};

template <typename Words>
bool starts_with_any(std::string_view text, const Words& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.starts_with(word); });
}

// Length of "1. ", "12) " at the start, 0 where there is none.
std::size_t number_mark(std::string_view text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  return digits > 0 && digits < 3 && (text.substr(digits).starts_with(". ") || text.substr(digits).starts_with(") ")) ? digits + 2 : 0;
}

bool is_item(std::string_view piece) { return starts_with_any(trim(piece), kMarks) || number_mark(trim(piece)) > 0; }

// One passage's candidates as lines of its text.
class Lines {
 public:
  Lines(std::string_view text, std::size_t begin, std::size_t first, std::vector<Candidate>& candidates)
      : text_(text), begin_(begin), first_(first), end_(candidates.size()), all_(candidates) {}

  void join() {
    std::vector<std::size_t> list_of(end_ - first_);  // place of the list that a line opens, 0: none
    for (std::size_t i = first_; i < end_; ++i) {
      if (is_closing(all_[i].shown)) all_[i].complete = false;
      if (opens_list(i)) list_of[i - first_] = add_list(i);
    }
    for (std::size_t i = first_; i < end_; ++i) {
      if (!all_[i].complete || !all_[i].table.empty() || list_of[i - first_] != 0) continue;
      const bool leads = is_lead_in(all_[i].shown);
      for (std::size_t j = i + 1; j < end_ && all_[i].announced.size() < kMostAnnounced && goes_on(j); ++j) {
        if (!leads && !starts_with_any(fold_case(all_[j].shown), kLeaning)) break;
        const std::size_t list = list_of[j - first_];
        if (list == 0 && !all_[j].complete) break;
        all_[i].announced.push_back(list != 0 ? list : j);
        if (list != 0 || !leads) break;
      }
    }
  }

 private:
  std::string_view piece(std::size_t i) const {
    const Span span = all_[i].source.span;
    return text_.substr(span.begin - begin_, span.size());
  }
  bool item(std::size_t i) const { return all_[i].table.empty() && is_item(piece(i)); }

  bool opens_list(std::size_t i) const {
    if (i + 2 >= end_ || !all_[i].table.empty() || !item(i + 1) || !item(i + 2)) return false;
    return item(i) ? last_line_opens_another(i) : all_[i].shown.ends_with(':') || is_lead_in(all_[i].shown);
  }

  // "- Customer satisfaction\nQualifications:", where no full stop says that the item has ended.
  bool last_line_opens_another(std::size_t i) const { return all_[i].shown.ends_with(':') && trim(piece(i)).find('\n') != std::string_view::npos; }

  // In the same paragraph as what stands before it.
  bool goes_on(std::size_t i) const {
    const std::size_t from = all_[i - 1].source.span.end - begin_, to = all_[i].source.span.begin - begin_;
    return all_[i].table.empty() && !item(i) && from <= to && text_.substr(from, to - from).find("\n\n") == std::string_view::npos;
  }

  std::size_t add_list(std::size_t lead) {
    Candidate list = all_[lead];
    if (item(lead)) {
      list.source.span.begin += piece(lead).rfind('\n') + 1;
      list.shown = collapse_white_space(piece(lead).substr(piece(lead).rfind('\n') + 1));
    }
    bool ended = false;
    for (std::size_t i = lead + 1; i < end_ && !ended && item(i) && list.shown.size() + all_[i].shown.size() < kLongestList; ++i) {
      std::string said = all_[i].shown;
      list.source.span.end = all_[i].source.span.end;
      ended = last_line_opens_another(i);
      if (ended) {
        const std::size_t last_line = piece(i).rfind('\n');
        said = collapse_white_space(said.substr(0, said.size() - collapse_white_space(piece(i).substr(last_line)).size()));
        list.source.span.end = all_[i].source.span.begin + last_line;
      }
      while (said.ends_with('.') || said.ends_with(';')) said.pop_back();
      list.shown.append(i == lead + 1 ? " " : "; ").append(said, number_mark(said), std::string::npos);
    }
    list.terms = std::make_shared<const TextTerms>(list.shown);
    list.list = list.complete = true;
    all_.push_back(std::move(list));
    return all_.size() - 1;
  }

  std::string_view text_;
  std::size_t begin_, first_, end_;
  std::vector<Candidate>& all_;
};

}  // namespace

bool is_lead_in(std::string_view sentence) {
  const std::string folded = ' ' + fold_case(collapse_white_space(sentence)) + ' ';
  return std::ranges::any_of(kLeadIns, [&](std::string_view words) { return folded.find(words) != std::string::npos; });
}

bool says_little(std::string_view sentence) {
  const std::string folded = ' ' + fold_case(collapse_white_space(sentence)) + ' ';
  return std::ranges::any_of(kLittle, [&](std::string_view words) { return folded.find(words) != std::string::npos; });
}

bool is_closing(std::string_view sentence) {
  const std::string folded = fold_case(trim(sentence));
  return starts_with_any(folded, kClosings) ||
         (folded.starts_with("by ") && std::ranges::any_of(kToldAbove, [&](std::string_view words) { return folded.find(words) != std::string::npos; }));
}

void join_lead_ins(std::string_view passage_text, std::size_t passage_begin, std::size_t first, std::vector<Candidate>& candidates) {
  Lines(passage_text, passage_begin, first, candidates).join();
}

}  // namespace rag
