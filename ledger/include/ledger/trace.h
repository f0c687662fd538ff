#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/json.h"
#include "ledger/ledger.h"
#include "ledger/proof_file.h"
#include "ledger/receipt.h"
#include "ledger/result.h"

namespace nianlun {

/// Who asks: it decides which private values are shown.
struct Viewer {
  std::string party;               ///< of the token; empty: anybody
  std::vector<std::string> roles;  ///< "<profile>/<role>"
  std::string_view language = "en";
};

/// What a ledger says of itself: {"identity", "origin", "logKey", "domain", "timeZone",
/// "languages", "profiles", "rules"}.
Result<Json> ledger_view(const Reading& reading);

/// What people wrote, an object from language to text, in `language`; in another with its name, if
/// nobody wrote it in that one.
std::string written_in(const Json& texts, std::string_view language);

/// Provenance as JSON (docs/http-api.md). Every list has a bound and says where it goes on.
///
/// `id` is an identifier in any form, or a tag code; a tag that is fastened to an item yields the
/// item, with the tag in the member "tag". `chain_from` is the record at which the chain (newest
/// first) goes on, a "chainNext" of before.
/// Errors: kNotFound for what the ledger has not seen; kInvalidArgument for no identifier.
Result<Json> item_view(const Reading& reading, std::string_view id, const Viewer& viewer,
                       std::uint64_t chain_from = kNoRecord);
/// The same as JSON text, which costs a fraction of the value.
Result<std::string> item_text(const Reading& reading, std::string_view id, const Viewer& viewer,
                              std::uint64_t chain_from = kNoRecord);
/// A record with its event, verdict and times; private values merged for the entitled.
Result<Json> event_view(const Reading& reading, std::uint64_t index, const Viewer& viewer);
/// The records with that event id: the event, and its declaration of error if there is one.
Result<std::vector<std::uint64_t>> records_of_event(const Reading& reading,
                                                    std::string_view event_id);
/// The records whose events have a private value, for who has a role among the profile's `answers`:
/// {"records": [as event_view()], "next": digest|null}; the next answer is asked for `after` that.
/// kNotFound   the profile does not want that member found by its value
/// kForbidden  the viewer has no such role
Result<Json> events_with(const Reading& reading, const PrivateQuery& query, const Viewer& viewer);
/// Every unit that comes from a lot or is inside what does, with its holder and state, in pieces:
/// `each` returns false to stop.
struct ScopeUnit {
  std::string id;
  std::string kind;
  std::string state;
  std::string holder;     ///< party; empty: none yet
  std::string container;  ///< empty: none
};
Result<void> each_in_scope(const Reading& reading, std::string_view lot,
                           const std::function<bool(const ScopeUnit&)>& each);
/// Steps that the profile allows now for an item, for a viewer's roles (empty: all roles).
Result<Json> next_steps(const Reading& reading, std::string_view id, const Viewer& viewer);
/// kBusy  the checkpoint does not cover the record yet
Result<Receipt> make_receipt(const Reading& reading, std::uint64_t index,
                             std::string_view checkpoint, const Viewer& viewer);
/// One encoded disclosure of a record's event, for whoever wants to prove that value alone.
/// kNotFound   the event has no such digest, or the vault does not have the value (any longer)
/// kForbidden  the viewer is not entitled to the values of this event
Result<std::string> disclosure_of(const Reading& reading, std::uint64_t index,
                                  std::string_view digest, const Viewer& viewer);
/// The record's place in the log alone: it says nothing of the record, so it is anybody's.
/// kBusy  likewise
Result<ProofFile> make_proof_file(const Reading& reading, std::uint64_t index,
                                  std::string_view checkpoint);

}  // namespace nianlun
