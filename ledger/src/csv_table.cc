#include "csv_table.h"

#include <algorithm>
#include <sstream>

#include "ledger/csv.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected wrong(std::string_view message, std::size_t line) {
  return fail(ErrorCode::kInvalidArgument, message, {{"line", std::to_string(line)}});
}

}  // namespace

Result<CsvTable> parse_csv(std::string text) {
  std::istringstream in(std::move(text));
  CsvReader reader(in);
  CsvTable table;
  TRY_ASSIGN(const bool named, reader.next(table.columns));
  if (!named) return wrong("csv.no-columns", 1);
  std::vector<std::string> names = table.columns;
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) {
    return wrong("csv.same-name", reader.line());
  }
  for (;;) {
    CsvTable::Row row;
    TRY_ASSIGN(const bool there, reader.next(row.cells));
    if (!there) return table;
    row.line = reader.line();
    if (row.cells.size() != table.columns.size()) return wrong("csv.other-width", row.line);
    table.rows.push_back(std::move(row));
  }
}

}  // namespace nianlun
