#pragma once

#include <string>
#include <string_view>

#include "ingest/document_builder.h"

namespace rag {

// Adds the readable part of an HTML page or fragment (UTF-8) to `builder`: headings, paragraphs, lists, tables, code.  Scripts,
// styles, navigation, forms' controls and what is hidden are left out; <title>, author, dates and keywords go to title and metadata.
void add_html(std::string_view html, DocumentBuilder& builder);

// A fragment's text on one line, for HTML inside Markdown.
std::string html_to_line(std::string_view html);

// The charset an HTML or XML file says it has, "" where it says nothing.
std::string declared_charset(std::string_view bytes);

}  // namespace rag
