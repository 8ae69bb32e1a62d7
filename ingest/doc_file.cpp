#include "ingest/doc_file.h"

#include <algorithm>

#include "core/error.h"
#include "ingest/little_endian.h"

namespace rag {

using namespace little_endian;

namespace {

// Where the header (FIB) keeps what we need.
enum Fib : std::size_t {
  kFlags = 0x0A,
  kBodyLength = 0x4C,
  kFootnoteLength = 0x50,
  kHeaderLength = 0x54,
  kMacroLength = 0x58,
  kCommentLength = 0x5C,
  kEndnoteLength = 0x60,
  kBoxLength = 0x64,
  kStyles = 0xA2,
  kFootnoteMarks = 0xAA,
  kFootnoteStarts = 0xB2,
  kCharacterRuns = 0xFA,
  kParagraphRuns = 0x102,
  kPieces = 0x1A2,
  kAnchors = 0x1DA,
  kEndnoteMarks = 0x20A,
  kEndnoteStarts = 0x212,
  kBoxStarts = 0x25A,
  kLists = 0x2E2,
  kListReferences = 0x2EA,
};

constexpr std::size_t kPageBytes = 512;
constexpr int kMaxInheritance = 20;  // styles may be based on one another, in a circle even

// Text of one byte a character is in code page 1252.
char16_t wide_of(unsigned char c) {
  constexpr char16_t kUpper[] = {0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
                                 0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
                                 0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};
  return c >= 0x80 && c < 0xA0 ? kUpper[c - 0x80] : c;
}

// The bytes of an operand, by the three bits that tell; `at` stands behind the code.
std::size_t operand_bytes(std::string_view properties, unsigned code, std::size_t at) {
  constexpr unsigned kTableDefinition = 0xD608;
  constexpr std::size_t kBytes[] = {1, 1, 2, 4, 2, 2, 0, 3};
  if (code >> 13 != 6) return kBytes[code >> 13];
  if (code == kTableDefinition) return std::size_t{1} + u16(properties, at);
  return std::size_t{1} + u8(properties, at);
}

template <typename Use>
void for_each_property(std::string_view properties, const Use& use) {
  for (std::size_t at = 0; at + 2 < properties.size();) {
    const unsigned code = u16(properties, at);
    use(code, slice(properties, at + 2));
    at += 2 + operand_bytes(properties, code, at + 2);
  }
}

void apply(std::string_view properties, DocParagraph& paragraph) {
  enum : unsigned { kInTable = 0x2416, kEndsRow = 0x2417, kOutline = 0x2640, kListLevel = 0x260A, kList = 0x460B, kMostLists = 0x7FE };
  for_each_property(properties, [&](unsigned code, std::string_view operand) {
    if (code == kInTable) paragraph.in_table = u8(operand, 0) != 0;
    if (code == kEndsRow) paragraph.ends_row = u8(operand, 0) != 0;
    if (code == kOutline) paragraph.outline_level = u8(operand, 0) < 9 ? u8(operand, 0) + 1 : 0;
    if (code == kList) paragraph.list = u16(operand, 0) <= kMostLists ? u16(operand, 0) : 0;
    if (code == kListLevel) paragraph.list_level = std::min<int>(u8(operand, 0), 8);
  });
}

}  // namespace

std::string DocFile::name_of_table(std::string_view main) {
  enum : unsigned { kWord = 0xA5EC, kWord95 = 0xA5DC, kEncrypted = 0x0100, kSecondTable = 0x0200 };
  constexpr unsigned kOldestVersion = 0x6A;  // Word 97 writes 0xC1, betas of it less
  const unsigned kind = u16(main, 0), version = u16(main, 2);
  if (kind == kWord95 || (kind == kWord && version < kOldestVersion))
    throw Error(ErrorKind::Ingest, "written by Word 95 or older, this reads Word 97 to 2003; open it and save it as DOCX");
  if (kind != kWord) throw Error(ErrorKind::Ingest, "damaged DOC: its stream WordDocument begins like no Word document");
  if (u16(main, kFlags) & kEncrypted) throw Error(ErrorKind::Ingest, "encrypted DOC: it needs a password; save it without one");
  return u16(main, kFlags) & kSecondTable ? "1Table" : "0Table";
}

DocFile::DocFile(std::string_view main, std::string_view table, std::vector<std::string>& warnings) : main_(main), table_(table) {
  read_pieces(warnings);
  read_parts();
  read_runs(kParagraphRuns, true, paragraph_runs_);
  read_runs(kCharacterRuns, false, character_runs_);
  read_styles();
  read_boxes();
  footnote_marks = positions(kFootnoteMarks, 2);
  footnote_starts = positions(kFootnoteStarts, 0);
  endnote_marks = positions(kEndnoteMarks, 2);
  endnote_starts = positions(kEndnoteStarts, 0);
}

std::string_view DocFile::table_part(std::size_t fib_offset) const {
  return slice(table_, u32(main_, fib_offset), u32(main_, fib_offset + 4));
}

// The list of pieces comes last in its part, after changes made to pieces that we have no use for.
void DocFile::read_pieces(std::vector<std::string>& warnings) {
  constexpr unsigned kChange = 1, kList = 2;
  std::string_view part = table_part(kPieces);
  while (u8(part, 0) == kChange) part = slice(part, std::size_t{3} + u16(part, 1));
  if (u8(part, 0) != kList) throw Error(ErrorKind::Ingest, "damaged DOC: no list of the pieces its text is made of");
  part = slice(part, 5, u32(part, 1));
  const std::size_t count = part.size() < 4 ? 0 : (part.size() - 4) / 12;
  bool short_of_text = false;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = u32(part, 4 * i), end = u32(part, 4 * i + 4);
    const std::uint32_t where = u32(part, 4 * (count + 1) + 8 * i + 2);
    Piece piece{text.size(), text.size(), where & 0x3FFFFFFF, (where & 0x40000000) == 0};
    if (!piece.wide) piece.offset /= 2;
    if (end < begin || begin != text.size()) {
      short_of_text = true;
      break;
    }
    const std::string_view bytes = slice(main_, piece.offset, (end - begin) * (piece.wide ? 2 : 1));
    // Every character has its place in the file, so a text longer than the file is a lie.
    if (text.size() + bytes.size() > main_.size())
      throw Error(ErrorKind::Ingest, "damaged DOC: its text claims to be longer than the file");
    if (piece.wide)
      for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) text += static_cast<char16_t>(u16(bytes, at));
    else
      for (const char c : bytes) text += wide_of(static_cast<unsigned char>(c));
    piece.end = text.size();
    pieces_.push_back(piece);
    if (text.size() != end) {
      short_of_text = true;
      break;
    }
  }
  if (text.empty()) throw Error(ErrorKind::Ingest, "a DOC without text");
  if (short_of_text) warnings.push_back("damaged DOC: only a part of its text is in the file");
}

void DocFile::read_parts() {
  std::size_t at = 0;
  const auto next = [&](std::size_t fib_offset) {
    const std::size_t begin = at;
    at = std::min(at + u32(main_, fib_offset), text.size());
    return Part{begin, at};
  };
  body = next(kBodyLength);
  footnotes = next(kFootnoteLength);
  for (const std::size_t left_out : {kHeaderLength, kMacroLength, kCommentLength}) next(left_out);
  endnotes = next(kEndnoteLength);
  boxes = next(kBoxLength);
  if (body.end == 0) body.end = text.size();
}

// The positions of a list that has `data_bytes` more for each of them but the last.
std::vector<std::size_t> DocFile::positions(std::size_t fib_offset, std::size_t data_bytes) const {
  const std::string_view part = table_part(fib_offset);
  std::vector<std::size_t> found;
  if (part.size() < 4) return found;
  const std::size_t count = (part.size() - 4) / (4 + data_bytes) + (data_bytes == 0 ? 1 : 0);
  for (std::size_t i = 0; i < count; ++i) found.push_back(u32(part, 4 * i));
  return found;
}

// Anchors and boxes name the same shape.
void DocFile::read_boxes() {
  constexpr std::size_t kAnchorBytes = 26, kBoxBytes = 22, kShapeOfBox = 14;
  const std::string_view anchors = table_part(kAnchors), list = table_part(kBoxStarts);
  const std::vector<std::size_t> starts = positions(kBoxStarts, kBoxBytes), anchored = positions(kAnchors, kAnchorBytes);
  std::map<std::uint32_t, std::size_t> anchor_of;
  for (std::size_t i = 0; i < anchored.size(); ++i)
    anchor_of.emplace(u32(anchors, 4 * (anchored.size() + 1) + kAnchorBytes * i), anchored[i]);
  for (std::size_t i = 0; i + 1 < starts.size(); ++i) {  // the last one is not used
    const auto anchor = anchor_of.find(u32(list, 4 * (starts.size() + 1) + kBoxBytes * i + kShapeOfBox));
    const std::size_t begin = std::min(boxes.begin + starts[i], boxes.end), end = std::min(boxes.begin + starts[i + 1], boxes.end);
    if (anchor != anchor_of.end() && begin < end) box_at.emplace(anchor->second, Part{begin, end});
  }
}

// Pages of 512 bytes in the main stream: offsets of the runs, then for each of them where on the page its properties stand.
void DocFile::read_runs(std::size_t fib_offset, bool paragraphs, std::vector<Run>& runs) const {
  constexpr unsigned kDeleted = 0x0800;
  const std::string_view pages = table_part(fib_offset);
  const std::size_t page_count = pages.size() < 4 ? 0 : (pages.size() - 4) / 8;
  for (std::size_t p = 0; p < page_count && p <= main_.size() / kPageBytes; ++p) {
    const std::string_view page = slice(main_, std::size_t{u32(pages, 4 * (page_count + 1) + 4 * p)} * kPageBytes, kPageBytes);
    const std::size_t count = u8(page, kPageBytes - 1);
    for (std::size_t i = 0; i < count; ++i) {
      Run run{u32(page, 4 * i), u32(page, 4 * i + 4)};
      const std::size_t where = std::size_t{2} * u8(page, 4 * (count + 1) + i * (paragraphs ? 13 : 1));
      if (run.end <= run.begin) continue;
      if (paragraphs) {
        run.paragraph.known = true;
        const std::size_t half = u8(page, where);
        const std::string_view properties = where == 0 ? std::string_view()
                                            : half > 0 ? slice(page, where + 1, 2 * half - 1)
                                                       : slice(page, where + 2, std::size_t{2} * u8(page, where + 1));
        run.paragraph.style = u16(properties, 0);
        apply(slice(properties, 2), run.paragraph);
      } else if (where > 0) {
        for_each_property(slice(page, where + 1, u8(page, where)), [&](unsigned code, std::string_view operand) {
          if (code == kDeleted) run.deleted = u8(operand, 0) == 1;
        });
      }
      if (paragraphs || run.deleted) runs.push_back(run);
    }
  }
  std::stable_sort(runs.begin(), runs.end(), [](const Run& a, const Run& b) { return a.begin < b.begin; });
}

void DocFile::read_styles() {
  constexpr std::size_t kMostStyles = 4096;
  const std::string_view part = table_part(kStyles);
  const std::size_t count = std::min<std::size_t>(u16(part, 2), kMostStyles);
  const std::size_t base_bytes = u16(part, 4);
  std::size_t at = std::size_t{2} + u16(part, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = u16(part, at);
    const std::string_view style = slice(part, at + 2, size);
    styles_.push_back({u16(style, 0) & 0xFFFU, u16(style, 2) >> 4 & 0xFFFU});
    if (style.empty()) styles_.back() = {0xFFE, 0xFFF};
    // After the fixed part and the name stand properties, for a paragraph style those of the paragraph first.
    const std::size_t name = base_bytes, properties = name + 2 + 2 * (std::size_t{u16(style, name)} + 1);
    DocParagraph own;
    apply(slice(style, properties + 4, u16(style, properties) >= 2 ? u16(style, properties) - 2U : 0), own);
    styles_.back().outline_level = own.outline_level;
    styles_.back().list = own.list;
    at += 2 + size + size % 2;
  }
}

const DocFile::Run* DocFile::find_run(const std::vector<Run>& runs, std::size_t position) const {
  const auto piece =
      std::upper_bound(pieces_.begin(), pieces_.end(), position, [](std::size_t p, const Piece& each) { return p < each.end; });
  if (piece == pieces_.end() || position < piece->begin) return nullptr;
  const std::size_t offset = piece->offset + (position - piece->begin) * (piece->wide ? 2 : 1);
  const auto after = std::upper_bound(runs.begin(), runs.end(), offset, [](std::size_t o, const Run& each) { return o < each.begin; });
  if (after == runs.begin() || offset >= std::prev(after)->end) return nullptr;
  return &*std::prev(after);
}

DocParagraph DocFile::paragraph_at(std::size_t position) const {
  const Run* run = find_run(paragraph_runs_, position);
  return run ? run->paragraph : DocParagraph{};
}

bool DocFile::is_deleted(std::size_t position) const { return !character_runs_.empty() && find_run(character_runs_, position); }

int DocFile::heading_level_of_style(unsigned style) const {
  constexpr unsigned kTitle = 62;
  for (int i = 0; i < kMaxInheritance && style < styles_.size(); ++i, style = styles_[style].base) {
    const Style& each = styles_[style];
    if (each.built_in >= 1 && each.built_in <= 9) return static_cast<int>(each.built_in);
    if (each.built_in == kTitle) return 1;
    if (each.outline_level > 0) return each.outline_level;
  }
  return 0;
}

unsigned DocFile::list_of_style(unsigned style) const {
  for (int i = 0; i < kMaxInheritance && style < styles_.size(); ++i, style = styles_[style].base)
    if (styles_[style].list != 0) return styles_[style].list;
  return 0;
}

// The levels of the lists stand behind the part that the header names.
DocLists DocFile::lists() const {
  return u32(main_, kLists + 4) == 0 ? DocLists() : DocLists(slice(table_, u32(main_, kLists)), table_part(kListReferences));
}

bool DocFile::is_title_style(unsigned style) const { return style < styles_.size() && styles_[style].built_in == 62; }

}  // namespace rag
