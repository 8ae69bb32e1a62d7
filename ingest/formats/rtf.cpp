// Rich Text Format, read by hand: no library of Debian reads it within the process.  Paragraphs, headings (by style or outline
// level), lists, tables and footnotes; pictures, headers and footers, hidden and deleted text are left out.
#include <algorithm>
#include <map>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "ingest/document_builder.h"
#include "ingest/format.h"
#include "ingest/rtf_fonts.h"
#include "ingest/rtf_tokens.h"
#include "ingest/rtf_words.h"

namespace rag {
namespace {

constexpr std::size_t kMaxDepth = 5000;  // of groups

using Kind = RtfToken::Kind;

enum class Destination { Body, Skip, Fonts, Styles, Info, Title, Author, Keywords, Note, ListMark };

struct Paragraph {
  int style = 0;
  int outline = 9;  // 0 to 8 are heading levels
  int list_level = 0;
  bool in_table = false;
};

// What a group inherits and gives back at its end.
struct State {
  Destination destination = Destination::Body;
  Paragraph paragraph;
  int font = 0;
  int unicode_skip = 1;  // \ucN: how many characters stand for readers that know no Unicode
  bool hidden = false;
};

struct Style {
  int level = 0;  // of a heading; 0 where it is none
  bool is_title = false;
};

class Reader {
 public:
  Reader(std::string_view bytes, DocumentBuilder& builder) : tokens_(bytes), builder_(builder) {}

  void read(std::vector<std::string>& warnings) {
    for (RtfToken token = tokens_.next(); token.kind != Kind::End; token = tokens_.next()) take(token);
    flush_bytes();
    const bool cut = !groups_.empty();
    while (!groups_.empty()) close();
    end_paragraph();
    end_table();
    for (std::size_t i = 0; i < notes_.size(); ++i) builder_.paragraph("[" + std::to_string(i + 1) + "] " + notes_[i]);
    if (cut) warnings.push_back("damaged RTF: it ends inside a group, cut short perhaps");
    if (replaced_ > 0) warnings.push_back(std::to_string(replaced_) + " bytes mean nothing in their font's charset, replaced by U+FFFD");
  }

 private:
  void take(const RtfToken& token) {
    // Braces end the characters that stand for a \u.
    if (token.kind == Kind::Open || token.kind == Kind::Close) {
      skip_ = 0;
      flush_bytes();
      token.kind == Kind::Open ? open() : close();
      return;
    }
    const bool group_begins = std::exchange(group_begins_, false);
    if (token.kind == Kind::Text) {
      add_bytes(token.text);
    } else if (token.kind == Kind::Byte) {
      add_bytes(std::string(1, static_cast<char>(token.number)));
    } else if (token.kind == Kind::Symbol) {
      symbol(token.text[0], group_begins);
    } else {
      flush_bytes();
      word(token, group_begins || starred_);
    }
  }

  void open() {
    if (groups_.size() >= kMaxDepth) throw Error(ErrorKind::Ingest, "damaged RTF: groups nested deeper than " + std::to_string(kMaxDepth));
    groups_.push_back(state_);
    if (std::exchange(is_upr_, false)) state_.destination = Destination::Skip;
    group_begins_ = true;
    starred_ = false;
  }

  void close() {
    flush_bytes();
    group_begins_ = starred_ = false;
    if (state_.destination == Destination::Styles) name_style();
    if (groups_.empty()) return;  // one brace too many
    const Destination ended = state_.destination;
    state_ = groups_.back();
    groups_.pop_back();
    if (ended != state_.destination) end_destination(ended);
  }

  // ---- characters

  void add_bytes(std::string_view bytes) {
    const std::size_t skipped = std::min(static_cast<std::size_t>(skip_), bytes.size());
    skip_ -= static_cast<int>(skipped);
    bytes_ += bytes.substr(skipped);
  }

  void flush_bytes() {
    if (bytes_.empty()) return;
    if (shows_text()) add(fonts_.decode(bytes_, state_.font, replaced_));
    bytes_.clear();
  }

  bool shows_text() const { return state_.destination != Destination::Skip && state_.destination != Destination::Fonts && !state_.hidden; }

  void add(std::string_view text) {
    if (!shows_text() || state_.destination == Destination::Info) return;
    high_surrogate_ = 0;
    text_ += text;
  }

  void add_unicode(int number) {
    const char32_t unit = static_cast<char32_t>(number & 0xFFFF);
    if (unit >= 0xD800 && unit < 0xDC00) {
      high_surrogate_ = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      const char32_t high = std::exchange(high_surrogate_, 0);
      add_code_point(high == 0 ? 0xFFFD : 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
    } else {
      // Symbol fonts live in the private area.
      add_code_point(unit >= 0xF000 && unit < 0xF100 ? U'•' : unit);
    }
    skip_ = state_.unicode_skip;
  }

  void add_code_point(char32_t c) {
    if (c == 0) return;
    std::string text;
    append_utf8(text, c);
    add(text);
  }

  void symbol(char c, bool group_begins) {
    if (c == '*') {
      starred_ = group_begins;
      return;
    }
    if (skip_ > 0) {
      --skip_;
      return;
    }
    if (c == '\\' || c == '{' || c == '}') {
      bytes_ += c;
      return;
    }
    flush_bytes();
    if (c == '~') add(" ");
    if (c == '_') add("-");
    if (c == '\n' || c == '\r') word({Kind::Word, "par"}, false);
  }

  // ---- control words

  // `may_be_destination`: it is the first of its group.
  void word(const RtfToken& token, bool may_be_destination) {
    const std::string_view name = token.text;
    if (name == "u" && token.has_number) {
      if (state_.destination != Destination::Skip) add_unicode(token.number);
      return;
    }
    if (skip_ > 0) {
      --skip_;
      return;
    }
    if (may_be_destination && begin_destination(name)) return;
    if (state_.destination == Destination::Skip) return;
    if (state_.destination == Destination::Fonts) return font_word(token);
    if (state_.destination == Destination::Styles) return style_word(token);
    if (property(token)) return;
    if (const std::string_view text = rtf_character(name); !text.empty()) return add(text);
    if (name == "par" || name == "sect" || name == "page" || name == "nestrow") return paragraph_mark();
    if (name == "cell") return end_cell();
    if (name == "row") return end_row();
  }

  bool begin_destination(std::string_view name) {
    const bool starred = std::exchange(starred_, false);
    // Inside what is left out nothing begins anew.
    if (state_.destination == Destination::Skip) return true;
    if (name == "upr") {
      is_upr_ = true;
    } else if (is_left_out_of_rtf(name)) {
      state_.destination = Destination::Skip;
    } else if (name == "fonttbl") {
      state_.destination = Destination::Fonts;
    } else if (name == "stylesheet") {
      state_.destination = Destination::Styles;
      text_before_.push_back(std::exchange(text_, {}));
    } else if (name == "info") {
      state_.destination = Destination::Info;
    } else if (state_.destination == Destination::Info && (name == "title" || name == "author" || name == "keywords")) {
      state_.destination = name == "title" ? Destination::Title : name == "author" ? Destination::Author : Destination::Keywords;
      text_before_.push_back(std::exchange(text_, {}));
    } else if (name == "footnote") {
      if (state_.destination == Destination::Note) return true;
      add("[" + std::to_string(notes_.size() + 1) + "]");
      state_.destination = Destination::Note;
      text_before_.push_back(std::exchange(text_, {}));
    } else if (name == "listtext" || name == "pntext") {
      if (state_.destination != Destination::Body) return true;
      state_.destination = Destination::ListMark;
      text_before_.push_back(std::exchange(text_, {}));
    } else if (name == "shptxt") {
      if (state_.destination == Destination::Body && !state_.paragraph.in_table) end_paragraph();
      state_.paragraph = {};
    } else if (starred && name != "shpinst" && name != "ud" && name != "moMath" && name != "moMathPara") {
      state_.destination = Destination::Skip;
    } else {
      return false;
    }
    return true;
  }

  void end_destination(Destination ended) {
    if (ended == Destination::Skip || ended == Destination::Fonts || ended == Destination::Info || text_before_.empty()) return;
    std::string text = std::exchange(text_, std::move(text_before_.back()));
    text_before_.pop_back();
    const std::string line = collapse_white_space(replace_invalid_utf8(text));
    if (ended == Destination::Title) builder_.title = line;
    if (ended == Destination::Author && !line.empty()) builder_.metadata["author"] = {line};
    if (ended == Destination::Keywords && !line.empty()) builder_.metadata["keywords"] = {line};
    if (ended == Destination::Note) notes_.push_back(std::string(trim(text)));
    // A bare "o" is Courier's bullet.
    if (ended == Destination::ListMark) mark_ = has_letter_or_digit(line) && line != "o" ? line + " " : "- ";
  }

  void font_word(const RtfToken& token) {
    if (token.text == "f") table_font_ = token.number;
    if (token.text == "fcharset") fonts_.set_charset(table_font_, token.number);
    if (token.text == "cpg") fonts_.set_code_page(table_font_, token.number);
  }

  // {\s1\outlinelevel0 heading 1;}: the name comes last and is looked at when the group ends.
  void style_word(const RtfToken& token) {
    if (token.text == "s" || token.text == "cs" || token.text == "ds" || token.text == "ts") {
      table_style_ = token.text == "s" ? token.number : -1;
      text_.clear();
      return;
    }
    if (table_style_ >= 0 && token.text == "outlinelevel" && token.number >= 0 && token.number < 9)
      styles_[table_style_].level = token.number + 1;
  }

  void name_style() {
    const std::string name = fold_case(trim(replace_invalid_utf8(std::exchange(text_, {}))));
    if (table_style_ < 0 || name.empty()) return;
    for (const std::string_view prefix : {"heading ", "제목 ", "überschrift "})
      if (name.starts_with(prefix) && name.size() > prefix.size() && name[prefix.size()] >= '1' && name[prefix.size()] <= '9')
        styles_[table_style_].level = name[prefix.size()] - '0';
    if (name.starts_with("title;") || name == "title") styles_[table_style_] = {1, true};
  }

  // Words that change how the text after them is taken.
  bool property(const RtfToken& token) {
    const std::string_view name = token.text;
    const bool on = !token.has_number || token.number != 0;
    if (name == "f")
      state_.font = token.number;
    else if (name == "uc")
      state_.unicode_skip = std::clamp(token.number, 0, 16);
    else if (name == "v" || name == "deleted")
      state_.hidden = on;
    else if (name == "plain")
      state_.hidden = false, state_.font = default_font_;
    else if (name == "ansicpg")
      fonts_.set_default(token.number);
    else if (name == "mac")
      fonts_.set_default(10000);
    else if (name == "pc")
      fonts_.set_default(437);
    else if (name == "pca")
      fonts_.set_default(850);
    else if (name == "deff")
      state_.font = default_font_ = token.number;
    else if (name == "pard")
      state_.paragraph = {};
    else if (name == "s")
      state_.paragraph.style = token.number;
    else if (name == "outlinelevel")
      state_.paragraph.outline = token.number;
    else if (name == "ilvl")
      state_.paragraph.list_level = token.number;
    else if (name == "intbl")
      state_.paragraph.in_table = true;
    else if (name == "trowd")
      row_is_header_ = false;
    else if (name == "trhdr")
      row_is_header_ = true;
    else
      return false;
    return true;
  }

  // ---- blocks

  void paragraph_mark() {
    if (state_.destination == Destination::Styles || state_.destination == Destination::ListMark) return;
    if (state_.destination == Destination::Note || state_.paragraph.in_table)
      text_ += '\n';
    else if (state_.destination == Destination::Body)
      end_paragraph();
  }

  void end_paragraph() {
    std::string text = replace_invalid_utf8(std::exchange(text_, {}));
    std::string mark = std::exchange(mark_, {});
    if (trim(text).empty()) return;
    // Lists of programs that know no lists.
    if (constexpr std::string_view kBullet = "•\t"; mark.empty() && text.starts_with(kBullet)) {
      text.erase(0, kBullet.size());
      mark = "- ";
    }
    end_table();
    const auto style = styles_.find(state_.paragraph.style);
    int level = style == styles_.end() ? 0 : style->second.level;
    if (state_.paragraph.outline >= 0 && state_.paragraph.outline < 9) level = state_.paragraph.outline + 1;
    if (level > 0 && has_letter_or_digit(text)) {
      if (style != styles_.end() && style->second.is_title && builder_.title.empty()) builder_.title = collapse_white_space(text);
      builder_.heading(level, has_letter_or_digit(mark) ? mark + text : text);
    } else if (!mark.empty()) {
      builder_.list_item(state_.paragraph.list_level, mark, text);
    } else {
      builder_.paragraph(text);
    }
  }

  void end_cell() {
    if (state_.destination != Destination::Body) return;
    std::string text = replace_invalid_utf8(std::exchange(text_, {}));
    if (!mark_.empty()) text = std::exchange(mark_, {}) + text;
    row_.push_back(std::move(text));
  }

  void end_row() {
    if (row_.empty()) return;
    if (rows_.empty()) first_is_header_ = row_is_header_;
    rows_.push_back(std::exchange(row_, {}));
  }

  void end_table() {
    end_row();
    if (rows_.empty()) return;
    const auto names_a_column = [](const std::string& cell) { return cell.size() < 80 && has_letter_or_digit(cell) && !is_number(cell); };
    const bool looks_like_header = rows_.size() > 1 && std::all_of(rows_[0].begin(), rows_[0].end(), names_a_column);
    builder_.table(rows_, first_is_header_ || looks_like_header);
    rows_.clear();
  }

  static bool is_number(const std::string& cell) { return trim(cell).find_first_not_of("0123456789.,%- ") == std::string_view::npos; }

  RtfTokens tokens_;
  DocumentBuilder& builder_;
  RtfFonts fonts_;
  std::map<int, Style> styles_;
  std::vector<State> groups_;
  State state_;
  int skip_ = 0;
  bool group_begins_ = false, starred_ = false;
  bool is_upr_ = false;  // the next group says in a code page what the one behind it says in Unicode
  char32_t high_surrogate_ = 0;
  int default_font_ = 0;
  int table_font_ = 0, table_style_ = -1;  // the entries of font table and stylesheet being read
  std::string bytes_;                      // in the font's charset, not decoded yet
  std::string text_;
  std::vector<std::string> text_before_;  // what notes, list marks and names interrupt
  std::string mark_;
  std::vector<std::string> notes_;
  std::vector<std::string> row_;
  std::vector<std::vector<std::string>> rows_;
  bool row_is_header_ = false, first_is_header_ = false;
  std::size_t replaced_ = 0;
};

class Rtf final : public Format {
 public:
  std::string name() const override { return "rtf"; }
  std::vector<std::string> media_types() const override { return {"application/rtf"}; }

  Document read(std::string_view bytes, const std::string&, std::vector<std::string>& warnings) const override {
    if (!bytes.starts_with("{\\rtf")) throw Error(ErrorKind::Ingest, "not an RTF file: it does not begin with {\\rtf");
    DocumentBuilder builder;
    Reader(bytes, builder).read(warnings);
    return builder.finish("an RTF without text");
  }
};

}  // namespace

std::unique_ptr<Format> make_rtf_format() { return std::make_unique<Rtf>(); }

}  // namespace rag
