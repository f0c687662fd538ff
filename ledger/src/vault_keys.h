#pragma once

// What vault.cc and vault_loss.cc both know of the bytes of a vault.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/database.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/private_value.h"
#include "ledger/result.h"
#include "ledger/vault_loss.h"

namespace nianlun {

/// Of the number up to which marks of writes were taken away.
inline Buffer vault_forgotten_key() { return "b"; }

inline Buffer vault_value_key(std::string_view digest) { return "d" + Buffer(digest); }
/// Of a value that was erased.
inline Buffer vault_erased_key(std::string_view digest) { return "e" + Buffer(digest); }
inline constexpr std::size_t kDigestCharacters = 43;

Buffer encode(const PrivateValue& value);
/// kCorrupted  not what encode() makes of a value with that digest
Result<PrivateValue> decode_private_value(std::string_view digest, Bytes bytes, Suite suite);

/// Of an erasure that is planned: its seal in hex; and of each of its values.
inline Buffer vault_plan_key() { return "o"; }
inline Buffer vault_planned_key(std::string_view digest) { return "p" + Buffer(digest); }
/// There while the vault has to be written anew.
inline Buffer vault_rewrite_key() { return "c"; }
/// The entries of the index for one value of a member; a digest follows.
Buffer vault_index_prefix(std::string_view profile, std::string_view member, const Json& value);
/// Of a value that can be found: a text of up to 1,024 octets or a number, in an event of a
/// profile.
std::optional<Buffer> vault_index_key(const PrivateValue& value, std::string_view digest);

/// `vault.anchor`: how many writes there were.
Buffer vault_anchor_text(std::uint64_t writes);
/// kCorrupted  no anchor
Result<std::uint64_t> read_vault_anchor(const std::filesystem::path& file);

/// Adds what lies between the marks that are there, up to the writes that were made.
Result<void> find_gaps(const Database& database, VaultLoss& loss);

}  // namespace nianlun
