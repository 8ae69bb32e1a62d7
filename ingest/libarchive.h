#pragma once

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

#include <memory>
#include <string>

// What the two users of libarchive have in common.  Only for this room's .cpp files, and for no others of them.
namespace rag {

struct ArchiveDeleter {
  void operator()(archive* a) const { archive_read_free(a); }
};
using ArchiveHandle = std::unique_ptr<archive, ArchiveDeleter>;

// libarchive hands out names in the thread's charset; names in UTF-8 come through whole only where that is UTF-8 too.
class Utf8Names {
 public:
  Utf8Names() : before_(::uselocale(utf8())) {}
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;
  ~Utf8Names() { ::uselocale(before_); }

 private:
  // None, and the thread's stays, where a system lacks it.
  static locale_t utf8() {
    static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return made;
  }
  locale_t before_;
};

// libarchive's own words, on one line.
std::string why(archive* a);

}  // namespace rag
