#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "ingest/xml.h"

namespace rag {

// Where what stands in an element of a drawing comes to lie, in the units of the drawing itself.
class SvgPlace {
 public:
  // Within a child that has this "transform", and within an <svg> or <use> moved by its x and y.  What is not understood is not known, nor is
  // anything within it.
  SvgPlace under(const pugi::xml_node& child, std::string_view transform) const;

  bool is_known() const { return known_; }
  void map(double& x, double& y) const;

 private:
  SvgPlace times(double a, double b, double c, double d, double e, double f) const;

  double a_ = 1, b_ = 0, c_ = 0, d_ = 1, e_ = 0, f_ = 0;  // as matrix(a b c d e f) names them
  bool known_ = true;
};

// The point at which letters are put, and how far they may reach from it.
class SvgPen {
 public:
  // Moved by an element's x, y, dx and dy, where it has them: by the first of several.
  void move(const pugi::xml_node& element);
  void write(std::size_t letters) { letters_ += letters; }

 private:
  friend class SvgCanvas;
  double x_ = 0, y_ = 0;
  std::size_t letters_ = 0;  // since it was put there
  bool known_ = true;
};

// What of a drawing's plane is shown.
class SvgCanvas {
 public:
  explicit SvgCanvas(const pugi::xml_node& root);

  // True where letters of this size lie beside the picture whichever way they are set; false where that cannot be told.
  bool is_beside(const SvgPlace& place, const SvgPen& pen, double font_size) const;

  // The same for the box of an element that has x, y, width and height.
  bool is_beside(const SvgPlace& place, const pugi::xml_node& box) const;

 private:
  struct Box {
    double left, top, right, bottom;
  };
  bool is_beside(const SvgPlace& place, const Box& box) const;

  Box shown_{};
  bool known_ = false;
};

}  // namespace rag
