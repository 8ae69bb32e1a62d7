#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/passage.h"
#include "generate/quantities.h"
#include "generate/terms.h"

namespace rag {

// What a claim asserts that can be looked up word for word.
struct Facts {
  std::vector<Quantity> quantities;
  std::vector<Keyword> names;       // "Northwind", "VPN", "E4417": capitalised inside a sentence, acronyms, codes
  std::vector<std::string> quoted;  // what stands between quotation marks, folded; and web addresses
  bool empty() const { return quantities.empty() && names.empty() && quoted.empty(); }
};

Facts facts_of(std::string_view claim);

// One or more texts in which facts are looked up.
class FactSource {
 public:
  void add(std::string_view text);
  void add(const Passage& passage);  // its text, title, heading path and table header

  bool has(const Quantity& quantity) const { return contains_quantity(quantities_, quantity); }
  bool has(const Keyword& name) const;
  bool has_quoted(const std::string& quoted) const { return squeezed_.find(quoted) != std::string::npos; }
  // How many of the facts are here.
  std::size_t count(const Facts& facts) const;
  bool has_all(const Facts& facts) const { return count(facts) == facts.quantities.size() + facts.names.size() + facts.quoted.size(); }

 private:
  std::vector<Quantity> quantities_;
  std::vector<TextTerms> terms_;
  std::string squeezed_;
};

}  // namespace rag
