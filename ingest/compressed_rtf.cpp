#include "ingest/compressed_rtf.h"

#include <algorithm>

#include "core/error.h"
#include "ingest/little_endian.h"

namespace rag {
namespace {

// What both sides have written before the first byte ([MS-OXRTFCP] 2.1.2.1).
constexpr std::string_view kBefore =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArial"
    "Times New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

}  // namespace

std::string decompress_rtf(std::string_view packed) {
  using namespace little_endian;
  constexpr std::size_t kHeaderBytes = 16, kWindow = 4096;
  const std::string_view kind = slice(packed, 8, 4);
  const std::string_view data = slice(packed, kHeaderBytes);
  if (kind == "MELA") return std::string(data.substr(0, u32(packed, 4)));
  if (kind != "LZFu") throw Error(ErrorKind::Ingest, "the body is compressed in an unknown way, expected \"LZFu\" or \"MELA\"");
  std::string window(kBefore);
  window.resize(kWindow, '\0');
  std::size_t write = kBefore.size();
  std::string text;
  const auto put = [&](char c) {
    text += c;
    window[write] = c;
    write = (write + 1) % kWindow;
  };
  for (std::size_t at = 0; at < data.size();) {
    const unsigned control = u8(data, at++);
    for (unsigned bit = 0; bit < 8 && at < data.size(); ++bit) {
      if (!(control >> bit & 1)) {
        put(data[at++]);
        continue;
      }
      if (data.size() - at < 2) return text;
      const unsigned token = u8(data, at) << 8 | u8(data, at + 1);
      at += 2;
      const std::size_t offset = token >> 4;
      if (offset == write) return text;  // the mark at the end
      for (std::size_t i = 0; i < (token & 15) + 2; ++i) put(window[(offset + i) % kWindow]);
    }
  }
  return text;
}

}  // namespace rag
