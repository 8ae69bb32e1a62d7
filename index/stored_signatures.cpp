#include "index/stored_signatures.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace rag {
namespace {

// All pieces of the list are of one size, so a number tells where a signature lies.
constexpr std::size_t kPieceBytes = ListOnDisk::kBytesBeside + sizeof(TextSignature);

TextSignature signature_of(std::string_view piece) {
  TextSignature signature;
  std::memcpy(signature.data(), piece.data(), sizeof signature);
  return signature;
}

}  // namespace

void StoredSignatures::add(const TextSignature& signature) { list_.add({reinterpret_cast<const char*>(signature.data()), sizeof signature}); }

TextSignature StoredSignatures::at(std::size_t number) const { return signature_of(*ListOnDisk::Cursor(list_, number * kPieceBytes).next()); }

void StoredSignatures::for_each(const std::function<void(std::size_t number, const TextSignature&)>& visit) const {
  ListOnDisk::Cursor pieces(list_);
  for (std::size_t number = 0; const auto piece = pieces.next(); ++number) visit(number, signature_of(*piece));
}

}  // namespace rag
