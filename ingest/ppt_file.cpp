#include "ingest/ppt_file.h"

#include <set>
#include <utility>

#include "core/error.h"
#include "ingest/little_endian.h"
#include "ingest/utf16.h"

namespace rag {

using namespace little_endian;

namespace {

constexpr std::size_t kHeadBytes = 8;

// Paragraphs end with a carriage return, lines within them with a vertical tab.
std::vector<std::string> paragraphs_of(const std::string& text) {
  std::vector<std::string> paragraphs(1);
  for (const char c : text) {
    if (c == '\r')
      paragraphs.emplace_back();
    else
      paragraphs.back() += c == '\v' ? '\n' : c;
  }
  return paragraphs;
}

std::string widened(std::string_view narrow) {
  std::string wide;
  for (const char c : narrow) (wide += c) += '\0';
  return wide;
}

// How many bytes the properties named by `mask` take ([MS-PPT] 2.9.20), tab stops at `at` among them.
std::size_t property_bytes(std::string_view data, std::size_t at, std::uint32_t mask) {
  std::size_t bytes = mask & 0xF ? 2 : 0;
  for (const std::uint32_t two : {0x80U, 0x10U, 0x40U, 0x800U, 0x1000U, 0x2000U, 0x4000U, 0x100U, 0x400U, 0x8000U})
    if (mask & two) bytes += 2;
  if (mask & 0x20) bytes += 4;
  if (mask & 0x100000) bytes += 2 + std::size_t{4} * u16(data, at + bytes);
  for (const std::uint32_t two : {0x10000U, 0xE0000U, 0x200000U})
    if (mask & two) bytes += 2;
  return bytes;
}

// Runs of characters at one depth, as one depth a paragraph.
std::vector<int> depths_of(std::string_view style, const std::vector<std::string>& paragraphs) {
  std::vector<int> depths;
  std::size_t at = 0, run_left = 0;
  int depth = 0;
  for (const std::string& paragraph : paragraphs) {
    while (run_left == 0 && at + 10 <= style.size()) {
      run_left = u32(style, at);
      depth = u16(style, at + 4) & 7;
      at += 10 + property_bytes(style, at + 10, u32(style, at + 6));
    }
    depths.push_back(depth);
    std::size_t units = 1;  // UTF-16, the carriage return included
    for (const char c : paragraph)
      units += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? ((static_cast<unsigned char>(c) & 0xF8) == 0xF0 ? 2 : 1) : 0;
    run_left = run_left > units ? run_left - units : 0;
  }
  return depths;
}

}  // namespace

std::vector<PptRecord> ppt_records(std::string_view data) {
  std::vector<PptRecord> records;
  for (std::size_t at = 0; at + kHeadBytes <= data.size();) {
    const std::size_t size = u32(data, at + 4);
    records.push_back({u16(data, at + 2), std::uint32_t{u16(data, at)} >> 4U, slice(data, at + kHeadBytes, size)});
    at += kHeadBytes + size;
  }
  return records;
}

std::vector<PptText> ppt_texts(const std::vector<PptRecord>& records) {
  std::vector<PptText> texts;
  for (const PptRecord& record : records) {
    if (record.type == PptRecord::TextKind) {
      texts.emplace_back();
      texts.back().kind = u32(record.data, 0);
    }
    const bool is_text = record.type == PptRecord::TextWide || record.type == PptRecord::TextNarrow;
    if (is_text && texts.empty()) texts.emplace_back();
    if (is_text)
      texts.back().paragraphs =
          paragraphs_of(utf16le_to_utf8(record.type == PptRecord::TextWide ? std::string(record.data) : widened(record.data)));
    if (record.type == PptRecord::TextStyle && !texts.empty()) texts.back().depths = depths_of(record.data, texts.back().paragraphs);
  }
  return texts;
}

PptFile::PptFile(std::string_view stream, std::string_view current_user) : stream_(stream) {
  constexpr std::size_t kEncryptedBytes = 32;
  std::size_t edit = find_edit(current_user);
  const std::uint32_t document_id = u32(record_at(edit).data, 16);
  std::size_t may_read =
      stream_.size() / 4;  // directories do not share their entries; a file that lets them must not cost more than it weighs
  // Each saving appends what it changed; what it did not change is found by way of the one before it.
  for (;;) {
    const PptRecord record = record_at(edit);
    if (record.type != PptRecord::Edit) break;
    if (record.data.size() >= kEncryptedBytes && u32(record.data, 28) != 0)
      throw Error(ErrorKind::Ingest, "encrypted PPT: it needs a password; save it without one");
    const PptRecord directory = record_at(u32(record.data, 12));
    for (std::size_t at = 0; directory.type == PptRecord::Directory && at + 4 <= directory.data.size() && may_read > 0;) {
      const std::uint32_t head = u32(directory.data, at);
      at += 4;
      --may_read;
      for (std::uint32_t i = 0; i < head >> 20 && at + 4 <= directory.data.size() && may_read > 0; ++i, at += 4, --may_read)
        places_.emplace((head & 0xFFFFF) + i, u32(directory.data, at));
    }
    const std::size_t before = u32(record.data, 8);
    if (before == 0 || before >= edit) break;
    edit = before;
  }
  const auto place = places_.find(document_id);
  const PptRecord document = place == places_.end() ? PptRecord{} : record_at(place->second);
  if (document.type != PptRecord::Document) throw Error(ErrorKind::Ingest, "damaged PPT: no document where its directory says");
  enum { kSlides = 0, kNotes = 2 };
  for (const PptRecord& record : ppt_records(document.data)) {
    if (record.type != PptRecord::SlideList) continue;
    if (record.instance == kSlides) read_list(record, slides);
    if (record.instance == kNotes) read_list(record, notes);
  }
  for (Entry& entry : notes)
    for (const PptRecord& record : ppt_records(entry.content))
      if (record.type == PptRecord::NotesAtom) entry.id = u32(record.data, 0);
}

// The newest saving: where "Current User" says, else the last one in the stream.
std::size_t PptFile::find_edit(std::string_view current_user) const {
  constexpr std::uint32_t kEncrypted = 0xF3D1C4DF;
  if (u32(current_user, 12) == kEncrypted) throw Error(ErrorKind::Ingest, "encrypted PPT: it needs a password; save it without one");
  const std::size_t named = u32(current_user, 16);
  if (named > 0 && record_at(named).type == PptRecord::Edit) return named;
  std::size_t found = 0, last = 0;
  for (std::size_t at = 0; at + kHeadBytes <= stream_.size(); at += kHeadBytes + std::size_t{u32(stream_, at + 4)}) {
    if (u16(stream_, at + 2) != PptRecord::Edit) continue;
    last = at;
    ++found;
  }
  if (found == 0) throw Error(ErrorKind::Ingest, "damaged PPT: no directory of its slides");
  return last;
}

PptRecord PptFile::record_at(std::size_t offset) const {
  if (offset + kHeadBytes > stream_.size()) return {};
  return {u16(stream_, offset + 2), std::uint32_t{u16(stream_, offset)} >> 4U, slice(stream_, offset + kHeadBytes, u32(stream_, offset + 4))};
}

void PptFile::read_list(const PptRecord& list, std::vector<Entry>& entries) const {
  std::set<std::uint32_t> seen;  // a list that names one slide a million times is an attack
  std::vector<PptRecord> texts;
  bool is_new = false;
  const auto end_entry = [&] {
    if (is_new) entries.back().outline = ppt_texts(texts);
    texts.clear();
  };
  for (const PptRecord& record : ppt_records(list.data)) {
    if (record.type != PptRecord::SlidePlace) {
      texts.push_back(record);
      continue;
    }
    end_entry();
    is_new = seen.insert(u32(record.data, 0)).second;
    if (!is_new) continue;
    const auto place = places_.find(u32(record.data, 0));
    const PptRecord content = place == places_.end() ? PptRecord{} : record_at(place->second);
    const bool is_known = content.type == PptRecord::Slide || content.type == PptRecord::Notes;
    entries.push_back({u32(record.data, 12), is_known ? content.data : std::string_view(), {}});
  }
  end_entry();
}

}  // namespace rag
