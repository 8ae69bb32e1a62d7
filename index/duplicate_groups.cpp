#include "index/duplicate_groups.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <optional>
#include <span>
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

std::vector<Place> places_in_band(const StoredSignatures& signatures, std::size_t band) {
  std::vector<Place> places;
  places.reserve(signatures.size());
  signatures.for_each([&](std::size_t i, const TextSignature& signature) {
    const auto* values = reinterpret_cast<const char*>(signature.data() + band * kBandValues);
    places.emplace_back(checksum64({values, kBandValues * sizeof(std::uint16_t)}), i);
  });
  std::ranges::sort(places);
  return places;
}

// Those that share a band are compared with the first of each set among them: a thousand copies cost a thousand comparisons, not a million.
void join_alike(std::span<const Place> together, const StoredSignatures& signatures, double at_least, Sets& sets) {
  struct First {
    std::size_t number;
    TextSignature signature;
  };
  std::vector<First> firsts;
  for (const auto& [hash, i] : together) {
    std::optional<TextSignature> own;
    bool joined = false;
    for (const First& first : firsts) {
      if (sets.root(i) != sets.root(first.number)) {
        if (!own) own = signatures.at(i);
        if (resemblance(*own, first.signature) < at_least) continue;
      }
      sets.join(i, first.number);
      joined = true;
    }
    if (!joined) firsts.push_back({i, own ? *own : signatures.at(i)});
  }
}

struct Signed {
  std::vector<std::string> ids;
  StoredSignatures signatures;
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
    found.signatures.add(signature);
  });
  return found;
}

using Group = std::vector<std::size_t>;  // documents by their places among all that are signed, ascending

// The groups of those that have the same text, byte for byte, among these that have the same signature.
void keep_same_texts(const IndexReader& index, const std::vector<std::string>& ids, const Group& alike, std::vector<Group>& out) {
  std::map<std::string, Group> by_text;
  for (const std::size_t i : alike)
    if (const auto document = index.find_document(ids[i])) by_text[sha256_hex(index.text_of(ids[i], {0, document->text_bytes}))].push_back(i);
  for (auto& [hash, same] : by_text)
    if (same.size() > 1) out.push_back(std::move(same));
}

DuplicateGroup load_group(const IndexReader& index, const Signed& documents, const Group& group) {
  DuplicateGroup loaded;
  const TextSignature first = documents.signatures.at(group.front());
  for (const std::size_t i : group) {
    auto document = index.find_document(documents.ids[i]);
    if (!document) continue;
    const std::string text = index.text_of(documents.ids[i], {0, document->text_bytes});
    loaded.members.push_back({std::move(*document), resemblance(first, documents.signatures.at(i)), sha256_hex(text)});
  }
  return loaded;
}

}  // namespace

std::vector<std::vector<std::size_t>> group_signatures(const StoredSignatures& signatures, double at_least) {
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

std::size_t visit_duplicates(const IndexReader& index, const DuplicateOptions& options, const std::function<void(const DuplicateGroup&)>& visit) {
  const Signed documents = signed_documents(index, options.accept);
  std::vector<Group> groups = group_signatures(documents.signatures, options.exact ? 1.0 : options.at_least);
  if (options.exact) {
    std::vector<Group> exact;
    for (const Group& alike : groups) {
      throw_if_interrupted();
      keep_same_texts(index, documents.ids, alike, exact);
    }
    groups = std::move(exact);
    std::ranges::sort(groups);  // they come by uri
  }
  for (const Group& group : groups) {
    throw_if_interrupted();
    visit(load_group(index, documents, group));
  }
  return groups.size();
}

}  // namespace rag
