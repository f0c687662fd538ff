#pragma once

// A Reading of log, state and vault.

#include <memory>

#include "ledger/ledger.h"
#include "log_view.h"
#include "vault.h"

namespace nianlun {

/// `state` is of exactly the records of `log`.
std::shared_ptr<const Reading> make_reading(std::shared_ptr<const LogView> log,
                                            std::shared_ptr<const StateView> state,
                                            std::shared_ptr<const Vault> vault);

}  // namespace nianlun
