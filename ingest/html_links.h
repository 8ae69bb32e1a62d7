#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace rag {

// How much of a page's text leads elsewhere; what is skipped in reading counts as nothing.
struct LinkShare {
  std::size_t text_bytes = 0;  // outside of headings
  std::size_t link_bytes = 0;  // of them inside links that `counts` accepted
  std::size_t links = 0;

  // Hardly a word but links: a table of contents.
  bool is_contents() const { return links >= 2 && link_bytes * 10 >= text_bytes * 8; }
};

// `counts` sees each link's href.
LinkShare measure_links(std::string_view html, const std::function<bool(const std::string& href)>& counts);

}  // namespace rag
