#include "ingest/svg_paint.h"

#include <algorithm>
#include <cstdlib>

#include "core/text.h"
#include "ingest/ascii_lower.h"

namespace rag {
namespace {

bool is_zero(const std::string& number) {
  char* end = nullptr;
  return std::strtod(number.c_str(), &end) == 0 && end != number.c_str();
}

// Of what nobody reads any more a hint is left.
bool is_faint(const std::string& opacity) {
  constexpr double kFaint = 0.02;
  char* end = nullptr;
  const double number = std::strtod(opacity.c_str(), &end);
  return end != opacity.c_str() && (*end == '%' ? number / 100 : number) <= kFaint;
}

// In em, percent or words it depends on what stands around it: larger than this nobody writes.
double font_size_of(const std::string& value) {
  constexpr double kLarge = 1000;
  char* end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  const std::string unit = end;
  if (end == value.c_str() || number < 0) return kLarge;
  if (unit.empty() || unit == "px") return number;
  return unit == "pt" ? number * 4 / 3 : kLarge;
}

// Of "bold 12px/14px serif" the 12px.
double font_size_in(const std::string& font) {
  for (std::size_t at = 0; at < font.size();) {
    const std::size_t end = std::min(font.find_first_of(" /", at), font.size());
    const std::string word = font.substr(at, end - at);
    if (word.ends_with("px") || word.ends_with("pt")) return font_size_of(word);
    at = end + 1;
  }
  return font_size_of("");
}

// A rule may put it on each of a hundred thousand elements.
constexpr std::size_t kMostBytesOfTransform = 1000;

bool is_white(std::string color) {
  std::erase(color, ' ');
  return color == "white" || color == "#fff" || color == "#ffffff" || color == "rgb(255,255,255)" || color == "rgb(100%,100%,100%)";
}

void declare(SvgPaint& paint, std::string_view property, std::string_view written) {
  const std::string value = ascii_lower(trim(written.substr(0, written.find('!'))));
  if (value.empty() || value == "inherit") return;
  if (property == "display") paint.displayed = value != "none";
  if (property == "visibility") paint.visible = value != "hidden" && value != "collapse";
  if (property == "opacity" || property == "fill-opacity") paint.clear = is_faint(value);
  if (property == "font-size") paint.no_size = is_zero(value), paint.font_size = font_size_of(value);
  if (property == "font") paint.font_size = font_size_in(value);
  if (property == "transform") paint.transform = value.size() <= kMostBytesOfTransform ? value : "unknown()";
  if (property == "writing-mode") paint.sets_text_upright = value.starts_with("t") || value.starts_with("vertical");
  if (property == "stroke") paint.stroked = value != "none";
  if (property == "fill") paint.fill = is_white(value) ? SvgPaint::Fill::White : value == "none" || value == "transparent" ? SvgPaint::Fill::None : SvgPaint::Fill::Other;
}

SvgPaint declared(std::string_view declarations) {
  SvgPaint paint;
  for (std::size_t at = 0; at < declarations.size();) {
    const std::size_t end = std::min(declarations.find(';', at), declarations.size());
    const std::string_view declaration = declarations.substr(at, end - at);
    if (const std::size_t colon = declaration.find(':'); colon != std::string_view::npos)
      declare(paint, trim(declaration.substr(0, colon)), declaration.substr(colon + 1));
    at = end + 1;
  }
  return paint;
}

std::string without_comments(std::string_view css) {
  std::string out;
  for (std::size_t at = 0; at < css.size();) {
    const std::size_t open = std::min(css.find("/*", at), css.size());
    out += css.substr(at, open - at);
    const std::size_t close = css.find("*/", open);
    at = close == std::string_view::npos ? css.size() : close + 2;
  }
  return out;
}

}  // namespace

void SvgPaint::put(const SvgPaint& over) {
  if (over.displayed) displayed = over.displayed;
  if (over.visible) visible = over.visible;
  if (over.clear) clear = over.clear;
  if (over.no_size) no_size = over.no_size;
  if (over.stroked) stroked = over.stroked;
  if (over.fill) fill = over.fill;
  if (over.font_size) font_size = over.font_size;
  if (over.transform) transform = over.transform;
  sets_text_upright = sets_text_upright || over.sets_text_upright;
}

SvgStyles::SvgStyles(const pugi::xml_node& root) {
  // Without recursion: this sees the tree before anybody has looked how deep it is.
  for (pugi::xml_node node = root; node; node = xml::next_within(root, node)) {
    if (!xml::is(node, "style")) continue;
    std::string sheet;
    for (const pugi::xml_node& piece : node.children()) sheet += piece.value();
    read(without_comments(sheet));
  }
}

void SvgStyles::read(std::string_view sheet) {
  for (std::size_t at = 0; at < sheet.size();) {
    const std::size_t open = sheet.find('{', at);
    const std::size_t close = sheet.find('}', std::min(open, sheet.size()));
    if (close == std::string_view::npos) return;
    std::string_view selectors = sheet.substr(at, open - at);
    const SvgPaint paint = declared(sheet.substr(open + 1, close - open - 1));
    at = close + 1;
    for (std::size_t begin = 0; begin < selectors.size();) {
      const std::size_t end = std::min(selectors.find(',', begin), selectors.size());
      const std::string_view selector = trim(selectors.substr(begin, end - begin));
      begin = end + 1;
      if (!selector.empty() && selector.find_first_of(" \t\r\n>+~:[@*") == std::string_view::npos) rules_[std::string(selector)].put(paint);
    }
  }
}

SvgPaint SvgStyles::of(const pugi::xml_node& element) const {
  SvgPaint paint;
  for (const pugi::xml_attribute& attribute : element.attributes()) declare(paint, attribute.name(), attribute.value());
  const auto apply = [&](const std::string& selector) {
    if (const auto rule = rules_.find(selector); rule != rules_.end()) paint.put(rule->second);
  };
  if (!rules_.empty()) {
    apply(xml::local(element.name()));
    const std::string classes = collapse_white_space(xml::attribute(element, "class"));
    for (std::size_t begin = 0; begin < classes.size();) {
      const std::size_t end = std::min(classes.find(' ', begin), classes.size());
      apply("." + classes.substr(begin, end - begin));
      begin = end + 1;
    }
    apply("#" + xml::attribute(element, "id"));
  }
  paint.put(declared(xml::attribute(element, "style")));
  return paint;
}

}  // namespace rag
