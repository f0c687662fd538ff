#include "labels/print.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "fixtures.h"
#include "labels/sheet.h"
#include "scanner/decode.h"
#include "vectors.h"

using namespace nianlun;
using namespace nianlun::labels;
using nianlun::testing::read_file;
using nianlun::testing::TemporaryFolder;

namespace {

std::string rows(int count) {
  std::string text = "uri,树种,产地\n";
  for (int i = 0; i < count; ++i) {
    text += "https://t.example.cn/item/" + std::to_string(100'000 + i) +
            ",银杏,\"浙江省 杭州市, 临安区\"\n";
  }
  return text;
}

Result<std::uint64_t> run(const std::string& text, const PrintJob& job) {
  std::istringstream in(text);
  LabelReader reader(in, {"https://t.example.cn", {}});
  return print(reader, job);
}

PrintJob job_for(Format format, const std::filesystem::path& out, std::string_view layout) {
  PrintJob job;
  job.format = format;
  job.out = out;
  job.layout = *layout_named(layout);
  return job;
}

// The texts of all symbols of a page as a printer at 300 dpi would show it.
std::set<std::string> texts_of_page(const std::filesystem::path& pdf, int page) {
  const std::string number = std::to_string(page);
  const std::string base = pdf.string() + ".page" + number;
  const std::string command = "pdftoppm -r 300 -gray -png -singlefile -f " + number + " -l " +
                              number + " '" + pdf.string() + "' '" + base + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  const auto image = scanner::load_image(read_file(base + ".png"));
  REQUIRE(image);
  std::set<std::string> texts;
  for (const auto& code : scanner::decode(*image, {.many = true, .try_harder = true})) {
    texts.insert(code.text);
  }
  return texts;
}

}  // namespace

TEST_CASE("every symbol of a printed sheet is read") {
  const TemporaryFolder folder;
  for (const auto& [layout, per_page] :
       {std::pair("a4-24", 24), std::pair("a4-40", 40), std::pair("letter-30", 30)}) {
    CAPTURE(layout);
    PrintJob job = job_for(Format::kPdf, folder.path() / (std::string(layout) + ".pdf"), layout);
    job.title = "年轮";
    const auto count = run(rows(per_page + 3), job);
    REQUIRE(count);
    CHECK(*count == static_cast<std::uint64_t>(per_page + 3));
    CHECK(texts_of_page(job.out, 1).size() == static_cast<std::size_t>(per_page));
    const auto last = texts_of_page(job.out, 2);
    CHECK(last.size() == 3);
    CHECK(last.contains("HTTPS://T.EXAMPLE.CN/item/" + std::to_string(100'000 + per_page)));
  }
}

TEST_CASE("rolls, cards and plates have a page for each label") {
  const TemporaryFolder folder;
  for (const char* layout : {"roll-50x30", "roll-40x60", "card", "plate-60x90"}) {
    CAPTURE(layout);
    const PrintJob job = job_for(Format::kPdf, folder.path() / layout, layout);
    REQUIRE(run(rows(2), job));
    CHECK(texts_of_page(job.out, 2) == std::set<std::string>{"HTTPS://T.EXAMPLE.CN/item/100001"});
  }
}

TEST_CASE("a sheet that is partly used begins at its first free label") {
  const TemporaryFolder folder;
  PrintJob job = job_for(Format::kPdf, folder.path() / "a.pdf", "a4-24");
  job.first_position = 22;
  REQUIRE(run(rows(3), job));
  CHECK(texts_of_page(job.out, 1).size() == 2);
  CHECK(texts_of_page(job.out, 2).size() == 1);
  job.first_position = 24;
  CHECK(run(rows(3), job).error().message == "labels.bad-start");
}

TEST_CASE("pictures read back through the scanner") {
  const TemporaryFolder folder;
  REQUIRE(run(rows(3), job_for(Format::kPng, folder.path() / "png", "a4-24")));
  const auto image = scanner::load_image(read_file(folder.path() / "png/000002-item_100001.png"));
  REQUIRE(image);
  const auto codes = scanner::decode(*image);
  REQUIRE(codes.size() == 1);
  CHECK(codes[0].text == "HTTPS://T.EXAMPLE.CN/item/100001");
  REQUIRE(run(rows(1), job_for(Format::kSvg, folder.path() / "one.svg", "a4-24")));
  CHECK(read_file(folder.path() / "one.svg").starts_with("<svg"));
  CHECK(run(rows(2), job_for(Format::kSvg, folder.path() / "two.svg", "a4-24")).error().message ==
        "labels.one-file");
}

TEST_CASE("one wrong symbol among many and nothing is kept") {
  const TemporaryFolder folder;
  PrintJob job = job_for(Format::kPdf, folder.path() / "a.pdf", "a4-24");
  job.make = [](std::string_view payload, Correction correction) -> Result<Matrix> {
    auto matrix = make_qr(payload, correction);
    if (matrix && payload.ends_with("100700")) matrix->dark.assign(matrix->dark.size(), 1);
    return matrix;
  };
  const auto wrong = run(rows(1000), job);
  REQUIRE(!wrong);
  CHECK(wrong.error().code == ErrorCode::kCorrupted);
  CHECK(folder.files() == 0);
  job.make = [](std::string_view payload, Correction correction) {
    return make_qr(std::string(payload) + "0", correction);
  };
  job.format = Format::kPng;
  CHECK(run(rows(1), job).error().code == ErrorCode::kCorrupted);
  CHECK(std::filesystem::is_empty(job.out));
}

TEST_CASE("a wrong row, no rows, too many lines or an address too long keep nothing") {
  const TemporaryFolder folder;
  const PrintJob job = job_for(Format::kPdf, folder.path() / "a.pdf", "a4-40");
  CHECK(run(rows(600) + "nope,a,b\n", job).error().message == "tag-code.length");
  CHECK(run("uri\n", job).error().message == "labels.no-labels");
  std::string many = "uri";
  std::string values = "\nhttps://t.example.cn/1";
  for (int i = 0; i < 20; ++i) many += ",text" + std::to_string(i), values += ",x";
  CHECK(run(many + values, job).error().message == "labels.too-many-lines");
  CHECK(run("https://t.example.cn/" + std::string(300, 'x'), job).error().message ==
        "labels.symbol-too-large");
  CHECK(folder.files() == 0);
  PrintJob nowhere = job;
  nowhere.out = folder.path() / "missing/a.pdf";
  CHECK(run(rows(1), nowhere).error().code == ErrorCode::kIo);
}

TEST_CASE("a sink that fails ends the sheet with its error") {
  auto sheet = Sheet::open({*layout_named("a4-24"), "", "en", 0},
                           [](Bytes) -> Result<void> { return fail(ErrorCode::kIo, "test.full"); });
  REQUIRE(sheet);
  const auto matrix = make_qr("x", Correction::kLow);
  REQUIRE(matrix);
  static_cast<void>(sheet->add({"x", "", {}, "x"}, *matrix));
  const auto closed = sheet->close();
  REQUIRE(!closed);
  CHECK(closed.error().message == "test.full");
}

TEST_CASE("text that is too wide is made smaller or loses its end, but stays on the label") {
  const TemporaryFolder folder;
  const PrintJob job = job_for(Format::kPdf, folder.path() / "a.pdf", "a4-24");
  std::string wide;
  for (int i = 0; i < 60; ++i) wide += "银杏";
  REQUIRE(run("uri,a\nhttps://t.example.cn/1," + wide + "\nhttps://t.example.cn/2,b", job));
  CHECK(texts_of_page(job.out, 1).size() == 2);
}
