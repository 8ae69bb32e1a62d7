#include "models/sentencepiece_charsmap.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <vector>

#include "core/text.h"

namespace rag {
namespace {

// sentencepiece looks up prefixes into 32 places on its stack.
constexpr std::uint32_t kMaxNestedKeys = 32;
// The longest text a character may become; NFKC needs 33 bytes.
constexpr std::size_t kMaxReplacement = 1024;
constexpr std::uint32_t kNone = 0xFFFFFFFF;

static_assert(std::endian::native == std::endian::little, "as the map's numbers are");

std::uint32_t read_u32(std::string_view bytes) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// One unit of the double array, as darts-clone packs it.
struct Unit {
  std::uint32_t bits = 0;

  bool is_value() const { return bits >> 31; }
  bool has_value_child() const { return bits >> 8 & 1; }
  std::uint32_t value() const { return bits & 0x7FFFFFFF; }
  std::uint32_t label() const { return bits & 0xFF; }
  std::uint32_t offset() const { return (bits >> 10) << ((bits & (1U << 9)) >> 6); }
};

class CharsmapCheck {
 public:
  CharsmapCheck(std::string_view trie, std::string_view texts) : texts_(texts) {
    units_.reserve(trie.size() / 4);
    for (std::size_t i = 0; i < trie.size(); i += 4) units_.push_back({read_u32(trie.substr(i, 4))});
  }

  std::optional<std::string> fault() {
    if (units_[0].is_value()) return "its trie begins with a text";  // every walk begins there, without looking
    for (std::uint32_t i = 0; i < units_.size(); ++i) {
      if (units_[i].is_value()) continue;
      // The children of a unit lie at base ^ byte, anywhere in base's block of 256.
      const std::uint32_t base = i ^ units_[i].offset();
      if ((base | 0xFF) >= units_.size()) return "unit " + std::to_string(i) + " of its trie points outside";
      if (units_[i].has_value_child() && !text_is_sound(units_[base].value()))
        return "unit " + std::to_string(i) + " of its trie points at no text";
    }
    link_children();
    return nests_too_deeply() ? std::optional<std::string>("its trie has a circle or too many nested keys") : std::nullopt;
  }

 private:
  bool text_is_sound(std::uint32_t begin) const {
    if (begin >= texts_.size()) return false;
    const std::size_t end = texts_.find('\0', begin);
    return end != std::string_view::npos && end - begin <= kMaxReplacement && !find_invalid_utf8(texts_.substr(begin, end - begin));
  }

  // A unit labelled c at place j is a child of every unit whose base is j ^ c.
  void link_children() {
    first_.assign(units_.size(), kNone);
    next_.assign(units_.size(), kNone);
    for (std::uint32_t j = 0; j < units_.size(); ++j) {
      if (units_[j].is_value()) continue;
      const std::uint32_t base = j ^ units_[j].label();
      next_[j] = first_[base];
      first_[base] = j;
    }
  }

  // The array may share tails, so this is a graph: each unit is left once, with the most keys met on any way down from it.
  bool nests_too_deeply() {
    enum : std::uint8_t { New, Open, Done };
    std::vector<std::uint8_t> state(units_.size(), New);
    std::vector<std::uint32_t> keys(units_.size(), 0), cursor(units_.size(), kNone), path{0};
    state[0] = Open;
    cursor[0] = first_[units_[0].offset()];
    while (!path.empty()) {
      const std::uint32_t at = path.back();
      if (cursor[at] == kNone) {
        keys[at] += units_[at].has_value_child() ? 1 : 0;
        if (keys[at] > kMaxNestedKeys) return true;
        state[at] = Done;
        path.pop_back();
        if (!path.empty()) keys[path.back()] = std::max(keys[path.back()], keys[at]);
        continue;
      }
      const std::uint32_t child = cursor[at];
      cursor[at] = next_[child];
      if (state[child] == Open) return true;
      if (state[child] == Done) {
        keys[at] = std::max(keys[at], keys[child]);
        continue;
      }
      state[child] = Open;
      cursor[child] = first_[child ^ units_[child].offset()];
      path.push_back(child);
    }
    return false;
  }

  std::string_view texts_;
  std::vector<Unit> units_;
  std::vector<std::uint32_t> first_, next_;
};

}  // namespace

std::optional<std::string> find_charsmap_fault(std::string_view charsmap) {
  if (charsmap.empty()) return std::nullopt;  // no map: text stays as it is
  if (charsmap.size() < 8) return "it has " + std::to_string(charsmap.size()) + " bytes";
  const std::uint32_t trie = read_u32(charsmap);
  if (trie == 0 || trie % 1024 != 0 || trie >= charsmap.size() - 4) return "its trie has the impossible size " + std::to_string(trie);
  const std::string_view texts = charsmap.substr(4 + trie);
  if (texts.back() != '\0') return "its last text does not end";
  return CharsmapCheck(charsmap.substr(4, trie), texts).fault();
}

Charsmap::Charsmap(std::string_view sound_charsmap) {
  if (!sound_charsmap.empty()) {
    const std::string_view trie = sound_charsmap.substr(4, read_u32(sound_charsmap));
    texts_ = sound_charsmap.substr(4 + trie.size());
    units_.resize(trie.size() / 4);
    std::memcpy(units_.data(), trie.data(), trie.size());
  }
  for (char byte = '!'; byte < 0x7F; ++byte) {
    const Match alone = longest_prefix({&byte, 1});
    const bool is_left = alone.length == 0 || alone.replacement == std::string_view(&byte, 1);
    stays_[static_cast<unsigned char>(byte)] = is_left && !joins_ascii(static_cast<unsigned char>(byte));
  }
}

std::string Charsmap::bytes() const {
  if (units_.empty()) return "";
  const auto size = static_cast<std::uint32_t>(units_.size() * sizeof(std::uint32_t));
  std::string out(reinterpret_cast<const char*>(&size), sizeof size);
  out.append(reinterpret_cast<const char*>(units_.data()), size);
  return out + texts_;
}

bool Charsmap::joins_ascii(std::uint8_t byte) const {
  if (units_.empty()) return false;
  const std::uint32_t at = Unit{units_[0]}.offset() ^ byte;
  const Unit unit{units_[at]};
  if (unit.is_value() || unit.label() != byte) return false;
  for (std::uint32_t next = 0; next < 0x80; ++next) {
    const Unit child{units_[at ^ unit.offset() ^ next]};
    if (!child.is_value() && child.label() == next) return true;
  }
  return false;
}

Charsmap::Match Charsmap::longest_prefix(std::string_view text) const {
  Match match;
  if (units_.empty()) return match;
  std::uint32_t at = Unit{units_[0]}.offset(), value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    at ^= byte;
    const Unit unit{units_[at]};
    if (unit.is_value() || unit.label() != byte) break;
    at ^= unit.offset();
    if (!unit.has_value_child()) continue;
    match.length = i + 1;
    value = Unit{units_[at]}.value();
  }
  if (match.length > 0) match.replacement = texts_.data() + value;  // ends at its NUL
  return match;
}

bool Charsmap::makes_blanks_of_zero_width() const {
  const Match match = longest_prefix("\xE2\x80\x8B");
  return match.length == 3 && match.replacement == " ";
}

}  // namespace rag
