#include "csv.h"

#include <algorithm>

#include "text.h"
#include "try.h"

namespace nianlun {
namespace {

Unexpected wrong(std::string_view message, std::size_t line) {
  return fail(ErrorCode::kInvalidArgument, message, {{"line", std::to_string(line)}});
}

/// Reads one cell off the front of `rest`, and the separator after it.
struct Cell {
  std::string text;
  bool ends_row = false;
};
Result<Cell> next_cell(std::string_view& rest, std::size_t& line) {
  Cell cell;
  if (rest.starts_with('"')) {
    rest.remove_prefix(1);
    const std::size_t opened = line;
    for (;;) {
      if (rest.empty()) return wrong("csv.open-quote", opened);
      const char c = rest.front();
      rest.remove_prefix(1);
      if (c == '\n') ++line;
      if (c != '"') {
        cell.text.push_back(c);
      } else if (rest.starts_with('"')) {
        cell.text.push_back('"');
        rest.remove_prefix(1);
      } else {
        break;
      }
    }
  } else {
    const std::size_t end = rest.find_first_of(",\r\n");
    cell.text = rest.substr(0, end);
    rest.remove_prefix(cell.text.size());
  }
  if (rest.starts_with(',')) {
    rest.remove_prefix(1);
    return cell;
  }
  if (rest.starts_with('\r')) rest.remove_prefix(1);
  if (!rest.empty() && rest.front() != '\n') return wrong("csv.after-quote", line);
  if (!rest.empty()) rest.remove_prefix(1);
  ++line;
  cell.ends_row = true;
  return cell;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!next_code_point(text)) return false;
  }
  return true;
}

}  // namespace

Result<CsvTable> parse_csv(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  CsvTable table;
  std::size_t line = 1;
  while (!text.empty()) {
    CsvTable::Row row{.line = line, .cells = {}};
    for (bool more = true; more;) {
      TRY_ASSIGN(Cell cell, next_cell(text, line));
      more = !cell.ends_row;
      row.cells.push_back(std::move(cell.text));
    }
    if (row.cells.size() == 1 && row.cells.front().empty()) continue;  // an empty line
    if (!std::ranges::all_of(row.cells, is_utf8)) return wrong("csv.not-utf8", row.line);
    if (table.columns.empty()) {
      std::vector<std::string> names = row.cells;
      std::ranges::sort(names);
      if (std::ranges::adjacent_find(names) != names.end()) {
        return wrong("csv.same-name", row.line);
      }
      table.columns = std::move(row.cells);
    } else if (row.cells.size() != table.columns.size()) {
      return wrong("csv.other-width", row.line);
    } else {
      table.rows.push_back(std::move(row));
    }
  }
  if (table.columns.empty()) return wrong("csv.no-columns", 1);
  return table;
}

}  // namespace nianlun
