#include "pipelines/file_notes.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "core/text.h"

namespace rag {
namespace {

constexpr const char* kConfidence = "ocr_confidence";

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  return trouble == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

}  // namespace

void note_document(FileEntry& entry, const Document& document) {
  ++entry.documents;
  entry.pages += document.pages.size();
  const std::string_view text = document.text;
  for (std::size_t i = 0; i < document.pages.size(); ++i) {
    const std::size_t begin = std::min(document.pages[i].begin, text.size());
    const std::size_t end = i + 1 < document.pages.size() ? std::min(document.pages[i + 1].begin, text.size()) : text.size();
    if (!has_word(text.substr(begin, std::max(begin, end) - begin))) ++entry.pages_without_text;
  }
  const auto found = document.metadata.find(kConfidence);
  if (found == document.metadata.end()) return;
  for (const std::string& value : found->second)
    if (const auto confidence = number_of(value)) entry.ocr_confidence = std::min(*confidence, entry.ocr_confidence.value_or(*confidence));
}

bool has_loss(const FileEntry& entry) {
  return entry.state == file_state::kSkipped || !entry.warnings.empty() || entry.cut_tokens > 0;
}

}  // namespace rag
