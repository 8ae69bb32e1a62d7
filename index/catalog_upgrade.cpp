#include "index/catalog_upgrade.h"

#include <string>

#include "core/error.h"
#include "core/interrupt.h"
#include "index/catalog.h"
#include "index/catalog_schema.h"
#include "index/signature_rows.h"
#include "index/stored_text.h"

namespace rag {
namespace {

// What the encoder read of these documents is not made up for: it needs the encoder, and is known of new documents only.
void sign_stored_documents(Database& catalog) {
  StoredTexts texts(catalog);
  Statement row = catalog.prepare("SELECT key, text_bytes FROM documents");
  while (row.step()) {
    throw_if_interrupted();
    try {
      insert_signature(catalog, row.integer(0), texts.read(row.integer(0), {0, row.natural(1)}));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::Corrupt) throw;  // damage must not keep the index from being written to, or it could not be mended
    }
  }
}

bool raise_format(Database& catalog) {
  if (catalog_format(catalog) >= kCatalogFormat) return false;
  catalog.execute(kSchemaOfFormat2);
  catalog.execute("PRAGMA user_version=" + std::to_string(kCatalogFormat));
  return true;
}

}  // namespace

void upgrade_catalog(Database& catalog) {
  if (raise_format(catalog)) sign_stored_documents(catalog);
}

void begin_writing(Database& catalog) {
  catalog.execute("BEGIN IMMEDIATE");
  upgrade_catalog(catalog);
}

void upgrade_empty_catalog(Database& catalog) { raise_format(catalog); }

}  // namespace rag
