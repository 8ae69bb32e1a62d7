#include <algorithm>
#include <span>
#include <utility>

#include "core/error.h"
#include "ingest/chunker.h"
#include "ingest/chunker_atoms.h"
#include "ingest/chunker_groups.h"
#include "ingest/chunker_pack.h"

namespace rag {
namespace {

class StructureChunker : public Chunker {
 public:
  StructureChunker(const ChunkOptions& options, TokenCounter count_tokens) : options_(options), count_tokens_(std::move(count_tokens)) {}

  std::string name() const override {
    return "structure-2/" + std::to_string(options_.max_tokens) + "/" + std::to_string(options_.overlap_tokens);
  }

  std::vector<Chunk> split(const Document& document) const override {
    const Outline outline = make_outline(document);
    const std::vector<Atom> atoms = cut_into_atoms(document, outline, options_.max_tokens, count_tokens_);
    const std::vector<std::string> table_headers = find_table_headers(document);
    // Room for the overlap, so that most chunks can have one.
    const std::size_t target = options_.max_tokens - options_.overlap_tokens;
    std::vector<Chunk> chunks;
    for (const AtomRange& group : group_atoms(atoms, outline, options_.max_tokens)) {
      const std::span<const Atom> members(atoms.data() + group.begin, group.end - group.begin);
      const std::vector<std::size_t> runs = pack_atoms(members, options_.max_tokens, target);
      for (std::size_t i = 0; i < runs.size(); ++i) {
        const std::size_t end = i + 1 < runs.size() ? runs[i + 1] : members.size();
        const std::size_t begin = i == 0 ? runs[i] : with_overlap(members, runs[i - 1], runs[i], end);
        chunks.push_back(make_chunk(document, outline, table_headers, members.subspan(begin, end - begin)));
      }
    }
    return chunks;
  }

 private:
  // The first atom of the run [begin, end) once the last sentences of the run before it, from `previous` on, are repeated.
  std::size_t with_overlap(std::span<const Atom> atoms, std::size_t previous, std::size_t begin, std::size_t end) const {
    const Atom& first = atoms[begin];
    if (first.table >= 0) return begin;  // rows carry their header row instead
    std::size_t tokens = 0;
    for (std::size_t i = begin; i < end; ++i) tokens += atoms[i].tokens;
    if (tokens >= options_.max_tokens) return begin;
    std::size_t room = std::min(options_.overlap_tokens, options_.max_tokens - tokens);
    while (begin > previous + 1) {
      const Atom& atom = atoms[begin - 1];
      if (atom.section != first.section || atom.page != first.page || atom.table >= 0 || atom.heading || atom.tokens > room) break;
      room -= atom.tokens;
      --begin;
    }
    return begin;
  }

  Chunk make_chunk(const Document& document, const Outline& outline, const std::vector<std::string>& table_headers,
                   std::span<const Atom> atoms) const {
    const Atom& first = atoms.front();
    Chunk chunk;
    chunk.document_id = document.id;
    chunk.span = {first.span.begin, atoms.back().span.end};
    chunk.text = document.text.substr(chunk.span.begin, chunk.span.size());
    chunk.heading_path = outline.path(first.section);
    if (first.table >= 0 && !first.table_header) chunk.table_header = table_headers[static_cast<std::size_t>(first.table)];
    chunk.page = first.page < 0 ? 0 : document.pages[static_cast<std::size_t>(first.page)].number;
    for (const Atom& atom : atoms) chunk.token_count += static_cast<int>(atom.tokens);
    return chunk;
  }

  // A header longer than a chunk would crowd the rows out of the encoder: of one with levels the names right above the rows are carried
  // then, else nothing.
  std::vector<std::string> find_table_headers(const Document& document) const {
    std::vector<std::string> headers;
    for (const Table& table : document.tables) {
      const std::size_t end = std::min(table.header.end, document.text.size());
      const std::size_t begin = std::min(table.header.begin, end);
      headers.push_back(document.text.substr(begin, end - begin));
      std::string& header = headers.back();
      const auto is_too_long = [&] { return !header.empty() && count_tokens_(header) > options_.max_tokens; };
      if (is_too_long()) header.erase(0, header.rfind('\n') + 1);
      if (is_too_long()) header.clear();
    }
    return headers;
  }

  ChunkOptions options_;
  TokenCounter count_tokens_;
};

}  // namespace

std::unique_ptr<Chunker> make_structure_chunker(const ChunkOptions& options, TokenCounter count_tokens) {
  if (options.max_tokens == 0 || options.overlap_tokens >= options.max_tokens)
    throw Error(ErrorKind::Usage, "chunker: " + std::to_string(options.max_tokens) + " tokens with an overlap of " +
                                      std::to_string(options.overlap_tokens) +
                                      ", expected at least one token and less overlap than that; change max_tokens or overlap_tokens");
  return std::make_unique<StructureChunker>(options, std::move(count_tokens));
}

}  // namespace rag
