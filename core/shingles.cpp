#include "core/shingles.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "core/hash.h"
#include "core/text.h"

namespace rag {
namespace {

constexpr std::size_t kLongestWord = 24;  // characters
constexpr std::size_t kWindow = 8;        // weight of a shingle
constexpr std::size_t kWordWeight = 2;
constexpr std::size_t kCharacterWeight = 1;

bool stands_alone(std::string_view word) {
  std::size_t offset = 0;
  return is_cjk(next_code_point(word, offset));
}

// Word by word, so that a long text needs no copy; most words need no Unicode.
std::string folded(std::string_view word) {
  if (std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) return fold_case(word);
  std::string out(word);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

// The words that make the next shingle: no more than kWindow, since each weighs 1 at least.
class Window {
 public:
  void push(std::string_view word) {
    const std::size_t weight = stands_alone(word) ? kCharacterWeight : kWordWeight;
    words_[(first_ + size_++) % kWindow] = {checksum64(word), weight};
    weight_ += weight;
  }
  bool full() const { return weight_ >= kWindow; }
  bool empty() const { return size_ == 0; }
  void drop_first() {
    weight_ -= words_[first_].weight;
    first_ = (first_ + 1) % kWindow;
    --size_;
  }
  // Order matters: "man bites dog" is not "dog bites man".
  std::uint64_t hash() const {
    std::uint64_t hash = 0;
    for (std::size_t i = 0; i < size_; ++i) hash = (hash ^ words_[(first_ + i) % kWindow].hash) * 0x9E3779B97F4A7C15U + (hash >> 29);
    return hash;
  }

 private:
  struct Word {
    std::uint64_t hash = 0;
    std::size_t weight = 0;
  };
  std::array<Word, kWindow> words_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::size_t weight_ = 0;
};

}  // namespace

void for_each_compared_word(std::string_view text, const std::function<void(std::string_view)>& visit) {
  std::size_t begin = 0, length = 0;  // of the word being read; length 0: none is
  const auto end_word = [&](std::size_t end) {
    if (length > 0) visit(folded(text.substr(begin, end - begin)));
    length = 0;
  };
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t at = offset;
    const char32_t c = next_code_point(text, offset);
    const bool alone = is_cjk(c), inside = !alone && (is_letter(c) || is_digit(c));
    if (!inside || length == kLongestWord) end_word(at);
    if (alone && is_letter(c)) visit(text.substr(at, offset - at));
    if (inside && length++ == 0) begin = at;
  }
  end_word(text.size());
}

void for_each_shingle(std::string_view text, const std::function<void(std::uint64_t)>& visit) {
  Window window;
  bool found = false;
  for_each_compared_word(text, [&](std::string_view word) {
    while (window.full()) window.drop_first();
    window.push(word);
    if (!window.full()) return;
    visit(window.hash());
    found = true;
  });
  if (!found && !window.empty()) visit(window.hash());
}

std::vector<std::uint64_t> shingles_of(std::string_view text) {
  std::vector<std::uint64_t> shingles;
  for_each_shingle(text, [&](std::uint64_t shingle) { shingles.push_back(shingle); });
  std::ranges::sort(shingles);
  shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
  return shingles;
}

ShingleOverlap overlap_of(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  if (a.empty() || b.empty()) return {};
  std::size_t shared = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    const bool step_a = *i <= *j, step_b = *j <= *i;
    shared += step_a && step_b;
    i += step_a;
    j += step_b;
  }
  const auto part = [&](std::size_t whole) { return static_cast<double>(shared) / static_cast<double>(whole); };
  return {.resemblance = part(a.size() + b.size() - shared), .containment = part(std::min(a.size(), b.size()))};
}

}  // namespace rag
