#include "pipelines/eval/label_file.h"

#include <algorithm>

#include "core/file.h"
#include "retrieve/eval/gold_metrics.h"

namespace rag {
namespace {

bool is_about(const GoldItem& item, const std::string& query, const PooledPassage& passage) {
  return item.query == query && item.document == passage.document && item.span && share_half(*item.span, passage.span);
}

}  // namespace

LabelFile::LabelFile(std::filesystem::path file) : file_(std::move(file)) {
  std::error_code ignored;
  if (std::filesystem::exists(file_, ignored) && std::filesystem::file_size(file_, ignored) > 0) items_ = read_gold(file_);
}

std::optional<int> LabelFile::grade_of(const std::string& query, const PooledPassage& passage) const {
  std::optional<int> grade;
  for (const GoldItem& item : items_)
    if (is_about(item, query, passage)) grade = std::max(grade.value_or(item.grade), item.grade);
  return grade;
}

void LabelFile::judge(const std::string& query, const PooledPassage& passage, int grade, const std::vector<Span>& parts) {
  before_.push_back(items_);
  std::erase_if(items_, [&](const GoldItem& item) { return is_about(item, query, passage); });
  for (const Span& part : parts.empty() ? std::vector<Span>{passage.span} : parts)
    items_.push_back({.query = query,
                      .document = passage.document,
                      .grade = grade,
                      .span = part,
                      .content_hash = passage.content_hash,
                      .quote = passage.text.substr(part.begin - passage.span.begin, part.size())});
  save();
}

bool LabelFile::undo() {
  if (before_.empty()) return false;
  items_ = std::move(before_.back());
  before_.pop_back();
  save();
  return true;
}

void LabelFile::save() const {
  std::string lines;
  for (const GoldItem& item : items_) lines += gold_line(item);
  write_file_atomically(file_, lines);
}

}  // namespace rag
