#pragma once

#include <string>
#include <string_view>

namespace rag {

// detect_media_type() of ingest/parser.h is implemented on these.

// By well-known first bytes alone: compares, and reads nothing of a stranger's that would have to be understood.  "" where they do not tell.
std::string media_type_of_signature(std::string_view bytes);

// By the first bytes; "" where they do not tell.
std::string media_type_of_content(std::string_view bytes);

// By the extension; "" where it is none we know.
std::string media_type_of_name(std::string_view uri);

// True where a reason should say "not a PDF file" for such a name with other bytes in it, rather than guess from the bytes.
bool is_binary_media_type(std::string_view media_type);

// "pdf" for "a/B.PDF", "" where there is no extension.
std::string extension_of(std::string_view uri);

}  // namespace rag
