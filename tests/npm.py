"""What tests take from npm: other people's implementations, and the driver of the browser."""

import os
import shutil
import subprocess
import sys

SKIPPED = 77
# What npm says when there is no way to the registry; all else, such as EINTEGRITY, is a failure.
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH",
               "ENETUNREACH", "ERR_SOCKET_TIMEOUT", "network timeout")


def unavailable(reason):
    print(f"the packages of this test are not available: {reason}")
    sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)


def install(folder):
    """Installs what `folder`/package-lock.json names there, unless the same was installed before.

    Ends the process with 77 (skipped), or with 1 if CI=true, where npm or its registry can't be reached.
    """
    if not shutil.which("npm") or not shutil.which("node"):
        unavailable("npm and node are not installed")
    lock = (folder / "package-lock.json").read_bytes()
    installed = folder / "node_modules/installed-lock.json"
    if installed.exists() and installed.read_bytes() == lock:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", "--fetch-retries=1"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180)
    except subprocess.TimeoutExpired:
        unavailable("npm ci took too long")
    if done.returncode != 0:
        if any(sign in done.stderr for sign in UNREACHABLE):
            unavailable("the registry can't be reached")
        sys.exit(f"npm ci failed:\n{done.stderr}")
    installed.write_bytes(lock)
