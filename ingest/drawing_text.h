#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ingest/ooxml_package.h"
#include "ingest/slide.h"

// DrawingML, the shapes of PowerPoint slides and of drawings on sheets.  Only for this room's .cpp files.
namespace rag::drawing {

// The words of one a:p; slide numbers are left out.
std::string paragraph_text(const pugi::xml_node& paragraph);

// The paragraphs of a p:txBody.  `is_outline`: a placeholder whose paragraphs are list items unless they say otherwise, as the
// bullets of slides stand in the master.
std::vector<SlideBlock> text_blocks(const pugi::xml_node& body, bool is_outline);

// An a:tbl; covered cells of merged ones are empty.
SlideBlock table_block(const pugi::xml_node& table);

// The paragraphs of every text box below a node, boxes in groups included.
std::vector<SlideBlock> box_blocks(const pugi::xml_node& drawing);

// The words of SmartArt (its data part) and the numbers of a chart (its part, the values cached in it), as blocks.
std::vector<SlideBlock> diagram_blocks(const pugi::xml_node& data_model);
std::vector<SlideBlock> chart_blocks(const pugi::xml_node& chart_space);

// The titles alone, of a chart and its axes: on a sheet the numbers stand in cells.
std::vector<SlideBlock> chart_titles(const pugi::xml_node& chart_space);

}  // namespace rag::drawing
