#include "core/member_uri.h"

namespace rag {
namespace {

constexpr std::string_view kMark = "!/";

}  // namespace

std::string member_uri(std::string_view container, std::string_view member) { return std::string(container).append(kMark).append(member); }

bool is_within(std::string_view uri, std::string_view container) {
  return uri.starts_with(container) && uri.substr(container.size()).starts_with(kMark);
}

std::string name_within(std::string_view uri, std::string_view container) {
  return std::string(is_within(uri, container) ? uri.substr(container.size() + kMark.size()) : uri);
}

}  // namespace rag
