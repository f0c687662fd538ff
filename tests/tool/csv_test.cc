#include "ledger/csv.h"

#include <doctest/doctest.h>

#include <sstream>
#include <streambuf>
#include <string>

#include "csv_table.h"

using nianlun::CsvReader;
using nianlun::CsvTable;
using nianlun::parse_csv;

namespace {

CsvTable table_of(std::string text) {
  auto table = parse_csv(std::move(text));
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
           Row{"a,b\n" + std::string((1 << 20) + 1, 'x') + ",2\n", "csv.row-too-long", "2"},
           Row{"a\n" + std::string((1 << 20) + 1, ','), "csv.row-too-long", "2"},
           Row{"a,b\n\"1\n\",2\r3\n", "csv.after-quote", "3"},
           Row{"a,b\n\"x\"y,2\n", "csv.after-quote", "2"},
           Row{"a,b,a\n1,2,3\n", "csv.same-name", "1"},
           Row{"a,b\n1,\xD6\xD0\n", "csv.not-utf8", "2"},
       }) {
    const auto table = parse_csv(row.text);
    REQUIRE_MESSAGE(!table.has_value(), row.text);
    CHECK(table.error().message == row.message);
    CHECK(table.error().arguments.front() == std::pair<std::string, std::string>("line", row.line));
  }
}

TEST_CASE("a stream that breaks is no end of the table") {
  struct Broken : std::streambuf {
    int underflow() override { throw std::ios_base::failure("broken"); }
  } broken;
  std::istream in(&broken);
  CsvReader reader(in);
  CsvReader::Cells cells;
  const auto read = reader.next(cells);
  REQUIRE_FALSE(read.has_value());
  CHECK(read.error().message == "csv.cannot-read");
}

TEST_CASE("a line is taken whole, whatever stands in it") {
  std::istringstream in("a,b\n\"c\",d\r\n\n\"open\n" + std::string(20'000, 'x'));
  CsvReader reader(in, 19'000);
  CsvReader::Cells cells;
  REQUIRE(reader.next(cells).value_or(false));
  std::string line;
  REQUIRE(reader.next_line(line).value_or(false));
  CHECK(line == "\"c\",d");
  REQUIRE(reader.next_line(line).value_or(false));
  CHECK(line == "\"open");
  CHECK(reader.line() == 4);
  CHECK(reader.next_line(line).error().message == "csv.row-too-long");
}
