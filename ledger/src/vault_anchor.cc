#include <fcntl.h>

#include <algorithm>
#include <cstdint>

#include "descriptor.h"
#include "ledger/json.h"
#include "vault_keys.h"

namespace nianlun {

Buffer vault_anchor_text(std::uint64_t writes) { return Json().set("writes", writes).dump(); }

Result<std::uint64_t> read_vault_anchor(const std::filesystem::path& file) {
  constexpr std::size_t kAnchorBytesMax = 64;
  Buffer text(kAnchorBytesMax, '\0');
  const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  const ssize_t got = in.get() < 0 ? -1 : read_up_to(in, text.data(), text.size());
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  const auto json = Json::parse(text);
  const bool read = json && json->is_object();
  const std::int64_t writes = read ? json->integer("writes").value_or(-1) : -1;
  if (writes < 0 || vault_anchor_text(static_cast<std::uint64_t>(writes)) != text) {
    return fail(ErrorCode::kCorrupted, "vault.no-anchor", {{"file", file.string()}});
  }
  return static_cast<std::uint64_t>(writes);
}

}  // namespace nianlun
