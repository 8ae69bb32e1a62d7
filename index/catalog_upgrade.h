#pragma once

#include "index/sqlite.h"

namespace rag {

// Raises an older catalog to the current format, inside the transaction the connection is in: what was there stays as it was, and where the
// transaction is rolled back so does the format.  Nothing where it is current.  What later formats know of a document is made from its
// stored text, well below a millisecond each; a document whose text is damaged goes without.
void upgrade_catalog(Database& catalog);

// Begins a transaction that may write, in which an older catalog becomes one of the current format: with what is written, or not at all.
void begin_writing(Database& catalog);

// As upgrade_catalog() for a catalog all of whose documents are about to be replaced.
void upgrade_empty_catalog(Database& catalog);

}  // namespace rag
