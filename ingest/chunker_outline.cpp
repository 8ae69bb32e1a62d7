#include <algorithm>

#include "core/text.h"
#include "ingest/chunker_atoms.h"

namespace rag {

Outline make_outline(const Document& document) {
  Outline outline;
  for (const Heading& heading : document.headings) {
    if (heading.begin >= document.text.size()) continue;
    outline.headings.push_back(heading);
    outline.headings.back().begin = floor_to_character(document.text, heading.begin);
  }
  const auto earlier = [](const Heading& a, const Heading& b) { return a.begin < b.begin; };
  std::stable_sort(outline.headings.begin(), outline.headings.end(), earlier);
  const int count = static_cast<int>(outline.headings.size());
  outline.subtree_ends.assign(outline.headings.size(), count);
  std::vector<int> open;
  for (int i = 0; i < count; ++i) {
    while (!open.empty() && outline.headings[open.back()].level >= outline.headings[i].level) {
      outline.subtree_ends[open.back()] = i;
      open.pop_back();
    }
    outline.parents.push_back(open.empty() ? -1 : open.back());
    open.push_back(i);
  }
  return outline;
}

std::vector<std::string> Outline::path(int section) const {
  std::vector<std::string> texts;
  for (int at = section; at >= 0; at = parents[at]) texts.push_back(headings[at].text);
  std::reverse(texts.begin(), texts.end());
  return texts;
}

bool Outline::contains(int ancestor, int section) const {
  return ancestor < 0 || (section >= ancestor && section < subtree_ends[ancestor]);
}

}  // namespace rag
