#include "ingest/iconv_decoder.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace rag {
namespace {

// Closes the descriptor on every way out.
class Iconv {
 public:
  explicit Iconv(const std::string& charset) : descriptor_(::iconv_open("UTF-8", charset.c_str())) {}
  Iconv(const Iconv&) = delete;
  Iconv& operator=(const Iconv&) = delete;
  ~Iconv() {
    if (is_open()) ::iconv_close(descriptor_);
  }
  bool is_open() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }
  iconv_t get() const { return descriptor_; }

 private:
  iconv_t descriptor_;
};

std::size_t unit_size(const std::string& charset) {
  if (charset.starts_with("UTF-16")) return 2;
  return charset.starts_with("UTF-32") ? 4 : 1;
}

}  // namespace

Converted convert_to_utf8(std::string_view bytes, const std::string& charset, bool partial, std::size_t max_replaced) {
  Converted result;
  const Iconv decoder(charset);
  if (!decoder.is_open()) {
    result.known = false;
    return result;
  }
  const std::size_t unit = unit_size(charset);
  char* in = const_cast<char*>(bytes.data());  // iconv's signature predates const
  std::size_t left = bytes.size();
  std::array<char, 1 << 15> buffer;
  while (left > 0 && result.replaced <= max_replaced) {
    char* out = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t outcome = ::iconv(decoder.get(), &in, &left, &out, &room);
    const int why = errno;
    result.text.append(buffer.data(), buffer.size() - room);
    if (outcome != static_cast<std::size_t>(-1) || why == E2BIG) continue;
    if (why == EINVAL && partial) break;
    if (result.replaced++ == 0) result.first_bad_byte = bytes.size() - left;
    result.text += "\xEF\xBF\xBD";
    const std::size_t skip = why == EINVAL ? left : std::min(unit, left);
    in += skip;
    left -= skip;
  }
  return result;
}

}  // namespace rag
