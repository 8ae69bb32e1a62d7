#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rag {

// A line of a calendar or a contact (RFC 5545, section 3.1; RFC 6350, section 3.2; vCard 2.1): "ATTENDEE;CN=Kim:mailto:kim@example.com".
struct ContentLine {
  std::string name;                                              // upper case, without the group before it ("item1.EMAIL" is EMAIL)
  std::vector<std::pair<std::string, std::string>> parameters;  // names in upper case; what has no name, as vCard 2.1 writes it, is a TYPE
  std::string value;                                             // as it stands, quoted-printable undone

  std::string parameter(std::string_view of) const;                    // the first of that name, "" for none
  std::vector<std::string> parameter_values(std::string_view of) const;  // all of them, lists taken apart
};

// Calls `use` for each line of a text in UTF-8, folded lines made whole.  What is no such line is passed over.
void each_content_line(std::string_view text, const std::function<void(const ContentLine&)>& use);

// A value's text, "\n", "\," and "\;" undone.
std::string content_text(std::string_view value);

// The fields of a value that has several, "Kim;Chulsoo;;", each as content_text().
std::vector<std::string> content_fields(std::string_view value, char separator);

}  // namespace rag
