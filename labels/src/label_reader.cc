#include <algorithm>

#include "labels/label.h"
#include "ledger/src/text.h"
#include "ledger/src/try.h"

namespace nianlun::labels {
namespace {

constexpr std::size_t kRowBytesMax = 16 << 10;

// Whether UTF-8 has no control characters, so that it can be set as a line of type.
bool is_line_of_text(std::string_view text) {
  while (!text.empty()) {
    const auto point = next_code_point(text);
    if (!point || *point < 0x20 || (*point >= 0x7f && *point < 0xa0)) return false;
  }
  return true;
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r") - first + 1));
}

bool is_code_column(std::string_view name) { return name == "code" || name == "uri"; }

}  // namespace

LabelReader::LabelReader(std::istream& in, LabelReaderOptions options)
    : rows_(in, kRowBytesMax), options_(std::move(options)) {}

Unexpected LabelReader::at_line(const Error& error) const {
  Error placed = error;
  placed.arguments.emplace_back("line", std::to_string(rows_.line()));
  return Unexpected{std::move(placed)};
}

/// A row of the table, or, once it is known that this is none, a line.
Result<bool> LabelReader::next_row(Row& row) {
  const bool lines = started_ && !csv_;
  if (lines) row.assign(1, {});
  TRY_ASSIGN(const bool there, lines ? rows_.next_line(row[0]) : rows_.next(row));
  for (std::string& field : row) field = trimmed(field);
  return there;
}

Result<void> LabelReader::read_header(const Row& first) {
  const auto found = std::find_if(first.begin(), first.end(), is_code_column);
  if (found == first.end()) {
    if (options_.text_columns.empty()) return {};
    return fail(ErrorCode::kNotFound, "labels.no-code-column");
  }
  if (!std::all_of(first.begin(), first.end(), is_line_of_text)) {  // names are printed too
    return fail(ErrorCode::kInvalidArgument, "labels.not-text");
  }
  csv_ = true;
  columns_ = first.size();
  code_column_ = static_cast<std::size_t>(found - first.begin());
  const auto add = [&](std::size_t index) {
    const std::string& name = first[index];
    const bool is_ascii = std::none_of(name.begin(), name.end(),
                                       [](char c) { return static_cast<signed char>(c) < 0; });
    // Chinese labels take the wide colon that Chinese type sets.
    text_columns_.push_back(
        {index, name.starts_with("text") ? "" : name + (is_ascii ? ": " : "：")});
  };
  if (options_.text_columns.empty()) {
    for (std::size_t i = 0; i < first.size(); ++i) {
      if (i != code_column_) add(i);
    }
  }
  for (const std::string& name : options_.text_columns) {
    const auto column = std::find(first.begin(), first.end(), name);
    if (column == first.end()) {
      return fail(ErrorCode::kNotFound, "labels.no-such-column", {{"name", name}});
    }
    add(static_cast<std::size_t>(column - first.begin()));
  }
  return {};
}

Result<bool> LabelReader::next(Label& label) {
  Row row;
  for (;;) {
    TRY_ASSIGN(const bool more, next_row(row));
    if (!more) return false;
    if (!started_) {
      if (const auto header = read_header(row); !header) return at_line(header.error());
      started_ = true;
      if (csv_) continue;
      // Not a header after all: the commas belong to the identifier.
      for (std::size_t i = 1; i < row.size(); ++i) row[0] += ',' + row[i];
      row.resize(1);
    }
    if (row.size() > 1 || !row[0].empty()) break;
  }
  if (csv_ && row.size() != columns_) {
    return at_line(
        {ErrorCode::kInvalidArgument,
         "labels.wrong-column-count",
         {{"columns", std::to_string(row.size())}, {"expected", std::to_string(columns_)}}});
  }
  for (const std::string& field : row) {
    if (!is_line_of_text(field)) {
      return at_line({ErrorCode::kInvalidArgument, "labels.not-text", {}});
    }
  }
  auto made = make_label(row[csv_ ? code_column_ : 0], options_.host);
  if (!made) return at_line(made.error());
  label = *std::move(made);
  for (const TextColumn& column : text_columns_) {
    const std::string& value = row[column.index];
    if (!value.empty()) label.lines.push_back(column.prefix + value);
  }
  return true;
}

}  // namespace nianlun::labels
