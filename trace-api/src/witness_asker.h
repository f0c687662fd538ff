#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/http_client.h"
#include "ledger/ledger.h"
#include "ledger/note.h"
#include "ledger/policy.h"

namespace nianlun::api {

/// A checkpoint as its log signed it.
struct SignedHead {
  Checkpoint checkpoint;
  std::string note;
};
struct Cosignature {
  NoteSignature signature;
  std::uint64_t time_s = 0;
};

/// A connection to a witness; `timeout` is that of each step of a request, and of an answer.
/// kInvalidArgument  the witness's URL is none
Result<std::unique_ptr<HttpClient>> connect_to(const PolicyWitness& witness,
                                               std::chrono::milliseconds timeout);

/// Asks one witness for cosignatures (c2sp.org/tlog-witness, the log's side) over one connection.
///
/// Threads: one caller at a time.
class WitnessAsker {
 public:
  /// kInvalidArgument  the witness's URL is none
  static Result<std::unique_ptr<WitnessAsker>> create(const Ledger& ledger,
                                                      const PolicyWitness& witness,
                                                      std::chrono::milliseconds timeout);

  /// The witness's cosignature of a checkpoint that `ledger` holds. What the witness says that it
  /// has is believed once, and the proof made anew from there.
  /// kIo, kBusy    it cannot be reached, or has too much to do
  /// kForbidden    it refuses, or what it answers is no cosignature of its
  /// kConflict     it has cosigned more than this: the ledger has lost something
  Result<Cosignature> ask(const SignedHead& head);

 private:
  WitnessAsker(const Ledger& ledger, PolicyWitness witness, std::unique_ptr<HttpClient> client);
  Result<HttpResponse> send(const SignedHead& head);
  Result<Cosignature> accept(const SignedHead& head, const HttpResponse& response) const;

  const Ledger& ledger_;
  PolicyWitness witness_;
  std::unique_ptr<HttpClient> client_;
  std::uint64_t old_size_ = 0;  // that the witness has, as far as we know
};

}  // namespace nianlun::api
