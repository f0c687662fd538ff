#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ledger/bytes.h"
#include "ledger/hash.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

/// What a ledger hashes and signs with. Its genesis record fixes it for good (docs/formats.md,
/// section 1). Everything else is read and made by the suite of the ledger that it is to be of,
/// which the caller says: what it says of itself must be the same, and chooses nothing.
///
/// A suite is for seals and their trees, records and disclosures. The log's own tree and its
/// checkpoints are C2SP's in every suite.
enum class Suite : std::uint8_t {
  kSha256,  ///< "sha256": SHA-256; P-256 and Ed25519
  kSm2Sm3,  ///< "sm2-sm3": SM3 (GB/T 32905) and SM2 (GB/T 32918)
};

std::string_view suite_name(Suite suite);
/// Nothing for a name that no suite has.
std::optional<Suite> suite_named(std::string_view name);

/// The type of key that a program makes for a ledger of this suite if nobody asks for another.
KeyType usual_key(Suite suite);
/// Whether such a key may sign for a ledger of this suite.
bool has_key_type(Suite suite, KeyType type);
/// The suite of a ledger for which such a key signs.
Suite suite_of(KeyType type);

/// What a genesis event says, for reading what then has to prove that it is record 0. One of no
/// suite of ours is refused where it is read itself; its record is hashed as most are.
Suite suite_in_genesis(const Json& event);
/// kInvalidArgument  see suite_named()
Result<Suite> suite_by_name(std::string_view name);
/// kInvalidArgument  the key is of another suite: nothing that it signs would be taken
Result<void> check_key_type(const PublicKey& key, Suite suite);

/// The suite's hash of the concatenation.
/// Threads: any thread may call it. It does not fail.
Hash digest(Suite suite, Bytes a, Bytes b = {}, Bytes c = {});

}  // namespace nianlun
