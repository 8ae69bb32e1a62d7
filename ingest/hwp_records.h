#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/hangul_numbering.h"

namespace rag {

// The streams of an HWP 5 document are lists of records; a level makes a tree of them, a record's children following it.
struct HwpRecord {
  enum Tag : unsigned {
    Numbering = 0x17,
    ParaShape = 0x19,
    Style = 0x1A,
    ParaHeader = 0x42,
    ParaText = 0x43,
    CtrlHeader = 0x47,
    ListHeader = 0x48,
    Table = 0x4D,
    Equation = 0x58,
  };
  unsigned tag = 0;
  unsigned level = 0;
  std::string_view data;  // of the stream
};

struct HwpRecords {
  std::vector<HwpRecord> records;
  bool complete = true;  // false where the stream ends within a record, which then is the last one
};

// The records of an unpacked stream, which must outlive them.  Throws Error(Ingest) for millions of empty ones.
HwpRecords read_hwp_records(std::string_view stream);

// What the stream DocInfo says of paragraph shapes and styles.
class HwpStyles {
 public:
  HwpStyles() = default;
  explicit HwpStyles(std::string_view doc_info);

  // Of a paragraph with this shape and style: from 1, 0 for body text.
  int outline_level(std::size_t shape, std::size_t style) const;
  // Its depth from 0 where the shape puts a bullet before it, else -1.
  int bullet_depth(std::size_t shape) const;
  // What number it has before it.
  HangulHead head(std::size_t shape) const;
  const std::map<std::size_t, HangulNumbering>& numberings() const { return numberings_; }

 private:
  struct Shape {
    int outline_level = 0;
    int bullet_depth = -1;
    HangulHead head;
  };
  std::vector<Shape> shapes_;
  std::vector<int> outline_styles_;
  std::map<std::size_t, HangulNumbering> numberings_;  // by their place in the file, from 1
};

}  // namespace rag
