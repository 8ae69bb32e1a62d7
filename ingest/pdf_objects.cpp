// The only place that knows qpdf: form fields, links and embedded files; poppler's own classes for them write into the file they read.
#include "ingest/pdf_objects.h"

#define POINTERHOLDER_TRANSITION 4  // shared_ptr, as everywhere
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFAcroFormDocumentHelper.hh>
#include <qpdf/QPDFEmbeddedFileDocumentHelper.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include <algorithm>
#include <exception>
#include <new>
#include <set>

#include "core/text.h"
#include "ingest/charset.h"

namespace rag {
namespace {

constexpr std::size_t kMostOfAKind = 10000;  // fields, links or attachments: more are not read by anybody

std::string clean(const std::string& text) { return collapse_white_space(clean_text(text)); }

// Runs a part of the reading; what is damaged costs that part.
template <typename Part>
void attempt(const Part& part) {
  try {
    part();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
  }
}

// "form1[0].#subform[2].Name[0]" is nobody's words; "Name" is.
std::string readable_name(std::string name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string::npos && name.find('[') != std::string::npos) name.erase(0, dot + 1);
  if (const std::size_t bracket = name.find('['); bracket != std::string::npos && bracket > 0) name.resize(bracket);
  return name;
}

std::string value_of(QPDFFormFieldObjectHelper& field) {
  constexpr int kPasswordField = 1 << 13;
  if (field.isText() && (field.getFlags() & kPasswordField) != 0) return "";
  QPDFObjectHandle value = field.getValue();
  if (field.isCheckbox() || field.isRadioButton()) {
    const std::string state = value.isName() ? value.getName() : "/Off";
    if (state == "/Off" || state.size() < 2) return "";
    return field.isCheckbox() ? "checked" : state.substr(1);
  }
  if (value.isArray()) {
    std::string all;
    for (QPDFObjectHandle item : value.getArrayAsVector())
      if (item.isString()) all += (all.empty() ? "" : ", ") + item.getUTF8Value();
    return all;
  }
  return value.isString() ? value.getUTF8Value() : "";
}

void read_fields(QPDFPageObjectHelper& page, QPDFAcroFormDocumentHelper& form, std::set<QPDFObjGen>& seen, PdfPageObjects& out) {
  for (QPDFAnnotationObjectHelper& widget : form.getWidgetAnnotationsForPage(page)) {
    if (out.fields.size() >= kMostOfAKind) return;
    attempt([&] {
      QPDFFormFieldObjectHelper field = form.getFieldForAnnotation(widget);
      // Radio buttons are one field with many widgets, and some fields are shown on every page.
      if (!seen.insert(field.getObjectHandle().getObjGen()).second) return;
      const bool has_words = field.getObjectHandle().getKey("/TU").isString();
      std::string name = clean(has_words ? field.getAlternativeName() : readable_name(field.getFullyQualifiedName()));
      const std::string value = clean(value_of(field));
      if (!value.empty()) out.fields.emplace_back(std::move(name), value);
    });
  }
}

void read_links(QPDFPageObjectHelper& page, PdfPageObjects& out) {
  std::set<std::string> seen;
  for (QPDFAnnotationObjectHelper& annotation : page.getAnnotations("/Link")) {
    if (out.links.size() >= kMostOfAKind) return;
    attempt([&] {
      QPDFObjectHandle action = annotation.getObjectHandle().getKey("/A");
      if (!action.isDictionary() || !action.getKey("/URI").isString()) return;
      const std::string target = clean(action.getKey("/URI").getUTF8Value());
      const std::string scheme = fold_case(target.substr(0, 8));
      const bool is_address = scheme.starts_with("http://") || scheme.starts_with("https://") || scheme.starts_with("mailto:");
      if (is_address && target.size() < 2000 && seen.insert(target).second) out.links.push_back(target);
    });
  }
}

void read_attachments(QPDF& pdf, PdfObjects& out) {
  QPDFEmbeddedFileDocumentHelper files(pdf);
  if (!files.hasEmbeddedFiles()) return;
  for (const auto& [key, file] : files.getEmbeddedFiles()) {
    if (out.attachments.size() >= kMostOfAKind) return;
    attempt([&, &key = key, &file = file] {
      const std::string name = clean(file->getFilename());
      out.attachments.push_back(name.empty() ? clean(key) : name);
    });
  }
}

}  // namespace

PdfObjects read_pdf_objects(std::string_view bytes, const std::string& password) {
  PdfObjects objects;
  attempt([&] {
    QPDF pdf;
    pdf.setSuppressWarnings(true);
    pdf.processMemoryFile("pdf", bytes.data(), bytes.size(), password.empty() ? nullptr : password.c_str());
    attempt([&] { read_attachments(pdf, objects); });
    QPDFAcroFormDocumentHelper form(pdf);
    const bool has_form = form.hasAcroForm();
    std::set<QPDFObjGen> seen;
    for (QPDFPageObjectHelper& page : QPDFPageDocumentHelper(pdf).getAllPages()) {
      objects.pages.emplace_back();
      if (has_form) attempt([&] { read_fields(page, form, seen, objects.pages.back()); });
      attempt([&] { read_links(page, objects.pages.back()); });
    }
  });
  return objects;
}

}  // namespace rag
