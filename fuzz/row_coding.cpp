// What a damaged catalog may hold in its columns.
#include <string>

#include "core/document.h"
#include "fuzz.h"
#include "index/row_coding.h"

FUZZ(bytes) {
  rag::fuzz::attempt([&] { rag::fuzz::require(rag::decode_list(rag::encode_list(rag::decode_list(bytes))).size() == rag::decode_list(bytes).size()); });
  rag::fuzz::attempt([&] { rag::decode_metadata(bytes); });
  rag::fuzz::attempt([&] { rag::fuzz::require(rag::decompress(bytes, 1000).size() <= 1000); });
  rag::fuzz::attempt([&] {
    rag::Document document;
    document.text = "some words of text";
    rag::decode_structure(bytes, document);
  });
  // Past the checksum of what is compressed, to what lies in it.
  rag::fuzz::attempt([&] {
    rag::Document document;
    document.text = "some words of text";
    rag::decode_structure(rag::compress(bytes), document);
  });
}
