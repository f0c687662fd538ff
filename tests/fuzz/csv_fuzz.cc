// A table that is read has rows of one width, and reads the same when it is written again.

#include "csv_table.h"
#include "fuzz.h"

using namespace nianlun;
using nianlun::testing::input;
using nianlun::testing::require;

namespace {

void write_row(const std::vector<std::string>& cells, std::string& out) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += '"';
    for (const char c : cells[i]) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  out += '\n';
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table = parse_csv(std::string(input(data, size)));
  if (!table) return 0;
  std::string written;
  write_row(table->columns, written);
  for (const CsvTable::Row& row : table->rows) {
    require(row.cells.size() == table->columns.size(), "each row is as wide as the first");
    write_row(row.cells, written);
  }
  const auto again = parse_csv(written);
  require(again.has_value(), "a table that was written is one");
  require(again->columns == table->columns, "the columns are the same");
  require(again->rows.size() == table->rows.size(), "there are as many rows");
  for (std::size_t i = 0; i < table->rows.size(); ++i) {
    require(again->rows[i].cells == table->rows[i].cells, "the cells are the same");
  }
  return 0;
}
