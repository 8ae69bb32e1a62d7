#include "ingest/xlsx_sheet.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "core/text.h"
#include "ingest/ooxml_package.h"
#include "ingest/xml_stream.h"

namespace rag {
namespace {

constexpr std::uint32_t kMaxRows = 1048576, kMaxColumns = 16384;

struct Place {
  std::uint32_t row, column;
};

// "BC12", from 0; nothing for what is none or lies beyond the largest sheet there is.
std::optional<Place> place_of(std::string_view reference) {
  std::uint32_t column = 0;
  std::size_t i = 0;
  for (; i < reference.size() && i < 4; ++i) {
    if (reference[i] == '$') continue;
    const char c = static_cast<char>(reference[i] & ~0x20);
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::uint32_t>(c - 'A' + 1);
  }
  std::uint32_t row = 0;
  if (i < reference.size() && reference[i] == '$') ++i;
  const char* end = reference.data() + reference.size();
  const auto parsed = std::from_chars(reference.data() + i, end, row);
  if (parsed.ec != std::errc() || parsed.ptr != end || column == 0 || column > kMaxColumns || row == 0 || row > kMaxRows) return {};
  return Place{row - 1, column - 1};
}

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number value{};
  text = trim(text);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return {};
  return value;
}

// What =HYPERLINK("https://...", "신청서") shows, as far as its last argument says it: the one formula whose value need not be computed.
std::string link_text(std::string_view formula) {
  const std::size_t end = formula.rfind('"');
  if (!formula.starts_with("HYPERLINK(") || end == std::string_view::npos || formula.substr(end) != "\")") return "";
  const std::size_t begin = formula.rfind('"', end - 1);
  return begin == std::string_view::npos ? "" : std::string(formula.substr(begin + 1, end - begin - 1));
}

class SheetListener final : public XmlListener {
 public:
  SheetListener(XlsxSheet& sheet, const XlsxContext& context) : sheet_(sheet), context_(context) {}

  void on_start(std::string_view name, const XmlAttributes& attributes) override {
    in_text_ = in_formula_ = false;
    if (name == "row") {
      const auto number = number_in<std::uint32_t>(attributes.get("r"));
      row_ = number && *number > 0 && *number <= kMaxRows ? *number - 1 : next_row_;
      next_row_ = row_ + 1;
      next_column_ = 0;
    } else if (name == "c") {
      const std::optional<Place> place = place_of(attributes.get("r"));
      at_ = place.value_or(Place{row_, next_column_});
      next_column_ = at_.column + 1;
      type_ = attributes.get("t");
      style_ = number_in<std::size_t>(attributes.get("s")).value_or(0);
      value_.clear();
      formula_.clear();
      has_formula_ = false;
      in_cell_ = true;
    } else if (name == "mergeCell") {
      merge(attributes.get("ref"));
    } else if (in_cell_) {
      if (name == "f") has_formula_ = in_formula_ = true;
      if (name == "rPh") ++phonetic_;
      in_text_ = name == "v" || (name == "t" && phonetic_ == 0);
    }
  }

  void on_text(std::string_view text) override {
    if (in_text_) value_ += text;
    if (in_formula_) formula_ += text;
  }

  void on_end(std::string_view name) override {
    in_text_ = in_formula_ = false;
    if (name == "rPh" && phonetic_ > 0) --phonetic_;
    if (name != "c" || !in_cell_) return;
    in_cell_ = false;
    if (is_uncomputed()) {
      type_ = "str";
      value_ = link_text(formula_);
      if (value_.empty()) ++sheet_.formulas_without_value;
    }
    if (!value_.empty() && at_.row < kMaxRows && at_.column < kMaxColumns) sheet_.grid.set(at_.row, at_.column, shown());
  }

 private:
  // Programs that write formulas without computing them leave the value out, or write 0 and ask for all to be computed on opening.
  // A text may be empty.
  bool is_uncomputed() const {
    if (!has_formula_ || type_ == "str") return false;
    return value_.empty() || (context_.is_computed_on_load && type_ != "b" && value_ == "0");
  }

  std::string shown() {
    if (type_ == "s") {
      const auto index = number_in<std::size_t>(value_);
      if (index && *index < context_.strings.size()) return context_.styles.format_of(style_).show_text(context_.strings.at(*index));
      ++sheet_.lost_strings;
      return "";
    }
    if (type_ == "b") return trim(value_) == "0" || trim(value_) == "false" ? "FALSE" : "TRUE";
    if (type_ == "str" || type_ == "inlineStr") return context_.styles.format_of(style_).show_text(undo_escapes(value_));
    if (type_ == "e" || type_ == "d") return value_;
    const auto number = number_in<double>(value_);
    return number ? context_.styles.format_of(style_).show(*number, context_.epoch_1904) : value_;
  }

  void merge(std::string_view area) {
    const std::size_t colon = area.find(':');
    const auto first = place_of(area.substr(0, colon));
    const auto last = colon == std::string_view::npos ? first : place_of(area.substr(colon + 1));
    if (first && last) sheet_.grid.merge(first->row, first->column, last->row, last->column);
  }

  XlsxSheet& sheet_;
  const XlsxContext& context_;
  std::uint32_t row_ = 0, next_row_ = 0, next_column_ = 0;
  Place at_{0, 0};
  std::string type_, value_, formula_;
  std::size_t style_ = 0;
  bool in_cell_ = false, in_text_ = false, in_formula_ = false, has_formula_ = false;
  int phonetic_ = 0;
};

}  // namespace

XlsxSheet read_xlsx_sheet(const std::string& xml, const std::string& what, const XlsxContext& context) {
  XlsxSheet sheet;
  SheetListener listener(sheet, context);
  stream_xml(xml, what, listener);
  return sheet;
}

}  // namespace rag
