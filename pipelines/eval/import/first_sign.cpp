#include "pipelines/eval/import/first_sign.h"

#include <fstream>
#include <string_view>

namespace rag {

char first_sign_of(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return 0;
  std::ifstream in(file, std::ios::binary);
  constexpr std::string_view kPassedOver = "\xEF\xBB\xBF \t\r\n";
  for (char c = 0; in.get(c);)
    if (kPassedOver.find(c) == std::string_view::npos) return c;
  return 0;
}

bool looks_like_json(const std::filesystem::path& file) {
  const char sign = first_sign_of(file);
  return sign == '{' || sign == '[';
}

}  // namespace rag
