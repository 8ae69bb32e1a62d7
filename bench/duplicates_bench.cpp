// How well near-duplicates are found: signatures and bands beside the exact resemblance of all pairs, over the documents of an index as they
// are, and over copies of them that were edited by chance.
//
//     cmake --build build/release --target bench_duplicates && build/release/bench_duplicates INDEX
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/shingles.h"
#include "core/text.h"
#include "core/text_signature.h"
#include "index/duplicate_groups.h"
#include "index/index_reader.h"

namespace rag {
namespace {

constexpr std::size_t kLeastWords = 50;

struct Text {
  std::string language;
  std::string text;
  std::vector<std::uint64_t> shingles;
  TextSignature signature{};
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Text make_text(std::string language, std::string text) {
  Text made{std::move(language), std::move(text), {}, {}};
  made.shingles = shingles_of(made.text);
  made.signature = text_signature(made.text).value_or(TextSignature{});
  return made;
}

std::vector<Text> texts_of(const IndexReader& index) {
  std::vector<Text> texts;
  index.for_each_document([&](const DocumentRecord& document) {
    Text text = make_text(document.language, index.text_of(document.id, {0, document.text_bytes}));
    if (!text.shingles.empty()) texts.push_back(std::move(text));
  });
  return texts;
}

std::vector<std::vector<std::size_t>> grouped(const std::vector<Text>& texts) {
  StoredSignatures signatures;
  for (const Text& text : texts) signatures.add(text.signature);
  return group_signatures(signatures, kNearDuplicate);
}

// Pairs that are near-duplicates, by their exact resemblance.
std::set<std::pair<std::size_t, std::size_t>> true_pairs(const std::vector<Text>& texts) {
  std::set<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < texts.size(); ++i)
    for (std::size_t j = i + 1; j < texts.size(); ++j) {
      const auto [smaller, larger] = std::minmax(texts[i].shingles.size(), texts[j].shingles.size());
      if (static_cast<double>(smaller) < kNearDuplicate * static_cast<double>(larger)) continue;
      if (overlap_of(texts[i].shingles, texts[j].shingles).resemblance >= kNearDuplicate) pairs.emplace(i, j);
    }
  return pairs;
}

void measure_corpus(const std::vector<Text>& texts) {
  const auto truth = true_pairs(texts);
  std::size_t found = 0, right = 0, far = 0;
  for (const std::vector<std::size_t>& group : grouped(texts))
    for (std::size_t a = 0; a < group.size(); ++a)
      for (std::size_t b = a + 1; b < group.size(); ++b) {
        ++found;
        right += truth.contains({group[a], group[b]});
        far += overlap_of(texts[group[a]].shingles, texts[group[b]].shingles).resemblance < kNearDuplicate - 0.1;
      }
  std::printf("%zu documents: %zu pairs of resemblance .85 or more; %zu pairs grouped, %zu of them such pairs, %zu below .75\n", texts.size(), truth.size(), found,
              right, far);
}

// Each word, or character of Korean, Chinese and Japanese, is replaced by another with this probability.
std::string edited(const std::string& text, double probability, std::mt19937& random) {
  std::string out;
  std::uniform_real_distribution<double> chance(0, 1);
  bool inside = false, replacing = false;
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t at = offset;
    const char32_t c = next_code_point(text, offset);
    const bool belongs = is_letter(c) || is_digit(c);
    if (belongs && (!inside || is_cjk(c))) {
      replacing = chance(random) < probability;
      if (replacing && !is_cjk(c)) out += "w" + std::to_string(random() % 100000);
    }
    if (!belongs) replacing = false;
    if (replacing && is_cjk(c)) append_utf8(out, static_cast<char32_t>(0xAC00 + random() % 11172));
    if (!replacing) out.append(text, at, offset - at);
    inside = belongs;
  }
  return out;
}

struct Bucket {
  std::size_t pairs = 0;
  std::size_t found = 0;
  double squared_error = 0;
};

void measure_edited(const std::vector<Text>& texts) {
  std::mt19937 random(1);
  std::map<std::string, std::map<int, Bucket>> buckets;  // by language and resemblance, in steps of .05
  for (const Text& original : texts) {
    if (original.shingles.size() < kLeastWords) continue;
    for (const double probability : {0.002, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07}) {
      const Text copy = make_text(original.language, edited(original.text, probability, random));
      const double exact = overlap_of(original.shingles, copy.shingles).resemblance;
      Bucket& bucket = buckets[original.language == "ko" ? "Korean" : "others"][static_cast<int>(exact * 20 + 1e-9)];
      ++bucket.pairs;
      bucket.found += !grouped({original, copy}).empty();
      const double error = resemblance(original.signature, copy.signature) - exact;
      bucket.squared_error += error * error;
    }
  }
  for (const auto& [language, rows] : buckets)
    for (const auto& [step, bucket] : rows)
      std::printf("%-7s resemblance from %.2f: %6zu pairs, %5.1f %% grouped, error of the estimate %.3f\n", language.c_str(), step / 20.0, bucket.pairs,
                  100.0 * static_cast<double>(bucket.found) / static_cast<double>(bucket.pairs), std::sqrt(bucket.squared_error / static_cast<double>(bucket.pairs)));
}

void measure_speed(const std::vector<Text>& texts) {
  std::size_t bytes = 0;
  const auto start = std::chrono::steady_clock::now();
  for (const Text& text : texts) {
    bytes += text.text.size();
    if (!text_signature(text.text)) std::abort();
  }
  std::printf("signatures: %.1f MB of text a second\n", static_cast<double>(bytes) / 1e6 / seconds_since(start));
  StoredSignatures many;
  TextSignature signature{};
  std::mt19937 random(2);
  for (std::size_t i = 0; i < 1000000; ++i) {
    // Half of them edited copies of the one before.
    for (std::uint16_t& value : signature)
      if (i % 2 == 0 || random() % 10 == 0) value = static_cast<std::uint16_t>(random());
    many.add(signature);
  }
  const auto grouping = std::chrono::steady_clock::now();
  const std::size_t groups = group_signatures(many, kNearDuplicate).size();
  std::printf("grouping a million signatures: %.1f s, %zu groups\n", seconds_since(grouping), groups);
}

}  // namespace
}  // namespace rag

int main(int count, char** arguments) {
  if (count != 2) return std::fprintf(stderr, "usage: bench_duplicates INDEX\n"), 2;
  try {
    const auto texts = rag::texts_of(*rag::open_index_reader(arguments[1]));
    rag::measure_corpus(texts);
    rag::measure_edited(texts);
    rag::measure_speed(texts);
  } catch (const rag::Error& error) {
    return std::fprintf(stderr, "bench_duplicates: %s\n", error.what()), rag::exit_code(error.kind());
  }
}
