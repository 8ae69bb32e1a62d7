#include "ingest/slide.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/text.h"

namespace rag {
namespace {

constexpr std::size_t kLongestTitle = 120;  // bytes

bool serves_as_title(const SlideBlock& block) {
  const std::string_view text = trim(block.text);
  return block.rows.empty() && block.marker.empty() && text.size() <= kLongestTitle && text.find('\n') == std::string_view::npos &&
         has_word(text);
}

}  // namespace

std::string picture_words(const std::string& description) {
  std::string text = collapse_white_space(replace_invalid_utf8(description));
  for (const std::string_view remark : {"AI-generated content may be incorrect.", "AI 생성 콘텐츠는 정확하지 않을 수 있습니다.", "Description automatically generated", "자동 생성된 설명"})
    if (const std::size_t at = text.find(remark); at != std::string::npos) text.erase(at, remark.size());
  text = std::string(trim(text));
  const bool is_path = text.find('\\') != std::string::npos || text.find("://") != std::string::npos;
  return text.find(' ') == std::string::npos || is_path || !has_word(text) ? "" : "[picture] " + text;
}

void add_block(DocumentBuilder& builder, const SlideBlock& block) {
  if (!block.rows.empty())
    builder.table(block.rows, block.header_rows);
  else if (block.marker.empty())
    builder.paragraph(block.text);
  else
    builder.list_item(block.depth, block.marker, block.text);
}

void add_slide(DocumentBuilder& builder, int number, const Slide& slide) {
  builder.start_page(number);
  const bool has_notes = std::any_of(slide.notes.begin(), slide.notes.end(), [](const std::string& note) { return has_word(note); });
  const bool has_title = has_word(slide.title);
  if (!has_title && slide.blocks.empty() && !has_notes) return;
  auto block = slide.blocks.begin();
  std::string title = slide.title;
  if (!has_title && block != slide.blocks.end() && serves_as_title(*block)) title = (block++)->text;
  if (builder.title.empty()) builder.title = title;
  builder.heading(1, has_word(title) ? title : "Slide " + std::to_string(number));
  if (slide.is_hidden) builder.paragraph("[hidden slide]");
  for (; block != slide.blocks.end(); ++block) add_block(builder, *block);
  for (const std::string& note : slide.notes)
    if (has_word(note)) builder.paragraph("[notes] " + std::string(trim(note)));
}

bool is_placeholder_title(const std::string& title) {
  constexpr std::array<std::string_view, 6> kNamed{"powerpoint presentation", "powerpoint 프레젠테이션", "powerpoint プレゼンテーション",
                                                   "powerpoint-präsentation", "présentation powerpoint", "slide 1"};
  const std::string folded = fold_case(title);
  return std::find(kNamed.begin(), kNamed.end(), folded) != kNamed.end();
}

}  // namespace rag
