#include "csv.h"

#include <doctest/doctest.h>

#include <string>

using nianlun::CsvTable;
using nianlun::parse_csv;

namespace {

CsvTable table_of(std::string_view text) {
  auto table = parse_csv(text);
  REQUIRE_MESSAGE(table.has_value(), table.error().message);
  return *std::move(table);
}

}  // namespace

TEST_CASE("cells are what stands between commas, and quotes keep commas, quotes and line ends") {
  const CsvTable table =
      table_of("a,b,c\n1,,3\n\"x,y\",\"say \"\"ja\"\"\",\"two\nlines\"\nlast,\"\",5");
  CHECK(table.columns == std::vector<std::string>{"a", "b", "c"});
  REQUIRE(table.rows.size() == 3);
  CHECK(table.rows[0].cells == std::vector<std::string>{"1", "", "3"});
  CHECK(table.rows[1].cells == std::vector<std::string>{"x,y", "say \"ja\"", "two\nlines"});
  CHECK(table.rows[2].cells == std::vector<std::string>{"last", "", "5"});
  CHECK(table.rows[0].line == 2);
  CHECK(table.rows[1].line == 3);
  CHECK(table.rows[2].line == 5);  // the row before it has two lines
}

TEST_CASE("a table from a spreadsheet, with a byte order mark and CRLF, reads the same") {
  const CsvTable plain = table_of("编号,名称\n1,杉木\n\n2,\"松,树\"\n");
  const CsvTable sheet = table_of("\xEF\xBB\xBF编号,名称\r\n1,杉木\r\n\r\n2,\"松,树\"\r\n");
  CHECK(sheet.columns == plain.columns);
  REQUIRE(sheet.rows.size() == plain.rows.size());
  for (std::size_t i = 0; i < plain.rows.size(); ++i) {
    CHECK(sheet.rows[i].cells == plain.rows[i].cells);
    CHECK(sheet.rows[i].line == plain.rows[i].line);
  }
}

TEST_CASE("what is no table is refused with the line where it goes wrong") {
  struct Row {
    std::string text, message, line;
  };
  for (const Row& row : {
           Row{"", "csv.no-columns", "1"},
           Row{"\n\r\n", "csv.no-columns", "1"},
           Row{"a,b\n1,2\n1\n", "csv.other-width", "3"},
           Row{"a,b\n1,2,3\n", "csv.other-width", "2"},
           Row{"a,b\n\"x\ny\",2\n1,2,3\n", "csv.other-width", "4"},
           Row{"a,b\n1,\"open\n2,3\n4,5\n", "csv.open-quote", "2"},
           Row{"a,b\n1,\"", "csv.open-quote", "2"},
           Row{"a,b\n\"x\"y,2\n", "csv.after-quote", "2"},
           Row{"a,b,a\n1,2,3\n", "csv.same-name", "1"},
           Row{"a,b\n1,\xD6\xD0\n", "csv.not-utf8", "2"},
       }) {
    const auto table = parse_csv(row.text);
    REQUIRE_MESSAGE(!table.has_value(), row.text);
    CHECK(table.error().message == row.message);
    CHECK(table.error().arguments == nianlun::Arguments{{"line", row.line}});
  }
}
