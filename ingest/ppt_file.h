#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rag {

// A record of a PowerPoint 97-2003 file ([MS-PPT]); containers hold records.
struct PptRecord {
  enum Type : unsigned {
    Document = 1000,
    Slide = 1006,
    Notes = 1008,
    NotesAtom = 1009,
    SlidePlace = 1011,
    SlideShow = 1017,
    Drawing = 1036,
    NewerPlaceholder = 1056,
    Placeholder = 3011,
    OutlineText = 3998,
    TextKind = 3999,
    TextWide = 4000,
    TextStyle = 4001,
    TextNarrow = 4008,
    SlideList = 4080,
    Edit = 4085,
    Directory = 6002,
    DrawingContainer = 0xF002,
    Group = 0xF003,
    Shape = 0xF004,
    ChildAnchor = 0xF00F,
    TextBox = 0xF00D,
    ClientData = 0xF011,
    MoreProperties = 0xF122,
  };
  unsigned type = 0;
  unsigned instance = 0;
  std::string_view data;
};

// The records directly in a container's data; one that is cut short comes as far as it goes.
std::vector<PptRecord> ppt_records(std::string_view data);

struct PptText {
  enum Kind : unsigned { Title = 0, Body = 1, Notes = 2, Other = 4, CenteredTitle = 6, HalfBody = 7, QuarterBody = 8 };
  unsigned kind = Other;
  std::vector<std::string> paragraphs;  // UTF-8, line breaks as '\n'
  std::vector<int> depths;              // of each, from 0; may be shorter
};

// The texts in a text box or in the list of slides, in order.
std::vector<PptText> ppt_texts(const std::vector<PptRecord>& records);

class PptFile {
 public:
  struct Entry {
    std::uint32_t id = 0;          // of the slide
    std::string_view content;      // its container's data; empty where the file has lost it
    std::vector<PptText> outline;  // texts of its placeholders that are kept in the list
  };

  // `stream`: "PowerPoint Document", must outlive the object; `current_user`: of that name, "" where there is none.  Throws
  // Error(Ingest) for what is encrypted or has no document.
  PptFile(std::string_view stream, std::string_view current_user);

  std::vector<Entry> slides;  // in the order they are shown
  std::vector<Entry> notes;   // `id` is that of the slide they belong to

 private:
  std::size_t find_edit(std::string_view current_user) const;
  PptRecord record_at(std::size_t offset) const;
  void read_list(const PptRecord& list, std::vector<Entry>& entries) const;

  std::string_view stream_;
  std::map<std::uint32_t, std::size_t> places_;  // where the newest version of each container stands
};

}  // namespace rag
