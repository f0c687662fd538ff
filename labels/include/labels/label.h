#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/csv.h"
#include "ledger/result.h"

namespace nianlun::labels {

/// What one label says.
struct Label {
  std::string payload;             ///< the text of its symbol
  std::string caption;             ///< under the symbol, for typing it in; may be empty
  std::vector<std::string> lines;  ///< beside the symbol, UTF-8
  std::string name;                ///< short and safe as a part of a file name
};

/// The label of an identifier.
///
/// A tag code becomes https://HOST/t/CODE with scheme and host in upper case, since a symbol of
/// capitals and digits alone is a size smaller; both are case-insensitive (RFC 3986, 6.2.2.1). Its
/// caption is the code in groups of four. An absolute http or https URI stays as it is but for the
/// same change; of a GS1 Digital Link the lines are its element strings, (01)... (21)...
///
/// Threads: any.
/// Errors:
/// kInvalidArgument  neither a tag code nor such a URI, or the host is missing or no host
/// kTooLarge         longer than 2048 octets
Result<Label> make_label(std::string_view identifier, std::string_view host);

struct LabelReaderOptions {
  std::string host;                       ///< "https://HOST" or "HOST"; needed for tag codes only
  std::vector<std::string> text_columns;  ///< columns of the CSV to print, in order; empty: all
};

/// Reads labels from text, one by one, so that a file of any length needs no memory.
///
/// Each line is a tag code or URI. If the first line names a column `code` or `uri`, the text is
/// CSV (see CsvReader): the other columns are lines of text, "NAME: value", or the value alone if
/// the name begins with "text". White space around a cell does not count.
///
/// Threads: one at a time. The stream must outlive the reader.
class LabelReader {
 public:
  LabelReader(std::istream& in, LabelReaderOptions options);

  /// Replaces `label` by the next one; false at the end.
  ///
  /// kInvalidArgument, kTooLarge  the row is wrong; the message names its line
  /// kIo                          the stream broke
  /// kNotFound                    a column that was asked for does not exist
  Result<bool> next(Label& label);

 private:
  using Row = CsvReader::Cells;
  Result<bool> next_row(Row& row);
  Result<void> read_header(const Row& first);
  Unexpected at_line(const Error& error) const;

  CsvReader rows_;
  LabelReaderOptions options_;
  bool started_ = false;
  bool csv_ = false;
  std::size_t columns_ = 0;
  std::size_t code_column_ = 0;
  struct TextColumn {
    std::size_t index;
    std::string prefix;
  };
  std::vector<TextColumn> text_columns_;
};

}  // namespace nianlun::labels
