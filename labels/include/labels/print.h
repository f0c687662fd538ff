#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "labels/label.h"
#include "labels/layout.h"
#include "labels/qr.h"
#include "ledger/result.h"

namespace nianlun::labels {

enum class Format { kPdf, kPng, kSvg };

struct PrintJob {
  Format format = Format::kPdf;
  /// The file, or for PNG and SVG the folder of files, 000001-NAME.png and so on; a folder is made
  /// if need be. A PNG or SVG name that ends in .png or .svg is the file of one label.
  std::filesystem::path out;
  Layout layout;
  std::string title;
  std::string language = "en";
  Correction correction = Correction::kMedium;
  int first_position = 0;  ///< labels of the first page that are used up; 0-based; PDF only
  int module_pixels = 10;  ///< PNG only
  /// Called in the thread of print() after every few hundred labels with their number so far.
  std::function<void(std::uint64_t)> progress;
  /// How symbols are made; tests put faulty ones in its place.
  std::function<Result<Matrix>(std::string_view, Correction)> make = make_qr;
};

/// Prints all labels that the reader has. Every symbol is decoded again and compared with what it
/// should say before its file gets its name; a PDF that holds one wrong symbol is not kept.
/// Symbols are made and proved on all cores while others are drawn; memory is bounded.
///
/// Returns the number of labels.
/// Threads: any.
/// Errors:  those of LabelReader, make_qr(), verify_qr(), Sheet and OutputFile, and
/// kInvalidArgument  there are no labels, or more than one for a single file
Result<std::uint64_t> print(LabelReader& reader, const PrintJob& job);

}  // namespace nianlun::labels
