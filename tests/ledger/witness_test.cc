#include "ledger/witness.h"

#include <doctest/doctest.h>

#include "ledger/encoding.h"
#include "ledger/json.h"
#include "ledger/merkle.h"
#include "small_log.h"
#include "vectors.h"

namespace nianlun::testing {
namespace {

Json vector_file(const char* file) {
  return Json::parse(read_file(vectors() / "transparency" / file)).value();
}
/// A witness of one log, which keeps what it is told to keep.
struct Witness {
  explicit Witness(NoteVerifier log_key) : log{.key = std::move(log_key)} {}

  WitnessAnswer ask(Bytes body) {
    const auto find = [this](std::string_view origin) {
      return origin == log.key.name() ? &log : nullptr;
    };
    WitnessAnswer answer =
        answer_add_checkpoint(body, find, std::span(&cosigner, 1), 1'700'000'000);
    CHECK((answer.status == 200) == answer.checkpoint.has_value());
    CHECK((answer.status == 200 || answer.status == 409) == answer.error.message.empty());
    if (answer.status != 200) return answer;
    const NoteVerifier keys[] = {log.key, cosigner.verifier()};
    const auto kept = open_note(answer.note, keys);
    REQUIRE(kept);
    CHECK(kept->verified.size() == 2);
    CHECK(kept->unverified.empty());
    CHECK(answer.note.ends_with(answer.signature));
    log.latest = answer.checkpoint;
    return answer;
  }

  WitnessedLog log;
  Cosigner cosigner = Cosigner::create("example.com/witness", key_of('w')).value();
};

}  // namespace

TEST_CASE("torchwood's conversation has its statuses, with 404 for an unknown log") {
  const Json told = vector_file("FiloSottile-torchwood/add_checkpoint_conversation.json");
  Witness witness(NoteVerifier::parse(told.text("log_vkey")).value());
  const Json::Array& steps = told.find("steps")->array();
  REQUIRE(steps.size() == 9);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CAPTURE(i);
    const WitnessAnswer answer = witness.ask(steps[i].text("body"));
    const std::int64_t wanted = i == 2 ? 404 : steps[i].integer("status").value();
    CHECK(answer.status == wanted);
    if (answer.status == 200)
      CHECK(answer.signature.starts_with("\xe2\x80\x94 example.com/witness "));
    if (i == 6) CHECK(answer.latest_size == 3);
    if (i == 8) CHECK(answer.latest_size == 5);
  }
}

TEST_CASE("transparency-dev's request from 5 to 8 is cosigned after 5") {
  const Json told = vector_file("transparency-dev-witness/witness_vectors.json");
  Witness witness(NoteVerifier::parse(told.text("log_vkey")).value());
  const std::string request(told.text("add_checkpoint_body"));
  CHECK(witness.ask(request).status == 409);
  const std::string five(told.text("checkpoint_5"));
  CHECK(witness.ask(add_checkpoint_body({0, {}, five})).status == 200);
  CHECK(witness.ask(request).status == 200);
  CHECK(witness.log.latest->size == 8);
  const WitnessAnswer again = witness.ask(request);
  CHECK(again.status == 409);
  CHECK(again.latest_size == 8);
  Witness other(NoteVerifier::parse(told.text("other_log_vkey")).value());
  CHECK(other.ask(request).status == 404);
}

TEST_CASE("the same checkpoint again is cosigned again") {
  const SmallLog log;
  Witness witness(log.signer.verifier());
  CHECK(witness.ask(log.body(0, 0)).status == 200);
  CHECK(witness.ask(log.body(0, 0)).status == 200);
  CHECK(witness.ask(log.body(0, 7)).status == 200);
  CHECK(witness.ask(log.body(7, 7)).status == 200);
  CHECK(witness.ask(log.body(7, 300)).status == 200);
}

TEST_CASE("a log that goes back is not cosigned") {
  const SmallLog log;
  Witness witness(log.signer.verifier());
  CHECK(witness.ask(log.body(0, 9)).status == 200);
  CHECK(witness.ask(log.body(5, 6)).status == 409);
  CHECK(witness.ask(log.body(0, 6)).status == 409);
  CHECK(witness.ask(add_checkpoint_body({9, {}, log.checkpoint(6)})).status == 400);
  CHECK(witness.log.latest->size == 9);
}

TEST_CASE("a fork is not cosigned, and one of the same size is evidence") {
  const SmallLog log;
  SmallLog forked;
  forked.fork = 4;
  Witness witness(log.signer.verifier());
  CHECK(witness.ask(log.body(0, 9)).status == 200);
  const WitnessAnswer same = witness.ask(forked.body(9, 9));
  CHECK(same.status == 422);
  CHECK(same.error.message == "witness.other-root");
  CHECK(same.conflict == forked.checkpoint(9));
  const WitnessAnswer stale = witness.ask(forked.body(3, 9));
  CHECK(stale.status == 409);
  CHECK(stale.conflict == forked.checkpoint(9));
  const WitnessAnswer longer = witness.ask(forked.body(9, 12));
  CHECK(longer.status == 422);
  CHECK(longer.conflict.empty());
  CHECK(witness.ask(log.body(9, 12)).status == 200);
}

TEST_CASE("a proof that is not needed, one that is wrong, and a root of nothing are 422") {
  const SmallLog log;
  Witness witness(log.signer.verifier());
  const auto status = [&](std::uint64_t old_size, std::vector<Hash> proof, std::string note) {
    return witness.ask(add_checkpoint_body({old_size, std::move(proof), std::move(note)})).status;
  };
  CHECK(status(0, log.proof(3, 6), log.checkpoint(6)) == 422);
  const std::string nothing =
      checkpoint_text({.origin = log.signer.name(), .size = 0, .root = Hash{}, .extensions = {}});
  CHECK(status(0, {}, sign_note(nothing, std::span(&log.signer, 1)).value()) == 422);
  CHECK(status(0, {}, log.checkpoint(3)) == 200);
  std::vector<Hash> proof = log.proof(3, 6);
  proof[0].bytes[31] ^= 1;
  CHECK(status(3, proof, log.checkpoint(6)) == 422);
  proof = log.proof(3, 6);
  proof.push_back(Hash{});
  CHECK(status(3, proof, log.checkpoint(6)) == 422);
  proof.resize(1);
  CHECK(status(3, proof, log.checkpoint(6)) == 422);
  CHECK(status(3, {Hash{}}, log.checkpoint(3)) == 422);
  CHECK(status(3, log.proof(3, 6), log.checkpoint(6)) == 200);
}

TEST_CASE("who is no trusted log, or signs falsely, is 403; other signatures are not kept") {
  const SmallLog log;
  Witness witness(log.signer.verifier());
  SmallLog impostor;
  impostor.signer = NoteSigner::create(log.signer.name(), key_of('I')).value();
  CHECK(witness.ask(impostor.body(0, 3)).status == 403);
  std::string note = log.checkpoint(3);
  note[note.size() - 20] = note[note.size() - 20] == 'A' ? 'B' : 'A';
  CHECK(witness.ask(add_checkpoint_body({0, {}, note})).status == 403);
  NoteSigner both[] = {NoteSigner::create(log.signer.name(), key_of('I')).value(),
                       NoteSigner::create(log.signer.name(), key_of('L')).value()};
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const WitnessAnswer answer =
      witness.ask(add_checkpoint_body({0, {}, sign_note(text, both).value()}));
  CHECK(answer.status == 200);
}

TEST_CASE("what is no request is 400") {
  const SmallLog log;
  Witness witness(log.signer.verifier());
  CHECK(witness.ask(log.body(0, 3)).status == 200);
  const std::string good = log.body(3, 6);
  const std::string note = log.checkpoint(6);
  const std::string hash = base64(Hash{}.view()) + "\n";
  std::string many = "old 3\n";
  for (std::size_t i = 0; i <= kProofHashesMax; ++i) many += hash;
  const std::string bodies[] = {"",
                                "old 3\n",
                                "old 3\n\n",
                                "old 03\n\n" + note,
                                "3\n\n" + note,
                                "old -1\n\n" + note,
                                "Old 3\n\n" + note,
                                "old 3\r\n\n" + note,
                                "old 3 \n\n" + note,
                                many + "\n" + note,
                                "old 3\nAAAA\n\n" + note,
                                "old 3\n" + note,
                                "old 3\n\nnot a checkpoint\n\n\xe2\x80\x94 a AAAA\n",
                                "old 7\n\n" + note,
                                "old 3\n\n" + note.substr(0, note.find("\n\n") + 2),
                                good.substr(0, good.size() - 1),
                                std::string(kAddCheckpointBytesMax + 1, 'o')};
  for (const std::string& body : bodies) {
    CAPTURE(body.substr(0, 200));
    CHECK(witness.ask(body).status == 400);
  }
  CHECK(witness.ask(good).status == 200);
}

TEST_CASE("a request prints as it was") {
  const SmallLog log;
  const auto request = parse_add_checkpoint(log.body(3, 200));
  REQUIRE(request);
  CHECK(request->old_size == 3);
  CHECK(request->proof == log.proof(3, 200));
  CHECK(add_checkpoint_body(*request) == log.body(3, 200));
}

TEST_CASE("a log goes over to its next key, and no witness that saw it goes back") {
  SmallLog log;
  Witness witness(log.signer.verifier());
  const auto next = [&] { return NoteSigner::create(log.signer.name(), key_of('N')).value(); };
  witness.log.next.push_back(next().verifier());
  const auto asked = [&](std::uint64_t old_size, std::uint64_t size,
                         std::span<const NoteSigner> signers) {
    const std::string note = log.checkpoint(size);
    AddCheckpoint request = parse_add_checkpoint(log.body(old_size, size)).value();
    request.note = sign_note(parse_note(note).value().text, signers).value();
    WitnessAnswer answer = answer_add_checkpoint(
        add_checkpoint_body(request), [&](std::string_view) { return &witness.log; },
        std::span(&witness.cosigner, 1), 1);
    if (answer.status == 200) {
      witness.log.latest = answer.checkpoint;
      witness.log.newest = answer.newest;
    }
    return answer;
  };
  const auto old = [&] { return NoteSigner::create(log.signer.name(), key_of('L')).value(); };
  std::vector<NoteSigner> both;
  both.push_back(old());
  both.push_back(next());
  const std::span<const NoteSigner> all(both);
  CHECK(asked(0, 2, all.first(1)).status == 200);
  CHECK(asked(2, 3, all).status == 200);
  CHECK(witness.log.newest == 1);
  const WitnessAnswer back = asked(3, 4, all.first(1));
  CHECK(back.status == 403);
  CHECK(back.error.message == "witness.older-key");
  CHECK(asked(3, 4, all.last(1)).status == 200);
  CHECK(asked(4, 5, all.first(1)).status == 403);
}

}  // namespace nianlun::testing
