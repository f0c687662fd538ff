#pragma once

// What the subcommands of the `ledger` tool share.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/json.h"
#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;   ///< it could not be done; what was wrong is said
inline constexpr int kExitUsage = 2;    ///< the command line is wrong
inline constexpr int kExitPartly = 3;   ///< done, but some events were refused or disputed
inline constexpr int kExitOffline = 4;  ///< the server could not be reached; nothing is lost

/// The machine's clock and randomness, which only programs ask for.
std::int64_t now_ms();
std::uint64_t monotonic_ms();
Buffer random_octets(std::size_t count);
/// A name for this boot of the machine.
std::string boot_id();

/// kNotFound  it does not exist; kTooLarge over `bytes_max`; kIo it cannot be read
Result<std::string> read_file(const std::filesystem::path& file, std::size_t bytes_max = 64 << 20);
Result<Json> read_json_file(const std::filesystem::path& file);

/// Key files, the first the submitter's.
Result<std::vector<PrivateKey>> load_keys(const std::vector<std::string>& files);

/// Writes a text of the catalogue to the error output, with a newline.
void say(std::string_view language, std::string_view message, const Arguments& arguments = {});
/// Says an error after the tool's name, and returns kExitFailed, or kExitOffline for kBusy and kIo
/// of the network.
int complain(std::string_view language, const Error& error);

/// Says "message" with {count} at most twice a second.
std::function<void(std::uint64_t)> progress_of(std::string_view language, std::string message);

}  // namespace nianlun
