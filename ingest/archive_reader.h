#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// As those who read strangers' office files for a living set them (Apache POI, for one).
struct ArchiveLimits {
  std::size_t max_member_bytes = std::size_t{512} << 20;
  std::size_t max_total_bytes = std::size_t{512} << 20;
  std::size_t max_members = 10000;                     // unpacked ones; a deck of 600 slides has some 2,400 parts
  std::size_t max_ratio = 100;                         // unpacked to packed, in what goes beyond free_bytes: a bomb, no document
  std::size_t free_bytes = std::size_t{100} << 10;     // a small file that is nearly all alike is no bomb

  // True where so much out of so little is a bomb.
  bool is_bomb(std::size_t unpacked, std::size_t packed) const { return unpacked > free_bytes && unpacked / max_ratio > packed; }
};

// The members of a zip whose names `wanted` accepts, unpacked.  Throws Error(Ingest) for what is no zip, is cut short, is
// encrypted, holds a wanted member twice (which of the two is the document?), or unpacks beyond the limits.
std::map<std::string, std::string> read_zip(std::string_view bytes, const std::function<bool(std::string_view)>& wanted,
                                            const ArchiveLimits& limits = {});

// The names of a zip's members in the order of its directory, as far as it can be read and at most `most`.  Never throws.
std::vector<std::string> list_zip(std::string_view bytes, std::size_t most);

struct MemberLimits {
  std::uint64_t max_total_bytes = std::uint64_t{512} << 20;  // unpacked, of all members together
  std::uint64_t max_ratio = 100;                             // unpacked to packed, once more than `ratio_matters_from` are unpacked
  std::uint64_t ratio_matters_from = std::uint64_t{100} << 10;
};

// What visit_members() asks and tells.  Names are as the archive stores them: any bytes, never a path to write to.
class MemberVisitor {
 public:
  virtual ~MemberVisitor() = default;
  enum class Wish { Unpack, PassOver, Stop };
  virtual Wish next(const std::string& name) = 0;             // a file comes; asked before it is unpacked
  virtual void unpacked(std::string bytes) = 0;               // the file last asked for
  virtual void cannot_unpack(const std::string& reason) = 0;  // the same, where it is encrypted, damaged, a bomb, a link ...
  virtual void lost(const std::string& what) = 0;             // something that is no file any more; the visit goes on
};

// True for the media types visit_members() opens: ZIP, TAR, 7z, RAR, and gzip, bzip2, xz, zstd around a TAR or a single file.
bool is_archive(std::string_view media_type);

// Unpacks an archive file by file, in memory, in the archive's order.  Folders are passed over.  A single compressed file has the
// name "".  `total` counts on the bytes unpacked, so that archives within archives can share one limit.  `passwords` are tried in turn on each
// encrypted file of a ZIP.
// Returns why the visit ended before the archive did; "" where it did not, or where the visitor stopped it.
// Throws Error(Ingest) for what is no archive of this type.
//
// In a ZIP a damaged file, or a bomb, costs itself.  In a TAR a damaged header costs its file.  A 7z or a RAR is read on behind a damaged file
// where its packing allows, a few times; of the others, and of all but ZIPs behind a bomb, what comes behind is lost as well, since it cannot be
// reached without unpacking it.
std::string visit_members(std::string_view bytes, std::string_view media_type, MemberVisitor& visitor, std::uint64_t& total,
                          const MemberLimits& limits = {}, const std::vector<std::string>& passwords = {});

}  // namespace rag
