// A file with what lies in it, as the parser process reads it, and once more from behind each of its members.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz.h"
#include "ingest/contained_files.h"

namespace {

class Names final : public rag::MemberWatch {
 public:
  void before(const std::string& member_uri, rag::ParseOutcome&, const rag::MembersRead&) override { all.push_back(member_uri); }
  std::vector<std::string> all;
};

}  // namespace

FUZZ(bytes) {
  rag::ParseLimits limits;
  limits.max_text_bytes = std::size_t{1} << 20;
  limits.ocr.enabled = false;
  rag::ContainerLimits container;
  container.max_members = 20;
  container.max_text_bytes = std::size_t{1} << 20;
  container.unpack.max_total_bytes = std::uint64_t{4} << 20;
  Names names;
  const rag::ParseOutcome whole = rag::parse_with_members(bytes, RAG_FUZZ_NAME, limits, container, &names);
  if (names.all.empty()) return;
  // What is read from the middle on is a part of the whole, unless damage ended that: what is passed over is not unpacked, so damage there does not show.
  const auto ended_early = [](const std::string& warning) { return warning.find("the rest of it is not read") != std::string::npos; };
  if (std::any_of(whole.warnings.begin(), whole.warnings.end(), ended_early)) return;
  for (const auto& member : whole.members)
    if (std::any_of(member.warnings.begin(), member.warnings.end(), ended_early)) return;
  const rag::ParseOutcome rest = rag::parse_with_members(bytes, RAG_FUZZ_NAME, limits, container, nullptr, {names.all[names.all.size() / 2]});
  rag::fuzz::require(rest.documents.size() <= whole.documents.size());
}
