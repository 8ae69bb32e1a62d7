#pragma once

#include "index/records.h"

namespace rag {

// The files of a source one by one, by uri, bytewise: a million of them take no more memory than one.
class FileCursor {
 public:
  virtual ~FileCursor() = default;
  virtual bool next(KnownFile& file) = 0;  // false at the end
};

}  // namespace rag
