#pragma once

#include <string>

#include "ingest/xml.h"

namespace rag {

// An <m:oMath> as one line, as one would type it: "sin θ=(mλ)/a", "10^-6", "√(x^2+1)", "∑_(i=1)^n x_i", "[1, 0; 0, 1]".  A fraction stays one:
// its parts run together would say something else.  Only for this room's .cpp files.
std::string equation_text(const pugi::xml_node& math);

}  // namespace rag
