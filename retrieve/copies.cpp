#include "retrieve/copies.h"

#include <algorithm>
#include <set>

#include "core/shingles.h"

namespace rag {
namespace {

std::set<std::string> numbers_in(const std::string& text) {
  std::set<std::string> numbers;
  for_each_compared_word(text, [&](std::string_view word) {
    if (std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; })) numbers.emplace(word);
  });
  return numbers;
}

void name(const Passage& copy, Passage& shown) {
  const auto named = [&](const AlsoIn& other) { return other.document_id == copy.chunk.document_id; };
  if (std::ranges::any_of(shown.also_in, named)) return;
  shown.also_in.push_back({.document_id = copy.chunk.document_id,
                           .uri = copy.uri,
                           .page = copy.chunk.page,
                           .same_words = shingles_of(copy.chunk.text) == shingles_of(shown.chunk.text)});
}

}  // namespace

bool say_the_same(const std::string& text, const std::string& other) {
  if (text == other) return true;
  return overlap_of(shingles_of(text), shingles_of(other)).resemblance >= kNearDuplicate && numbers_in(text) == numbers_in(other);
}

bool Copies::fold(const Passage& passage) {
  for (Passage& shown : shown_) {
    if (!near_duplicates(passage.chunk.document_id, shown.chunk.document_id) || !say_the_same(passage.chunk.text, shown.chunk.text)) continue;
    name(passage, shown);
    return true;
  }
  return false;
}

bool Copies::is_copy(const std::string& document_id) {
  return std::ranges::any_of(shown_, [&](const Passage& shown) { return near_duplicates(document_id, shown.chunk.document_id); });
}

std::string Copies::original_of(const std::string& document_id) {
  for (const Passage& shown : shown_)
    if (near_duplicates(document_id, shown.chunk.document_id)) return shown.chunk.document_id;
  return document_id;
}

bool Copies::near_duplicates(const std::string& document_id, const std::string& other) {
  if (document_id == other) return false;
  const auto& a = signature_of(document_id);
  const auto& b = signature_of(other);
  return a && b && resemblance(*a, *b) >= kNearDuplicate;
}

const std::optional<TextSignature>& Copies::signature_of(const std::string& document_id) {
  const auto known = signatures_.find(document_id);
  if (known != signatures_.end()) return known->second;
  return signatures_.emplace(document_id, index_.signature_of(document_id)).first->second;
}

}  // namespace rag
