#include "ingest/chunker_pack.h"

#include <algorithm>
#include <limits>

namespace rag {
namespace {

// The price of a border, beside the squared share by which a run misses its target length.
double border_cost(const Atom& before, const Atom& after) {
  if (before.heading || before.table_header) return 4;  // a title without its text says nothing
  switch (after.before) {
    case Border::Section: return 0;
    case Border::Page: return 0.02;
    case Border::Paragraph: return 0.02;
    case Border::Row: return 0.05;
    case Border::Sentence: return 0.1;
    case Border::Line: return 0.5;
    case Border::Word: return 1;
  }
  return 0;
}

double length_cost(std::size_t tokens, std::size_t target) {
  const double miss = (static_cast<double>(tokens) - static_cast<double>(target)) / static_cast<double>(target);
  const bool leftover = tokens < target / 6;
  return miss * miss + (leftover ? 2 : 0);
}

}  // namespace

std::vector<std::size_t> pack_atoms(std::span<const Atom> atoms, std::size_t max_tokens, std::size_t target_tokens) {
  std::size_t total = 0;
  for (const Atom& atom : atoms) total += atom.tokens;
  if (atoms.empty()) return {};
  if (total <= max_tokens) return {0};

  // The cheapest way to cut the first n atoms, for every n (Knuth and Plass 1981, on chunks instead of lines).
  constexpr std::size_t kMostAtoms = 512;  // bounds the work where atoms are tiny and the limit is huge
  std::vector<double> best(atoms.size() + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> start(atoms.size() + 1, 0);
  best[0] = 0;
  for (std::size_t end = 1; end <= atoms.size(); ++end) {
    std::size_t tokens = 0;
    for (std::size_t begin = end; begin-- > 0 && end - begin <= kMostAtoms;) {
      tokens += atoms[begin].tokens;
      if (tokens > max_tokens && begin + 1 < end) break;
      const double border = begin == 0 ? 0 : border_cost(atoms[begin - 1], atoms[begin]);
      const double cost = best[begin] + border + length_cost(tokens, target_tokens);
      if (cost >= best[end]) continue;
      best[end] = cost;
      start[end] = begin;
    }
  }
  std::vector<std::size_t> runs;
  for (std::size_t end = atoms.size(); end > 0; end = start[end]) runs.push_back(start[end]);
  std::reverse(runs.begin(), runs.end());
  return runs;
}

}  // namespace rag
