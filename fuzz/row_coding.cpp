// What a damaged catalog may hold in its columns.
#include <string>

#include "core/document.h"
#include "fuzz.h"
#include "index/row_coding.h"

namespace {

template <typename Read>
void attempt(const Read& read) {
  try {
    read();
  } catch (const rag::Error&) {
  }
}

}  // namespace

FUZZ(bytes) {
  attempt([&] { rag::fuzz::require(rag::decode_list(rag::encode_list(rag::decode_list(bytes))).size() == rag::decode_list(bytes).size()); });
  attempt([&] { rag::decode_metadata(bytes); });
  attempt([&] { rag::fuzz::require(rag::decompress(bytes, 1000).size() <= 1000); });
  attempt([&] {
    rag::Document document;
    document.text = "some words of text";
    rag::decode_structure(bytes, document);
  });
  // Past the checksum of what is compressed, to what lies in it.
  attempt([&] {
    rag::Document document;
    document.text = "some words of text";
    rag::decode_structure(rag::compress(bytes), document);
  });
}
