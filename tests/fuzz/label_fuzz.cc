// A list of codes yields labels whose texts can be set as lines of type, or a reason with its line.

#include <sstream>

#include "fuzz.h"
#include "labels/label.h"

using nianlun::testing::input;
using nianlun::testing::require;
namespace labels = nianlun::labels;

namespace {

bool has_controls(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in{std::string(input(data, size))};
  labels::LabelReader reader(in, {.host = "https://example.org", .text_columns = {}});
  labels::Label label;
  for (;;) {
    const auto more = reader.next(label);
    if (!more) {
      bool placed = false;
      for (const auto& [name, value] : more.error().arguments) placed |= name == "line";
      require(placed, "what is wrong is named by its line");
      return 0;
    }
    if (!*more) return 0;
    require(label.payload.starts_with("HTTP"), "a symbol opens a page");
    for (const char c : label.payload) require(c > 0x20 && c < 0x7f, "a symbol holds a URI");
    require(!has_controls(label.caption), "a caption is a line");
    for (const std::string& line : label.lines) require(!has_controls(line), "a text is a line");
    require(label.name.find_first_of("/.") == std::string::npos, "a name stays in its folder");
  }
}
