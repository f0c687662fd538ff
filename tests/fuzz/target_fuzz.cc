// The parts of a request's target have no control characters, and join to what was sent.

#include "fuzz.h"
#include "url.h"

using nianlun::testing::input;
using nianlun::testing::require;
namespace api = nianlun::api;

namespace {

void require_plain(std::string_view text) {
  for (const char c : text) {
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no control characters");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target = input(data, size);
  const std::string_view path = target.substr(0, target.find('?'));
  std::string joined;
  for (const std::string_view segment : api::split_path(path)) {
    (joined += '/') += segment;
    if (const auto decoded = api::percent_decoded(segment)) require_plain(*decoded);
  }
  require(joined == path || !path.starts_with('/'), "the segments make the path");
  if (path.size() == target.size()) return 0;
  if (const auto query = api::parse_query(target.substr(path.size() + 1))) {
    for (const auto& [name, value] : *query) {
      require_plain(name);
      require_plain(value);
    }
  }
  return 0;
}
