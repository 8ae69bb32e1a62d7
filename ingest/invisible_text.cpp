#include "ingest/invisible_text.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace rag {
namespace {

constexpr char32_t kJoiner = 0x200D, kNonJoiner = 0x200C, kBlackFlag = 0x1F3F4, kEndOfTags = 0xE007F, kSoftHyphen = 0xAD;

bool within(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }
bool is_tag(char32_t c) { return within(c, 0xE0000, 0xE007F); }
bool is_variation_selector(char32_t c) { return within(c, 0xFE00, 0xFE0F) || within(c, 0xE0100, 0xE01EF) || within(c, 0x180B, 0x180D); }
bool is_pictograph(char32_t c) { return within(c, 0x1F000, 0x1FAFF) || within(c, 0x2190, 0x2BFF) || within(c, 0x1F1E6, 0x1F1FF) || c == 0x3030 || c == 0x303D; }

// Scripts in which joiners change how a word is written: Arabic and its kin, the Indic scripts, Tibetan, Myanmar, Khmer, Mongolian.
bool is_joining_script(char32_t c) {
  return within(c, 0x0600, 0x07BF) || within(c, 0x0840, 0x0DFF) || within(c, 0x0F00, 0x109F) || within(c, 0x1700, 0x18AF) || within(c, 0x1900, 0x1CFF) ||
         within(c, 0xA840, 0xABFF) || within(c, 0xFB50, 0xFDFF) || within(c, 0xFE70, 0xFEFE) || within(c, 0x10A00, 0x11FFF) || within(c, 0x1E900, 0x1E95F);
}

// Hangul's fillers are letters that look like blanks.  Inside a syllable of old Korean they stand for a missing part.
bool is_filler(char32_t c) { return c == 0x3164 || c == 0xFFA0; }

bool shows_nothing(char32_t c) {
  return c == kSoftHyphen || c == 0x034F || c == 0x061C || c == 0x180E || within(c, 0x200B, 0x200F) || within(c, 0x202A, 0x202E) ||
         within(c, 0x2060, 0x206F) || c == 0xFEFF || within(c, 0xFFF9, 0xFFFB) || within(c, 0x1D173, 0x1D17A) || is_tag(c) || is_variation_selector(c);
}

// One pass over a text; knows the character before and the one behind.
class Cleaner {
 public:
  Cleaner(std::string_view text, InvisibleCharacters& count) : text_(text), count_(count) {}

  std::string clean() {
    out_.reserve(text_.size());
    for (std::size_t at = 0; at < text_.size();) {
      const std::size_t begin = at;
      const char32_t c = next_code_point(text_, at);
      if (c == kBlackFlag) {
        at = flag_end(at);
        keep(begin, at, c);
      } else if (is_filler(c)) {
        ++count_.removed;
        out_ += ' ';
        before_ = ' ';
      } else if (shows_nothing(c) && !is_needed(c, at)) {
        ++count_.removed;
        count_.tags += is_tag(c);
        count_.soft_hyphens += c == kSoftHyphen;
      } else {
        keep(begin, at, c);
      }
    }
    return std::move(out_);
  }

 private:
  void keep(std::size_t begin, std::size_t end, char32_t c) {
    out_.append(text_, begin, end - begin);
    before_ = c;
  }

  bool is_needed(char32_t c, std::size_t behind) const {
    const char32_t next = behind < text_.size() ? next_code_point(text_, behind) : 0;
    if (c == kJoiner && is_pictograph(next) && (is_pictograph(before_) || is_variation_selector(before_))) return true;
    if (c == kJoiner || c == kNonJoiner) return is_joining_script(before_) && (c == kJoiner || is_joining_script(next));
    if (!is_variation_selector(c)) return false;
    return is_pictograph(before_) || is_cjk(before_) || within(before_, 0x1800, 0x18AF) || is_digit(before_) || before_ == '#' || before_ == '*' ||
           before_ == 0xA9 || before_ == 0xAE;
  }

  // A flag of England or Texas is a black flag, up to six letters in tags and their end.
  std::size_t flag_end(std::size_t at) const {
    const std::size_t begin = at;
    for (int letters = 0; at < text_.size() && letters <= 6; ++letters) {
      const char32_t c = next_code_point(text_, at);
      if (c == kEndOfTags) return letters >= 3 ? at : begin;
      if (!within(c, 0xE0030, 0xE0039) && !within(c, 0xE0061, 0xE007A)) break;
    }
    return begin;
  }

  std::string_view text_;
  InvisibleCharacters& count_;
  std::string out_;
  char32_t before_ = 0;  // the last character kept
};

// Cheap to see in most texts: nothing of it is ASCII, Latin with accents or a Hangul syllable.
bool has_invisible(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ++at;
      continue;
    }
    const char32_t c = next_code_point(text, at);
    if (shows_nothing(c) || is_filler(c)) return true;
  }
  return false;
}

// Cleans a text line by line, because what composes after a removal may shorten a line, and offsets that are asked for lie at the borders
// of lines: those of pages, headings, tables and their headers.
class MovedText {
 public:
  MovedText(const std::string& text, InvisibleCharacters& count) {
    for (std::size_t at = 0; at <= text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      lines_.push_back({at, end, text_.size(), 0});
      text_ += to_nfc(without_invisible(std::string_view(text).substr(at, end - at), count));
      lines_.back().new_end = text_.size();
      if (end < text.size()) text_ += '\n';
      at = end + 1;
    }
  }

  std::string take() { return std::move(text_); }

  std::size_t operator()(std::size_t offset) const {
    const auto line = std::prev(std::upper_bound(lines_.begin(), lines_.end(), offset, [](std::size_t o, const Line& l) { return o < l.begin; }));
    // Within a line, which no format writes, its begin.
    return offset >= line->end ? line->new_end : line->new_begin;
  }

 private:
  struct Line {
    std::size_t begin, end, new_begin, new_end;
  };
  std::string text_;
  std::vector<Line> lines_;
};

}  // namespace

std::string without_invisible(std::string_view text, InvisibleCharacters& count) {
  return has_invisible(text) ? Cleaner(text, count).clean() : std::string(text);
}

InvisibleCharacters remove_invisible_text(Document& document) {
  InvisibleCharacters count;
  if (has_invisible(document.text)) {
    MovedText moved(document.text, count);
    for (Page& page : document.pages) page.begin = moved(page.begin);
    for (Heading& heading : document.headings) heading.begin = moved(heading.begin);
    for (Table& table : document.tables) {
      for (Span* span : {&table.span, &table.header}) {
        if (span->begin == span->end) *span = {};
        else *span = {moved(span->begin), moved(span->end)};
      }
    }
    document.text = moved.take();
  }
  InvisibleCharacters again;  // the title and the headings stand in the text as well
  const auto clean = [](std::string& text, InvisibleCharacters& counted) {
    if (has_invisible(text)) text = to_nfc(without_invisible(text, counted));
  };
  clean(document.title, again);
  for (Heading& heading : document.headings) clean(heading.text, again);
  for (auto& [key, values] : document.metadata)
    for (std::string& value : values) clean(value, count);
  if (count.removed > 0) document.metadata["invisible_characters"] = {std::to_string(count.removed)};
  return count;
}

std::string invisible_text_warning(const InvisibleCharacters& count) {
  constexpr std::size_t kAccident = 20;
  const std::size_t meant = count.removed - count.soft_hyphens;
  if (count.tags == 0 && meant < kAccident) return "";
  return std::to_string(meant) + " invisible characters" + (count.tags > 0 ? " (" + std::to_string(count.tags) + " of them spell a hidden text)" : "") +
         " were in it and are left out";
}

}  // namespace rag
