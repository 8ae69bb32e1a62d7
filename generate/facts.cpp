#include "generate/facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.h"

namespace rag {
namespace {

// Folded, without anything but letters and digits: "e-mail", "E‑Mail" and "email" are one.
std::string squeeze(std::string_view text) {
  const std::string folded = fold_case(to_nfkc(text));
  std::string out;
  for (std::size_t i = 0; i < folded.size();) {
    const char32_t c = next_code_point(folded, i);
    if (is_letter(c) || is_digit(c)) append_utf8(out, c);
  }
  return out;
}

// A name of several words that the claim quotes, or an address it gives, must stand in the source as it is.
std::vector<std::string> quoted_in(std::string_view claim) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kMarks = {
      {{"\"", "\""}, {"“", "”"}, {"「", "」"}, {"『", "』"}, {"《", "》"}, {"«", "»"}}};
  std::vector<std::string> quoted;
  for (const auto& [open, close] : kMarks) {
    for (std::size_t at = claim.find(open); at != std::string_view::npos;) {
      const std::size_t begin = at + open.size();
      const std::size_t end = claim.find(close, begin);
      if (end == std::string_view::npos) break;
      if (std::string text = squeeze(claim.substr(begin, end - begin)); !text.empty()) quoted.push_back(std::move(text));
      at = claim.find(open, end + close.size());
    }
  }
  for (const std::string_view scheme : {"http://", "https://", "www."}) {
    for (std::size_t at = claim.find(scheme); at != std::string_view::npos; at = claim.find(scheme, at + 1)) {
      std::size_t end = at;
      while (end < claim.size() && static_cast<unsigned char>(claim[end]) > 0x20 && static_cast<unsigned char>(claim[end]) < 0x7F &&
             claim[end] != ')' && claim[end] != '>')
        ++end;
      quoted.push_back(squeeze(claim.substr(at, end - at)));
    }
  }
  return quoted;
}

}  // namespace

Facts facts_of(std::string_view claim) {
  Facts facts;
  facts.quantities = quantities_of(claim, NumberWords::WithUnit);
  const bool korean = mostly_cjk(claim);
  for (Keyword& keyword : keywords_of(claim)) {
    const bool number = std::all_of(keyword.form.begin(), keyword.form.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    // In a Korean sentence every Latin word of three letters is a name or a term of the source.
    const bool latin = keyword.bigrams.empty() && !number;
    if (latin && (keyword.name || (korean && keyword.form.size() >= 3))) facts.names.push_back(std::move(keyword));
  }
  // Month and number words are compared as numbers.
  std::erase_if(facts.names, [](const Keyword& name) {
    std::string word = name.form;
    if (word.ends_with('i')) word.back() = 'y';  // "januari", stemmed
    return !quantities_of(word, NumberWords::All).empty();
  });
  facts.quoted = quoted_in(claim);
  return facts;
}

void FactSource::add(std::string_view text) {
  const std::vector<Quantity> more = quantities_of(text, NumberWords::All);
  quantities_.insert(quantities_.end(), more.begin(), more.end());
  terms_.emplace_back(text);
  squeezed_ += '\n' + squeeze(text);
}

void FactSource::add(const Passage& passage) {
  add(passage.chunk.text);
  add(text_with_context(passage.title, Chunk{.heading_path = passage.chunk.heading_path, .table_header = passage.chunk.table_header}));
}

bool FactSource::has(const Keyword& name) const {
  if (std::any_of(terms_.begin(), terms_.end(), [&](const TextTerms& terms) { return terms.match(name) >= 1.0; })) return true;
  return name.form.size() >= 4 && squeezed_.find(squeeze(name.form)) != std::string::npos;
}

std::size_t FactSource::count(const Facts& facts) const {
  std::size_t found = 0;
  for (const Quantity& quantity : facts.quantities) found += has(quantity);
  for (const Keyword& name : facts.names) found += has(name);
  for (const std::string& quoted : facts.quoted) found += has_quoted(quoted);
  return found;
}

}  // namespace rag
