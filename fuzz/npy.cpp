#include "fuzz.h"
#include "models/npz_file.h"

FUZZ(bytes) { rag::read_npy(std::string(bytes), "a.npy", 1 << 20); }
