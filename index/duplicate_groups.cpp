#include "index/duplicate_groups.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <unordered_set>
#include <utility>

#include "core/hash.h"
#include "core/interrupt.h"

namespace rag {
namespace {

constexpr std::size_t kBandValues = 8;
constexpr std::size_t kBands = std::tuple_size_v<TextSignature> / kBandValues;

// Which belong together (union-find).  The root of a set is its smallest member.
class Sets {
 public:
  explicit Sets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) {
    a = root(a), b = root(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

using Place = std::pair<std::uint64_t, std::size_t>;  // the hash of one band, and whose it is

std::vector<Place> places_in_band(std::span<const TextSignature> signatures, std::size_t band) {
  std::vector<Place> places;
  places.reserve(signatures.size());
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const auto* values = reinterpret_cast<const char*>(signatures[i].data() + band * kBandValues);
    places.emplace_back(checksum64({values, kBandValues * sizeof(std::uint16_t)}), i);
  }
  std::ranges::sort(places);
  return places;
}

// Those that share a band are compared with the first of each set among them: a thousand copies cost a thousand comparisons, not a million.
void join_alike(std::span<const Place> together, std::span<const TextSignature> signatures, double at_least, Sets& sets) {
  std::vector<std::size_t> firsts;
  for (const auto& [hash, i] : together) {
    bool joined = false;
    for (const std::size_t first : firsts) {
      const bool same = sets.root(i) == sets.root(first);
      if (!same && resemblance(signatures[i], signatures[first]) < at_least) continue;
      sets.join(i, first);
      joined = true;
    }
    if (!joined) firsts.push_back(i);
  }
}

struct Signed {
  std::vector<std::string> ids;
  std::vector<TextSignature> signatures;
};

Signed signed_documents(const IndexReader& index, const std::function<bool(const DocumentRecord&)>& accept) {
  std::unordered_set<std::string> accepted;
  if (accept)
    index.for_each_document([&](const DocumentRecord& document) {
      if (accept(document)) accepted.insert(document.id);
    });
  Signed found;
  index.for_each_signature([&](const std::string& id, const TextSignature& signature) {
    if (accept && !accepted.contains(id)) return;
    found.ids.push_back(id);
    found.signatures.push_back(signature);
  });
  return found;
}

void keep_same_texts(const DuplicateGroup& group, std::vector<DuplicateGroup>& out) {
  std::map<std::string, DuplicateGroup> by_text;
  for (const DuplicateMember& member : group.members) by_text[member.text_hash].members.push_back(member);
  for (auto& [hash, same] : by_text)
    if (same.members.size() > 1) out.push_back(std::move(same));
}

const std::string& first_uri(const DuplicateGroup& group) { return group.members.front().document.uri; }

}  // namespace

std::vector<std::vector<std::size_t>> group_signatures(std::span<const TextSignature> signatures, double at_least) {
  Sets sets(signatures.size());
  for (std::size_t band = 0; band < kBands; ++band) {
    throw_if_interrupted();
    const std::vector<Place> places = places_in_band(signatures, band);
    for (auto begin = places.begin(); begin != places.end();) {
      const auto end = std::find_if(begin, places.end(), [&](const Place& place) { return place.first != begin->first; });
      if (end - begin > 1) join_alike({begin, end}, signatures, at_least, sets);
      begin = end;
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> by_root;
  for (std::size_t i = 0; i < signatures.size(); ++i)
    if (const std::size_t root = sets.root(i); root != i) {
      if (by_root[root].empty()) by_root[root].push_back(root);
      by_root[root].push_back(i);
    }
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [root, group] : by_root) groups.push_back(std::move(group));
  return groups;
}

std::vector<DuplicateGroup> find_duplicates(const IndexReader& index, const DuplicateOptions& options) {
  const auto [ids, signatures] = signed_documents(index, options.accept);
  std::vector<DuplicateGroup> groups;
  for (const std::vector<std::size_t>& alike : group_signatures(signatures, options.exact ? 1.0 : options.at_least)) {
    throw_if_interrupted();
    DuplicateGroup group;
    for (const std::size_t i : alike) {
      auto document = index.find_document(ids[i]);
      if (!document) continue;
      const std::string text = index.text_of(ids[i], {0, document->text_bytes});
      group.members.push_back({std::move(*document), resemblance(signatures[alike.front()], signatures[i]), sha256_hex(text)});
    }
    if (options.exact)
      keep_same_texts(group, groups);
    else
      groups.push_back(std::move(group));
  }
  std::ranges::stable_sort(groups, {}, first_uri);
  return groups;
}

}  // namespace rag
