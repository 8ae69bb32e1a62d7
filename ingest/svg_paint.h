#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/xml.h"

namespace rag {

// What an element of a drawing says of how it is painted, as far as it decides whether anybody sees its words; nothing where it does not say.
struct SvgPaint {
  enum class Fill { Other, White, None };
  std::optional<bool> displayed;  // false: it and everything in it is not there
  std::optional<bool> visible;    // elements in it may say otherwise
  std::optional<bool> clear;      // no opacity
  std::optional<bool> no_size;    // letters of no height
  std::optional<bool> stroked;
  std::optional<Fill> fill;
  std::optional<double> font_size;   // in the units of the drawing; where it is said in others, as large as it may be
  std::optional<std::string> transform;
  bool sets_text_upright = false;    // from top to bottom

  // What `over` says replaces what is said here.
  void put(const SvgPaint& over);
};

// The style sheets within a drawing, rules for one class, one id or one kind of element (".st0", "#a", "text"), which is what programs write.
// Others are not judged.
class SvgStyles {
 public:
  explicit SvgStyles(const pugi::xml_node& root);

  // By its attributes, the sheets, and its own style, in this order.
  SvgPaint of(const pugi::xml_node& element) const;

 private:
  void read(std::string_view sheet);

  std::map<std::string, SvgPaint, std::less<>> rules_;
};

}  // namespace rag
