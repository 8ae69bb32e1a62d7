// Names of what lies in archives: nothing of them leads out, or is no UTF-8.
#include "core/text.h"
#include "fuzz.h"
#include "ingest/member_names.h"
#include "ingest/member_path.h"

FUZZ(bytes) {
  const std::size_t middle = bytes.size() / 2;
  const std::string first(bytes.substr(0, middle)), second(bytes.substr(middle));
  const rag::MemberNames alone, together({first, second});
  for (const rag::MemberNames* names : {&alone, &together})
    for (const std::string& stored : {first, second}) {
      const std::string shown = names->shown(stored);
      rag::fuzz::require(!rag::find_invalid_utf8(shown) && shown.find('\0') == std::string::npos);
      rag::fuzz::require(!shown.starts_with('/') && !shown.starts_with("../") && shown.find("/../") == std::string::npos);
    }
  const std::string target = rag::resolve_member(first, second);
  rag::fuzz::require(!target.starts_with("../") && target.find("/../") == std::string::npos);
}
