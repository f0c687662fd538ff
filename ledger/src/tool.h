#pragma once

// What the subcommands of the `ledger` tool share.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "ledger/signature.h"

namespace nianlun {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;   ///< it could not be done; what was wrong is said
inline constexpr int kExitUsage = 2;    ///< the command line is wrong
inline constexpr int kExitPartly = 3;   ///< done, but some events were refused or disputed
inline constexpr int kExitOffline = 4;  ///< the server could not be reached; nothing is lost
inline constexpr int kExitAlarm = 6;    ///< a log was caught at showing what it must not
inline constexpr int kExitStale = 7;    ///< a log has not grown for longer than it may

/// Key files, the first the submitter's.
Result<std::vector<PrivateKey>> load_keys(const std::vector<std::string>& files);

/// Writes a text of the catalogue to the error output, with a newline.
void say(std::string_view language, std::string_view message, const Arguments& arguments = {});
/// Says an error after the tool's name, and returns kExitFailed, or kExitOffline if it says that
/// the server is away or in trouble.
int complain(std::string_view language, const Error& error);
/// The exit code of what was done and written to the output.
int finish(std::string_view language, const Result<void>& done);

/// Says "message" with {count} at most twice a second.
std::function<void(std::uint64_t)> progress_of(std::string_view language, std::string message,
                                               Arguments more = {});

}  // namespace nianlun
