// The only place that knows deflate streams are unpacked by zlib.
#include "ingest/inflate.h"

#include <zlib.h>

#include <array>

#include "core/error.h"
#include "ingest/archive_reader.h"

namespace rag {
namespace {

void refuse_bomb(std::size_t unpacked, std::size_t packed) {
  const ArchiveLimits limits;
  if (unpacked > limits.max_member_bytes || limits.is_bomb(unpacked, packed))
    throw Error(ErrorKind::Ingest, "unpacks to more than " + std::to_string(unpacked >> 10) + " KB from " + std::to_string(packed >> 10) +
                                       " KB: refused as a bomb");
}

struct Stream {
  z_stream z{};
  Stream() {
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) throw Error(ErrorKind::Ingest, "no memory for unpacking");
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&z); }
};

}  // namespace

Inflated inflate_raw(std::string_view packed) {
  Inflated out;
  Stream stream;
  stream.z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.z.avail_in = static_cast<uInt>(packed.size());  // a document is far smaller than 4 GB
  std::array<char, 1 << 16> buffer;
  for (;;) {
    stream.z.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.z.avail_out = buffer.size();
    const int outcome = inflate(&stream.z, Z_NO_FLUSH);
    out.bytes.append(buffer.data(), buffer.size() - stream.z.avail_out);
    refuse_bomb(out.bytes.size(), packed.size());
    if (outcome == Z_STREAM_END) return out;
    if (outcome != Z_OK || (stream.z.avail_in == 0 && stream.z.avail_out > 0)) {
      out.complete = false;
      return out;
    }
  }
}

}  // namespace rag
