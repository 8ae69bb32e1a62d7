#include "ingest/chunker_groups.h"

#include <algorithm>

namespace rag {
namespace {

// One section's part of one page.
struct Block {
  AtomRange atoms;
  std::size_t tokens = 0;
  int section = -1;
  int page = -1;
  bool heading_only = true;
  bool whole_page = false;  // nothing else is on that page
};

std::vector<Block> find_blocks(const std::vector<Atom>& atoms) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    const Atom& atom = atoms[i];
    if (blocks.empty() || blocks.back().section != atom.section || blocks.back().page != atom.page)
      blocks.push_back({{i, i}, 0, atom.section, atom.page});
    Block& block = blocks.back();
    block.atoms.end = i + 1;
    block.tokens += atom.tokens;
    block.heading_only = block.heading_only && atom.heading;
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const bool first = i == 0 || blocks[i - 1].page != blocks[i].page;
    const bool last = i + 1 == blocks.size() || blocks[i + 1].page != blocks[i].page;
    blocks[i].whole_page = first && last;
  }
  return blocks;
}

class Grouper {
 public:
  Grouper(const Outline& outline, std::size_t max_tokens) : outline_(outline), max_tokens_(max_tokens) {}

  std::vector<AtomRange> run(const std::vector<Block>& blocks) {
    std::vector<AtomRange> groups;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const bool leads = blocks[i].heading_only && i + 1 < blocks.size() && blocks[i + 1].page == blocks[i].page;
      if (i > 0 && joins(blocks[i], leads)) {
        group_.tokens += blocks[i].tokens;
        if (group_.heading_only) {
          group_.section = blocks[i].section;
          group_.heading_only = blocks[i].heading_only;
        }
        groups.back().end = blocks[i].atoms.end;
      } else {
        group_ = blocks[i];
        groups.push_back(blocks[i].atoms);
      }
      last_ = blocks[i];
    }
    return groups;
  }

 private:
  // Whether the block belongs to the group before it.  `leads`: a heading alone, whose text follows on the same page.
  bool joins(const Block& block, bool leads) const {
    const bool fits = group_.tokens + block.tokens <= max_tokens_;
    const bool tiny = block.tokens < max_tokens_ / 8;
    if (block.page != last_.page) {
      // A sentence does not end where the paper does.  Only pages that are short and about one thing each, as slides are, stay apart.
      const bool slides = block.whole_page && last_.whole_page && block.tokens <= max_tokens_ && last_.tokens <= max_tokens_;
      return block.section == last_.section && !slides;
    }
    // A heading without text of its own goes with what follows, however long that is.
    if (last_.heading_only && (group_.heading_only || fits)) return true;
    if (leads) return false;
    const bool related = outline_.contains(group_.section < 0 ? -1 : outline_.parents[group_.section], block.section);
    const bool small = std::min(group_.tokens, block.tokens) < max_tokens_ / 3;
    if (related && small && fits) return true;
    // A few words alone find nothing and tell nothing.
    return tiny || group_.tokens < max_tokens_ / 8;
  }

  const Outline& outline_;
  std::size_t max_tokens_;
  Block group_;  // what was joined so far; its section is the first one that has text
  Block last_;   // the block joined last
};

}  // namespace

std::vector<AtomRange> group_atoms(const std::vector<Atom>& atoms, const Outline& outline, std::size_t max_tokens) {
  return Grouper(outline, max_tokens).run(find_blocks(atoms));
}

}  // namespace rag
