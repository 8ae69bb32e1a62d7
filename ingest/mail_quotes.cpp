#include "ingest/mail_quotes.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/text.h"
#include "ingest/html_tree.h"

namespace rag {
namespace {

using Lines = std::vector<std::string_view>;

Lines lines_of(std::string_view text) {
  Lines lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool is_blank(std::string_view line) { return trim(line).empty(); }

template <std::size_t N>
bool starts_with_any(std::string_view line, const std::array<std::string_view, N>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(), [&](std::string_view b) { return line.starts_with(b); });
}

// Outlook's headers of the mail below: a sender's line with a subject's line not far behind.
bool begins_header_block(const Lines& lines, std::size_t at) {
  constexpr std::array<std::string_view, 11> kFrom{
      "From:", "*From:*", "보낸 사람:", "보낸사람:", "보낸이:", "발신:", "差出人:", "发件人:", "发件人：", "Von:", "De :"};
  constexpr std::array<std::string_view, 11> kSubject{"Subject:", "*Subject:*", "제목:",   "件名:",  "主题:",    "主题：",
                                                      "Betreff:", "Objet :",    "Asunto:", "제목 :", "Subject :"};
  if (!starts_with_any(trim(lines[at]), kFrom)) return false;
  for (std::size_t i = at + 1; i < std::min(lines.size(), at + 8); ++i)
    if (starts_with_any(trim(lines[i]), kSubject)) return true;
  return false;
}

bool is_rule(std::string_view line) {
  line = trim(line);
  if (!line.starts_with("---") || !line.ends_with("---")) return line.starts_with("Begin forwarded message:");
  constexpr std::array<std::string_view, 9> kWords{"Original Message", "Original message",  "Original Mail",
                                                   "원본 메시지",      "원본 메일",         "전달된 메시지",
                                                   "전달된 메일",      "Forwarded message", "Forwarded Message"};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return line.find(word) != std::string_view::npos; });
}

// "On Tuesday Kim <kim@example.com> wrote:", "2024년 3월 5일 (화) 오후 2:13, 김 <kim@example.com>님이 작성:"
bool is_introduction(std::string_view line) {
  line = trim(line);
  if (line.size() > 300 || !(line.ends_with(':') || line.ends_with("："))) return false;
  constexpr std::array<std::string_view, 8> kWords{"wrote", "작성", "님이", "schrieb", "crit", "escribi", "写道", "書きました"};
  return line.find('@') != std::string_view::npos ||
         std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return line.find(word) != std::string_view::npos; });
}

// How many lines at the end of `own` introduce the quote that follows: one, or one that was wrapped.
std::size_t introduction_lines(const Lines& own) {
  std::size_t last = own.size();
  while (last > 0 && is_blank(own[last - 1])) --last;
  if (last == 0 || !(trim(own[last - 1]).ends_with(':') || trim(own[last - 1]).ends_with("："))) return 0;
  std::string joined(own[last - 1]);
  for (std::size_t count = 1; count <= 3 && count <= last; ++count) {
    if (count > 1) joined = std::string(own[last - count]) + " " + joined;
    const std::string_view first = trim(own[last - count]);
    if (first.empty()) return 0;
    const bool begins = first.starts_with("On ") || first.starts_with("Am ") || first.starts_with("Le ") || first.starts_with("El ") ||
                        first.substr(0, 40).find("년 ") != std::string_view::npos || count == 1;
    if (begins && is_introduction(joined) &&
        (count > 1 || first.starts_with("On ") || is_blank(last > 1 ? own[last - 2] : "") || first.find('@') != std::string_view::npos))
      return own.size() - (last - count);
  }
  return 0;
}

std::string_view without_mark(std::string_view line) {
  if (line.starts_with('>')) line.remove_prefix(1);
  if (line.starts_with(' ')) line.remove_prefix(1);
  return line;
}

class Folder {
 public:
  Folder(std::string_view text, std::string_view where) : lines_(lines_of(text)), where_(where) {}

  FoldedMail fold() {
    for (std::size_t at = 0; at < lines_.size();) {
      if (is_rule(lines_[at]) || begins_header_block(lines_, at)) {
        take(lines_.size() - at, at, 0, false);
        break;
      }
      if (const std::size_t length = quote_length(at)) {
        if (length > kShortQuoteLines)
          take(length, at, introduction_lines(own_), true);
        else
          own_.insert(own_.end(), lines_.begin() + static_cast<std::ptrdiff_t>(at),
                      lines_.begin() + static_cast<std::ptrdiff_t>(at + length));
        at += length;
      } else {
        own_.push_back(lines_[at++]);
      }
    }
    return {joined(own_), joined(quoted_)};
  }

 private:
  // Lines from `at` on that are one quote, blank lines inside it included.
  std::size_t quote_length(std::size_t at) const {
    if (!lines_[at].starts_with('>')) return 0;
    std::size_t end = at;
    for (std::size_t i = at; i < lines_.size() && (lines_[i].starts_with('>') || is_blank(lines_[i])); ++i)
      if (lines_[i].starts_with('>')) end = i + 1;
    return end - at;
  }

  void take(std::size_t count, std::size_t at, std::size_t introduction, bool marked) {
    if (!quoted_.empty()) quoted_.push_back("");
    quoted_.insert(quoted_.end(), own_.end() - static_cast<std::ptrdiff_t>(introduction), own_.end());
    own_.resize(own_.size() - introduction);
    for (std::size_t i = at; i < at + count; ++i) quoted_.push_back(marked ? without_mark(lines_[i]) : lines_[i]);
    notes_.push_back("[Quoted text: " + std::to_string(count) + " lines, " + where_ + "]");
    while (!own_.empty() && is_blank(own_.back())) own_.pop_back();
    own_.push_back("");
    own_.push_back(kNotePlace);
    if (at + count < lines_.size() && !is_blank(lines_[at + count])) own_.push_back("");
  }

  std::string joined(const Lines& lines) const {
    std::string text;
    std::size_t note = 0;
    for (const std::string_view line : lines) {
      text += line.data() == kNotePlace.data() ? std::string_view(notes_[note++]) : line;
      text += '\n';
    }
    return std::string(trim(text));
  }

  static constexpr std::string_view kNotePlace = "note";
  Lines lines_, own_, quoted_;
  std::string where_;
  std::vector<std::string> notes_;
};

// Anything besides the notes of what was folded.
bool says_something(std::string_view own) {
  for (const std::string_view line : lines_of(own))
    if (!line.starts_with("[Quoted text:") && has_word(line)) return true;
  return false;
}

// Programs mark the quote's box, or only the line above everything they quote.
enum class Mark { None, Box, Rest };
Mark mark_of(const GumboElement& element) {
  const std::string id = html::attribute(element, "id"), kind = html::attribute(element, "class"), type = html::attribute(element, "type");
  if (element.tag == GUMBO_TAG_BLOCKQUOTE && type == "cite") return Mark::Box;
  for (const std::string_view box : {"gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote", "tutanota_quote"})
    if (kind.find(box) != std::string::npos) return Mark::Box;
  // Outlook draws a line above the headers of what it quotes.
  const bool is_line = std::string_view(html::attribute(element, "style")).starts_with("border:none;border-top:solid");
  const bool is_rest = is_line || id == "divRplyFwdMsg" || id == "appendonsend" || id == "ms-outlook-mobile-reference-message";
  return is_rest ? Mark::Rest : Mark::None;
}

}  // namespace

FoldedMail fold_quotes(std::string_view text, std::string_view where) {
  FoldedMail folded = Folder(text, where).fold();
  if (folded.quoted.empty() || !says_something(folded.own)) return {std::string(text), ""};
  return folded;
}

FoldedMail fold_html_quotes(std::string_view html) {
  FoldedMail folded;
  std::size_t at = 0;
  html::with_tree(html, [&](const GumboNode& root) {
    html::walk(
        root,
        [&](const GumboNode& node) {
          if (node.type != GUMBO_NODE_ELEMENT) return false;
          const GumboElement& element = node.v.element;
          const Mark mark = mark_of(element);
          if (mark == Mark::None) return true;
          // gumbo gives the places of tags in the source, and none for elements it made up.
          const std::size_t begin = element.start_pos.offset;
          std::size_t end = element.end_pos.offset + element.original_end_tag.length;
          if (mark == Mark::Rest || element.original_end_tag.length == 0) end = html.size();
          if (element.original_tag.length == 0 || begin < at || end <= begin || end > html.size()) return false;
          folded.own.append(html, at, begin - at);
          folded.quoted.append(html, begin, end - begin);
          at = end;
          return false;
        },
        [](const GumboNode&) {});
  });
  folded.own.append(html.substr(at));
  return folded;
}

}  // namespace rag
