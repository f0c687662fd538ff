#pragma once

#include <cstddef>
#include <string>
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

/// kInvalidArgument, kTooLarge  those of CsvReader; no columns or two of the same name, a row of
///                              another width. The argument "line" says where.
Result<CsvTable> parse_csv(std::string text);

}  // namespace nianlun
