#include "index/row_coding.h"

#include <zstd.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/hash.h"

namespace rag {
namespace {

using nlohmann::json;

constexpr int kCompressionLevel = 3;
constexpr std::size_t kMaxStructureBytes = std::size_t{1} << 30;

std::string to_text(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

// What `read` makes of the JSON; anything unexpected in it is damage.
template <typename Read>
auto from_text(std::string_view text, const Read& read) {
  try {
    return read(json::parse(text));
  } catch (const json::exception&) {
    throw Error(ErrorKind::Corrupt, "catalog: a damaged JSON column; run 'rag verify'");
  }
}

[[noreturn]] void damaged() { throw Error(ErrorKind::Corrupt, "catalog: damaged compressed bytes; run 'rag verify'"); }

}  // namespace

std::string encode_list(const std::vector<std::string>& values) { return values.empty() ? "[]" : to_text(values); }

std::vector<std::string> decode_list(std::string_view text) {
  if (text == "[]") return {};
  return from_text(text, [](const json& value) { return value.get<std::vector<std::string>>(); });
}

std::string encode_metadata(const Metadata& metadata) { return metadata.empty() ? "{}" : to_text(metadata); }

Metadata decode_metadata(std::string_view text) {
  if (text == "{}") return {};
  return from_text(text, [](const json& value) { return value.get<Metadata>(); });
}

std::string encode_structure(const Document& document) {
  json pages = json::array(), headings = json::array(), tables = json::array();
  for (const Page& page : document.pages) pages.push_back({page.begin, page.number});
  for (const Heading& heading : document.headings) headings.push_back({heading.begin, heading.level, heading.text});
  for (const Table& table : document.tables) tables.push_back({table.span.begin, table.span.end, table.header.begin, table.header.end});
  if (pages.empty() && headings.empty() && tables.empty()) return {};
  return compress(to_text({{"pages", std::move(pages)}, {"headings", std::move(headings)}, {"tables", std::move(tables)}}));
}

void decode_structure(std::string_view bytes, Document& document) {
  if (bytes.empty()) return;
  from_text(decompress(bytes, kMaxStructureBytes), [&](const json& value) {
    for (const json& page : value.at("pages")) document.pages.push_back({page.at(0).get<std::size_t>(), page.at(1).get<int>()});
    for (const json& heading : value.at("headings"))
      document.headings.push_back({heading.at(0).get<std::size_t>(), heading.at(1).get<int>(), heading.at(2).get<std::string>()});
    for (const json& table : value.at("tables"))
      document.tables.push_back({{table.at(0).get<std::size_t>(), table.at(1).get<std::size_t>()},
                                 {table.at(2).get<std::size_t>(), table.at(3).get<std::size_t>()}});
    return 0;
  });
}

std::string compress(std::string_view bytes) {
  thread_local const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kCompressionLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size = ZSTD_compress2(context.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size)) throw Error(ErrorKind::Io, std::string("compressing failed: ") + ZSTD_getErrorName(size));
  out.resize(size);
  return out;
}

std::string decompress(std::string_view bytes, std::size_t max_bytes) {
  thread_local const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
  const unsigned long long size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > max_bytes) damaged();
  std::string out(size, '\0');
  if (ZSTD_decompressDCtx(context.get(), out.data(), out.size(), bytes.data(), bytes.size()) != size) damaged();
  return out;
}

RowChecksum& RowChecksum::add(std::int64_t value) {
  bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  return *this;
}

RowChecksum& RowChecksum::add(std::string_view value) {
  add(static_cast<std::int64_t>(value.size()));
  bytes_.append(value);
  return *this;
}

std::int64_t RowChecksum::value() const { return static_cast<std::int64_t>(checksum64(bytes_)); }

}  // namespace rag
