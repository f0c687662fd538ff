#pragma once

#include <array>
#include <cstddef>
#include <istream>
#include <string>
#include <vector>

#include "ledger/result.h"

namespace nianlun {

/// Reads rows of texts (RFC 4180) one by one, so that a table of any length needs no memory: UTF-8,
/// with or without byte order mark. Empty lines are passed over.
///
/// Threads: one at a time. The stream must outlive the reader, which reads ahead of what it gave.
/// Errors, with "line", after each of which the reader is of no more use:
/// kInvalidArgument  a quote that does not end, text after one that did, no UTF-8
/// kTooLarge         a row of more than `row_bytes_max` octets
/// kIo               the stream broke
class CsvReader {
 public:
  using Cells = std::vector<std::string>;
  explicit CsvReader(std::istream& in, std::size_t row_bytes_max = 1 << 20)
      : in_(in), row_bytes_max_(row_bytes_max) {}

  /// Replaces `cells` by those of the next row; false at the end.
  Result<bool> next(Cells& cells);
  /// The same for a whole line: its commas and quotes are its own.
  Result<bool> next_line(std::string& line);
  /// Where the row that was given last begins, 1-based.
  std::size_t line() const { return line_; }

 private:
  Result<bool> find_row();
  Result<bool> read_cell(std::string& cell);
  Result<void> read_quoted(std::string& cell);
  Result<void> end_line();
  Result<void> keep(std::string& cell);
  Result<void> pass();
  int peek();

  std::istream& in_;
  const std::size_t row_bytes_max_;
  std::array<char, 16 << 10> ahead_;
  std::size_t at_ = 0, end_ = 0;  // of what was read ahead
  std::size_t line_ = 0, next_line_ = 1;
  std::size_t row_bytes_ = 0;
  bool started_ = false;
};

}  // namespace nianlun
