#pragma once

#include <string>
#include <vector>

#include "ingest/document_builder.h"

namespace rag {

// One paragraph, list item or table of a slide.
struct SlideBlock {
  std::string text;
  std::string marker;                          // "- ", "2. "; empty for a paragraph
  int depth = 0;                               // of a list item
  std::vector<std::vector<std::string>> rows;  // a table, where there are any
  std::size_t header_rows = 0;                // so many of the first name the columns
};

struct Slide {
  std::string title;
  std::vector<SlideBlock> blocks;  // in reading order
  std::vector<std::string> notes;  // what the speaker wants to say, a paragraph each
  bool is_hidden = false;
};

// Writes a slide as page `number` (from 1): its title as a heading, "[hidden slide]" where it is one, its blocks, its notes each
// behind "[notes]".  The first title becomes the document's where it has none.  A slide without a title is headed by its first block where
// that is one short line, else "Slide 3", so that its text never stands below the title of the slide before.  A slide with nothing in it is
// a page without text.
void add_slide(DocumentBuilder& builder, int number, const Slide& slide);

// "[picture] A map of the offices" for a picture's description; "" where that is no more than a file's name or a single word.  What programs add
// to descriptions of their own making is left out.
std::string picture_words(const std::string& description);

void add_block(DocumentBuilder& builder, const SlideBlock& block);

// "PowerPoint Presentation" and what else programs write where nobody gave a title.
bool is_placeholder_title(const std::string& title);

}  // namespace rag
