// The header of a mail whose lists of addresses are cut: what comes out needs no second cut, and the text below it is what it was.
#include <string>
#include <vector>

#include "fuzz.h"
#include "ingest/mail_addresses.h"

FUZZ(bytes) {
  // A list long enough to be cut where the input has a tab, which is no larger than inputs are.
  std::string mail;
  for (const char c : bytes) c == '\t' ? mail.append(70'000, ',') : mail.append(1, c);
  std::vector<std::string> warnings;
  const auto shortened = rag::with_short_address_lists(mail, warnings);
  rag::fuzz::require(shortened.has_value() == !warnings.empty());
  if (!shortened) return;
  rag::fuzz::require(shortened->size() <= mail.size() + warnings.size());
  std::vector<std::string> again;
  rag::fuzz::require(!rag::with_short_address_lists(*shortened, again));
  const std::size_t body = mail.rfind("\n\n");
  if (body != std::string::npos && mail.find("\n\n") == body && mail.find('\r') == std::string::npos) rag::fuzz::require(shortened->ends_with(mail.substr(body)));
}
