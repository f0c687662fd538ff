#pragma once

#include <cstddef>

#include "ledger/bytes.h"

namespace nianlun {

/// Octets from the system's generator, fit for keys and salts.
///
/// Threads: any. Errors: none; a system without one ends the process.
Buffer fresh_octets(std::size_t octets);

}  // namespace nianlun
