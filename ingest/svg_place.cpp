#include "ingest/svg_place.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "core/text.h"
#include "ingest/ascii_lower.h"

namespace rag {
namespace {

constexpr double kEndless = std::numeric_limits<double>::infinity();

struct Length {
  double number = 0;
  std::string unit;
};

// Numbers with units, separated by white space or commas; empty where there is anything else.
std::vector<Length> lengths_of(std::string_view list) {
  std::vector<Length> lengths;
  const std::string text(list);
  for (const char* at = text.c_str();;) {
    while (*at == ' ' || *at == ',' || *at == '\t' || *at == '\n' || *at == '\r') ++at;
    if (!*at) return lengths;
    char* end = nullptr;
    Length length{.number = std::strtod(at, &end)};
    if (end == at || !std::isfinite(length.number)) return {};
    for (at = end; (*at | 0x20) >= 'a' && (*at | 0x20) <= 'z'; ++at) length.unit += static_cast<char>(*at | 0x20);
    if (*at == '%') length.unit = *at++;
    lengths.push_back(std::move(length));
  }
}

// In the drawing's units; nothing where that depends on letters or windows.
std::optional<double> absolute(const Length& length) {
  static constexpr std::pair<std::string_view, double> kUnits[] = {{"", 1},           {"px", 1},         {"pt", 4.0 / 3}, {"pc", 16},
                                                                   {"mm", 96 / 25.4}, {"cm", 96 / 2.54}, {"in", 96}};
  for (const auto& [unit, pixels] : kUnits)
    if (length.unit == unit) return length.number * pixels;
  return std::nullopt;
}

std::optional<double> attribute_of(const pugi::xml_node& element, std::string_view name) {
  const std::vector<Length> lengths = lengths_of(xml::attribute(element, name));
  return lengths.empty() ? std::nullopt : absolute(lengths[0]);
}

}  // namespace

SvgPlace SvgPlace::times(double a, double b, double c, double d, double e, double f) const {
  SvgPlace product = *this;
  product.a_ = a_ * a + c_ * b, product.b_ = b_ * a + d_ * b;
  product.c_ = a_ * c + c_ * d, product.d_ = b_ * c + d_ * d;
  product.e_ = a_ * e + c_ * f + e_, product.f_ = b_ * e + d_ * f + f_;
  return product;
}

SvgPlace SvgPlace::under(const pugi::xml_node& child, std::string_view transform) const {
  SvgPlace place = *this;
  for (std::string_view left = trim(transform); !left.empty() && place.known_;) {
    const std::size_t open = left.find('('), close = left.find(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) break;
    const std::string name = ascii_lower(trim(left.substr(0, open)));
    std::vector<double> numbers;
    for (const Length& length : lengths_of(left.substr(open + 1, close - open - 1))) {
      const bool is_angle = length.unit == "deg";
      const std::optional<double> number = is_angle ? length.number : absolute(length);
      if (!number) place.known_ = false;
      numbers.push_back(number.value_or(0));
    }
    const auto number = [&](std::size_t at, double otherwise = 0) { return at < numbers.size() ? numbers[at] : otherwise; };
    const double radians = number(0) * std::numbers::pi / 180;
    if (numbers.empty()) {
      place.known_ = false;
    } else if (name == "translate") {
      place = place.times(1, 0, 0, 1, number(0), number(1));
    } else if (name == "translatex" || name == "translatey") {
      place = place.times(1, 0, 0, 1, name.back() == 'x' ? number(0) : 0, name.back() == 'y' ? number(0) : 0);
    } else if (name == "scale") {
      place = place.times(number(0), 0, 0, number(1, number(0)), 0, 0);
    } else if (name == "rotate") {
      place = place.times(1, 0, 0, 1, number(1), number(2)).times(std::cos(radians), std::sin(radians), -std::sin(radians), std::cos(radians), 0, 0);
      place = place.times(1, 0, 0, 1, -number(1), -number(2));
    } else if (name == "skewx" || name == "skewy") {
      place = place.times(1, name.back() == 'y' ? std::tan(radians) : 0, name.back() == 'x' ? std::tan(radians) : 0, 1, 0, 0);
    } else if (name == "matrix" && numbers.size() == 6) {
      place = place.times(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    } else {
      place.known_ = false;
    }
    left = trim(left.substr(close + 1));
    while (left.starts_with(',')) left = trim(left.substr(1));
  }
  const bool has_picture_of_its_own = xml::is(child, "svg");
  if (has_picture_of_its_own && !xml::attribute(child, "viewBox").empty()) place.known_ = false;
  if (has_picture_of_its_own || xml::is(child, "use")) {
    for (const char* name : {"x", "y"})
      if (!xml::attribute(child, name).empty() && !attribute_of(child, name)) place.known_ = false;
    place = place.times(1, 0, 0, 1, attribute_of(child, "x").value_or(0), attribute_of(child, "y").value_or(0));
  }
  return place;
}

void SvgPlace::map(double& x, double& y) const {
  const double from_x = x, from_y = y;
  x = a_ * from_x + c_ * from_y + e_;
  y = b_ * from_x + d_ * from_y + f_;
}

void SvgPen::move(const pugi::xml_node& element) {
  const auto take = [&](const char* name, double& into, bool adds) {
    const std::string written = xml::attribute(element, name);
    if (written.empty()) return;
    const std::optional<double> number = attribute_of(element, name);
    if (!adds) letters_ = 0;
    if (!adds && number) known_ = true;
    if (!number) known_ = false;
    into = number.value_or(0) + (adds ? into : 0);
  };
  take("x", x_, false);
  take("y", y_, false);
  take("dx", x_, true);
  take("dy", y_, true);
}

SvgCanvas::SvgCanvas(const pugi::xml_node& root) {
  const std::optional<double> width = attribute_of(root, "width"), height = attribute_of(root, "height");
  std::vector<double> view;
  for (const Length& length : lengths_of(xml::attribute(root, "viewBox"))) view.push_back(length.number);
  if (view.size() == 4 && view[2] > 0 && view[3] > 0) {
    // Where the picture is wider or higher than its view, what lies beside that is shown too; so it is in a window of any shape.
    const bool is_fixed = width && height && *width > 0 && *height > 0;
    const double scale = is_fixed ? std::min(*width / view[2], *height / view[3]) : 0;
    const double more_x = is_fixed ? *width / scale - view[2] : 2 * view[2], more_y = is_fixed ? *height / scale - view[3] : 2 * view[3];
    shown_ = {view[0] - more_x, view[1] - more_y, view[0] + view[2] + more_x, view[1] + view[3] + more_y};
    known_ = true;
  } else if (xml::attribute(root, "viewBox").empty()) {
    shown_ = {0, 0, width.value_or(kEndless), height.value_or(kEndless)};
    known_ = true;
  }
}

bool SvgCanvas::is_beside(const SvgPlace& place, const SvgPen& pen, double font_size) const {
  // No letter is wider than it is high by more than half, and they may run to either side, up or down.
  const double reach = 1.5 * font_size * static_cast<double>(pen.letters_ + 1);
  return pen.known_ && is_beside(place, Box{pen.x_ - reach, pen.y_ - 2 * font_size, pen.x_ + reach, pen.y_ + 2 * font_size});
}

bool SvgCanvas::is_beside(const SvgPlace& place, const pugi::xml_node& box) const {
  const auto width = attribute_of(box, "width"), height = attribute_of(box, "height");
  if (!width || !height) return false;
  const double x = attribute_of(box, "x").value_or(0), y = attribute_of(box, "y").value_or(0);
  return is_beside(place, Box{x, y, x + *width, y + *height});
}

bool SvgCanvas::is_beside(const SvgPlace& place, const Box& box) const {
  if (!known_ || !place.is_known()) return false;
  Box mapped{kEndless, kEndless, -kEndless, -kEndless};
  for (double x : {box.left, box.right})
    for (double y : {box.top, box.bottom}) {
      double to_x = x, to_y = y;
      place.map(to_x, to_y);
      mapped = {std::min(mapped.left, to_x), std::min(mapped.top, to_y), std::max(mapped.right, to_x), std::max(mapped.bottom, to_y)};
    }
  return mapped.right < shown_.left || mapped.left > shown_.right || mapped.bottom < shown_.top || mapped.top > shown_.bottom;
}

}  // namespace rag
