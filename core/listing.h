#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace rag {

// The texts one behind another with `between` between each two: "a, b, c"; "" where there are none.  `text_of` says what is listed of each
// element: a member (&Evaluation::name) or a function.
template <typename Elements, typename TextOf = std::identity>
std::string joined(const Elements& elements, std::string_view between = ", ", TextOf text_of = {}) {
  std::string list;
  bool first = true;
  for (const auto& element : elements) {
    if (!first) list += between;
    first = false;
    list += std::invoke(text_of, element);
  }
  return list;
}

// "1 finding", "2 findings"; `several` where an s behind it does not do: counted(n, "quote stands", "quotes stand").
inline std::string counted(std::size_t number, std::string_view one, std::string_view several = {}) {
  std::string said = std::to_string(number) + ' ';
  if (number == 1) return said.append(one);
  return several.empty() ? said.append(one) + 's' : said.append(several);
}

}  // namespace rag
