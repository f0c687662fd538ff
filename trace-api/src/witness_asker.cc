#include "witness_asker.h"

#include <algorithm>
#include <utility>

#include "ledger/src/text.h"
#include "ledger/src/try.h"
#include "ledger/witness.h"

namespace nianlun::api {
namespace {

Unexpected refused(const PolicyWitness& witness, int status) {
  return fail(ErrorCode::kForbidden, "witness.refused",
              {{"name", witness.key.name()}, {"status", std::to_string(status)}});
}

}  // namespace

Result<std::unique_ptr<HttpClient>> connect_to(const PolicyWitness& witness,
                                               std::chrono::milliseconds timeout) {
  HttpClient::Options options;
  options.timeout = timeout;
  options.answer_timeout = timeout;
  options.response_bytes_max = kNoteBytesMax;
  return HttpClient::connect_to(witness.url, options);
}

WitnessAsker::WitnessAsker(const Ledger& ledger, PolicyWitness witness,
                           std::unique_ptr<HttpClient> client)
    : ledger_(ledger), witness_(std::move(witness)), client_(std::move(client)) {}

Result<std::unique_ptr<WitnessAsker>> WitnessAsker::create(const Ledger& ledger,
                                                           const PolicyWitness& witness,
                                                           std::chrono::milliseconds timeout) {
  TRY_ASSIGN(auto client, connect_to(witness, timeout));
  return std::unique_ptr<WitnessAsker>(new WitnessAsker(ledger, witness, std::move(client)));
}

Result<HttpResponse> WitnessAsker::send(const SignedHead& head) {
  if (old_size_ > head.checkpoint.size) {
    const std::uint64_t theirs = std::exchange(old_size_, 0);  // next time it is asked again
    return fail(ErrorCode::kConflict, "witness.is-ahead",
                {{"name", witness_.key.name()},
                 {"size", std::to_string(theirs)},
                 {"checkpoint", std::to_string(head.checkpoint.size)}});
  }
  AddCheckpoint asked{.old_size = old_size_, .proof = {}, .note = head.note};
  if (old_size_ > 0) {
    auto proof = ledger_.read()->consistency(old_size_, head.checkpoint.size);
    // The error is shown to everybody, and that of the store may name files.
    if (!proof) return fail(proof.error().code, "witness.no-proof");
    asked.proof = *std::move(proof);
  }
  HttpRequest request{.method = "POST", .target = "/add-checkpoint"};
  request.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  request.body = add_checkpoint_body(asked);
  return client_->send(request);
}

Result<Cosignature> WitnessAsker::ask(const SignedHead& head) {
  TRY_ASSIGN(HttpResponse response, send(head));
  if (response.status == 409) {
    std::string_view rest = response.body;
    const auto line = cut(rest, '\n');
    const auto size = line && rest.empty() ? parse_decimal(*line) : std::nullopt;
    if (!size || *size == old_size_) return refused(witness_, response.status);
    old_size_ = *size;
    TRY_ASSIGN(response, send(head));
  }
  if (response.status != 200) {
    old_size_ = 0;  // it may have been set up anew: it will say
    return refused(witness_, response.status);
  }
  TRY_ASSIGN(Cosignature cosignature, accept(head, response));
  old_size_ = head.checkpoint.size;
  return cosignature;
}

Result<Cosignature> WitnessAsker::accept(const SignedHead& head,
                                         const HttpResponse& response) const {
  const auto is_its = [&](const auto& one) {
    return one.name == witness_.key.name() && one.key_id == witness_.key.key_id();
  };
  const std::string note = head.note + response.body;
  const auto opened = open_note(note, std::span(&witness_.key, 1));
  const auto parsed = parse_note(note);
  const Unexpected not_its =
      fail(ErrorCode::kForbidden, "witness.no-cosignature", {{"name", witness_.key.name()}});
  // Lines of its answer must not end the text anew.
  if (!opened || !parsed || opened->text != checkpoint_text(head.checkpoint)) return not_its;
  const auto verified = std::ranges::find_if(opened->verified, is_its);
  const auto signature = std::ranges::find_if(parsed->signatures, is_its);
  if (verified == opened->verified.end() || signature == parsed->signatures.end()) return not_its;
  return Cosignature{*signature, verified->time_s.value_or(0)};
}

}  // namespace nianlun::api
