#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"

namespace nianlun {

/// A table of texts (RFC 4180), UTF-8, its first line the names of the columns.
struct CsvTable {
  struct Row {
    std::size_t line = 0;            ///< in the file, 1-based
    std::vector<std::string> cells;  ///< as many as there are columns
  };
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

/// kInvalidArgument  no columns or two of the same name, a quote that does not end, a row of
/// another
///                   width, no UTF-8: the argument "line" says where
Result<CsvTable> parse_csv(std::string_view text);

}  // namespace nianlun
