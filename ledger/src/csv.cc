#include "ledger/csv.h"

#include <algorithm>

#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

constexpr int kEnd = -1;

Unexpected wrong(std::string_view message, std::size_t line) {
  return fail(ErrorCode::kInvalidArgument, message, {{"line", std::to_string(line)}});
}

}  // namespace

int CsvReader::peek() {
  if (at_ == end_) {
    in_.read(ahead_.data(), static_cast<std::streamsize>(ahead_.size()));
    at_ = 0;
    end_ = static_cast<std::size_t>(in_.gcount());
    if (end_ == 0) return kEnd;
  }
  return static_cast<unsigned char>(ahead_[at_]);
}

/// Whether there is a further row, and where it begins.
Result<bool> CsvReader::find_row() {
  if (!started_) {
    started_ = true;
    (void)peek();
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (std::string_view(ahead_.data(), end_).starts_with(kByteOrderMark)) at_ = 3;
  }
  line_ = next_line_;
  row_bytes_ = 0;
  if (peek() != kEnd) return true;
  if (!in_.bad()) return false;
  return fail(ErrorCode::kIo, "csv.cannot-read", {{"line", std::to_string(line_)}});
}

/// Goes past an octet of the row.
Result<void> CsvReader::pass() {
  ++at_;
  if (++row_bytes_ <= row_bytes_max_) return {};
  return fail(ErrorCode::kTooLarge, "csv.row-too-long",
              {{"line", std::to_string(line_)}, {"max", std::to_string(row_bytes_max_)}});
}

Result<void> CsvReader::keep(std::string& cell) {
  cell.push_back(static_cast<char>(peek()));
  return pass();
}

Result<void> CsvReader::read_quoted(std::string& cell) {
  const std::size_t opened = next_line_;
  for (;;) {
    const int octet = peek();
    if (octet == kEnd) return wrong("csv.open-quote", opened);
    if (octet == '"') {
      TRY(pass());
      if (peek() != '"') return {};
    }
    if (octet == '\n') ++next_line_;
    TRY(keep(cell));
  }
}

/// Takes LF, CRLF or the end of the file.
Result<void> CsvReader::end_line() {
  if (peek() == '\r') TRY(pass());
  if (const int octet = peek(); octet != kEnd) {
    if (octet != '\n') return wrong("csv.after-quote", next_line_);
    ++at_;
  }
  ++next_line_;
  return {};
}

/// Whether another cell of the row follows.
Result<bool> CsvReader::read_cell(std::string& cell) {
  if (peek() == '"') {
    TRY(pass());
    TRY(read_quoted(cell));
  } else {
    for (int c = peek(); c != kEnd && c != ',' && c != '\r' && c != '\n'; c = peek()) {
      TRY(keep(cell));
    }
  }
  if (peek() == ',') {
    TRY(pass());
    return true;
  }
  TRY(end_line());
  return false;
}

Result<bool> CsvReader::next(Cells& cells) {
  for (;;) {
    TRY_ASSIGN(const bool there, find_row());
    if (!there) return false;
    cells.clear();
    for (bool more = true; more;) {
      TRY_ASSIGN(more, read_cell(cells.emplace_back()));
    }
    if (cells.size() == 1 && cells.front().empty()) continue;
    if (std::ranges::all_of(cells, is_utf8)) return true;
    return wrong("csv.not-utf8", line_);
  }
}

Result<bool> CsvReader::next_line(std::string& line) {
  for (;;) {
    TRY_ASSIGN(const bool there, find_row());
    if (!there) return false;
    line.clear();
    for (int c = peek(); c != kEnd && c != '\n'; c = peek()) TRY(keep(line));
    if (line.ends_with('\r')) line.pop_back();
    TRY(end_line());
    if (line.empty()) continue;
    if (is_utf8(line)) return true;
    return wrong("csv.not-utf8", line_);
  }
}

}  // namespace nianlun
