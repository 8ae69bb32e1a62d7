#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipelines/eval/label_pool.h"
#include "retrieve/eval/gold.h"

namespace rag {

// The judgements of one person, kept in a gold file: written whole after each of them, so that a crash or Ctrl-C costs none.
class LabelFile {
 public:
  // What is there already is kept.  Throws Error(Usage) where it is no gold file.
  explicit LabelFile(std::filesystem::path file);

  // The judgement that covers half of the passage, or that the passage covers half of; nothing where it has not been judged for the query.
  std::optional<int> grade_of(const std::string& query, const PooledPassage& passage) const;

  // `parts`: what of the passage answers, as bytes of the document; none: all of it.  Takes the place of what was said about the passage
  // before.
  void judge(const std::string& query, const PooledPassage& passage, int grade, const std::vector<Span>& parts = {});
  // Takes the last judgement of this run back; false where there is none.
  bool undo();

  std::size_t size() const { return items_.size(); }

 private:
  void save() const;

  std::filesystem::path file_;
  std::vector<GoldItem> items_;
  std::vector<std::vector<GoldItem>> before_;  // the items as they were before each judgement of this run
};

}  // namespace rag
