#include "receipt_forms.h"

#include <chrono>

#include "ledger/encoding.h"
#include "ledger/entry_proof.h"
#include "ledger/receipt.h"
#include "ledger/rotation.h"
#include "ledger/src/text.h"
#include "ledger/src/try.h"
#include "ledger/trace.h"

namespace nianlun::api {
namespace {

/// Which witnesses have not seen a record yet.
Unexpected not_witnessed(const Witnesses& witnesses, std::uint64_t index) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(witnesses.interval()).count();
  return fail(ErrorCode::kBusy, "api.not-witnessed",
              {{"index", std::to_string(index)},
               {"missing", missing_names(witnesses.status(), index)},
               {"seconds", std::to_string(seconds)}});
}

/// The checkpoint that a receipt leads to: with a policy, one that reached the quorum.
Result<std::string> checkpoint_for(const Service& service, std::uint64_t index) {
  if (service.witnesses == nullptr) return service.ledger.checkpoint();
  const auto cosigned = service.witnesses->covering(index);
  if (cosigned == nullptr) return not_witnessed(*service.witnesses, index);
  return cosigned->note;
}

Response octets_response(std::string_view type, Buffer octets) {
  Response response{.status = 200, .headers = {}, .body = std::move(octets), .stream = nullptr};
  response.with("Content-Type", type).with("Vary", "Accept");
  return response;
}

/// Whoever asks for everything gets JSON, as a browser does.
std::string_view form_of(const Request& request) {
  if (!request.parameter("form").empty()) return request.parameter("form");
  const std::string_view accept = request.header("accept");
  const auto names = [&](std::string_view type) { return accept.find(type) != accept.npos; };
  if (names("json") || names("text/html")) return "json";
  if (names("application/cose")) return "cose";
  return names("text/plain") ? "tlog-proof" : "json";
}

Result<Response> json_form(const Service& service, const Reading& reading, std::uint64_t index,
                           std::string_view checkpoint, const Request& request) {
  const Viewer viewer{request.caller.party, request.caller.roles, request.language};
  TRY_ASSIGN(Receipt receipt, make_receipt(reading, index, checkpoint, viewer));
  receipt.rotations = service.ledger.rotations();  // the reader may know an older key only
  Response response = json_response(receipt_json(receipt));
  response.with("Vary", "Accept");
  return response;
}

Result<Response> cose_form(const Service& service, const Reading& reading, const ProofFile& proof) {
  TRY_ASSIGN(const KeptRecord genesis, reading.kept(0));
  const SignOctets sign = [&](Bytes octets) { return service.ledger.sign_octets(octets); };
  TRY_ASSIGN(Buffer receipt,
             make_cose_receipt(proof, genesis.hash, service.ledger.log_verifier().key(), sign));
  return octets_response("application/cose", std::move(receipt));
}

Cbor named_key(const PublicKey& key) {
  constexpr std::int64_t kKeyIdOfKey = 2;
  constexpr std::int64_t kAlgorithmOfKey = 3;
  std::vector<std::pair<Cbor, Cbor>> entries = {
      {Cbor::label(kKeyIdOfKey), Cbor::bytes(cose_key_id(key).view())},
      {Cbor::label(kAlgorithmOfKey), Cbor::label(cose::kEdDsa)}};
  const Cbor bare = cose_key(key);
  for (std::size_t i = 0; i < bare.items().size(); i += 2) {
    entries.emplace_back(bare.items()[i], bare.items()[i + 1]);
  }
  return Cbor::map(std::move(entries));
}

}  // namespace

Result<Response> receipt_response(const Service& service, const Request& request,
                                  std::uint64_t index) {
  const std::string_view form = form_of(request);
  // The checkpoint first: what is read after it covers at least as much.
  const auto found = checkpoint_for(service, index);
  const auto reading = service.ledger.read();
  TRY_ASSIGN(KeptRecord kept, reading->kept(index));
  if (form == "record") return octets_response("application/json", std::move(kept.bytes));
  if (form != "json" && form != "tlog-proof" && form != "cose") {
    return fail(ErrorCode::kInvalidArgument, "api.bad-form", {{"form", std::string(form)}});
  }
  if (!found) return Unexpected{found.error()};
  const std::string& checkpoint = *found;
  if (form == "json") return json_form(service, *reading, index, checkpoint, request);
  TRY_ASSIGN(const ProofFile proof, make_proof_file(*reading, index, checkpoint));
  if (form == "cose") return cose_form(service, *reading, proof);
  return octets_response("text/plain; charset=utf-8", proof_file_text(proof));
}

std::vector<Route> receipt_key_routes(const Service& service) {
  const auto keys = [&service](const Request&) -> Result<Response> {
    TRY_ASSIGN(const Json facts, ledger_view(*service.ledger.read()));
    std::vector<Cbor> named = {named_key(service.ledger.log_verifier().key())};
    const Json::Array& vkeys = facts.find("logKeys")->array();
    for (std::size_t i = 1; i < vkeys.size(); ++i) {
      TRY_ASSIGN(const NoteVerifier next, NoteVerifier::parse(vkeys[i].string()));
      named.push_back(named_key(next.key()));
    }
    return octets_response("application/cbor", Cbor::array(std::move(named)).encode());
  };
  const auto rotations = [&service](const Request&) -> Result<Response> {
    return json_response(rotations_json(service.ledger.rotations()));
  };
  return {{"GET", "/.well-known/scitt-keys", Access::kPublic, "", at_once(keys)},
          {"GET", "/log-keys", Access::kPublic, "", at_once(rotations)}};
}

}  // namespace nianlun::api
