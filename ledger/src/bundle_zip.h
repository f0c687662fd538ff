#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/result.h"

namespace nianlun {

inline constexpr std::size_t kZipBytesMax = 256 << 20;
inline constexpr std::size_t kZipMembersMax = 4096;

struct ZipMember {
  std::string path;  ///< letters, digits, ".", "-", "_" and "/"
  Buffer content;
  bool operator==(const ZipMember&) const = default;
};

/// Whether octets are meant to be a ZIP: they begin as one with a member does.
bool is_zip(Bytes octets);

/// The plainest ZIP of the members, in their order (docs/formats.md, section 14): the same members
/// make the same octets.
/// kTooLarge         over a bound
/// kInvalidArgument  a name that is none, or twice
/// kIo               no memory
Result<Buffer> make_zip(std::span<const ZipMember> members);

/// The members of such a ZIP. Nothing is unpacked: they are stored, so they are never larger than
/// the ZIP, and there is no octet in it that is none of theirs.
/// kTooLarge         over a bound
/// kInvalidArgument  any other ZIP
Result<std::vector<ZipMember>> read_zip(Bytes zip);

}  // namespace nianlun
