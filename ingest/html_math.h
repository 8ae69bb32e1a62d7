#pragma once

#include <gumbo.h>

#include <string>

// For this room's HTML reader only.
namespace rag::html {

// A <math> as one line, as equation_text() writes those of DOCX: "x=(a+1)/2", "y^2", "√(x+1)".  What stands beside it for programs, its TeX
// say, is left out.
std::string math_text(const GumboNode& math);

}  // namespace rag::html
