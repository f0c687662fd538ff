#!/usr/bin/env python3
"""tests/install.sh against stand-ins for dpkg-query, id, sudo and apt-get: no system is touched."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("install.sh")
PACKAGES = "# comment\nalpha\nbeta test\ngamma|command:some-tool>=18\ndelta bench\n"


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "packages").write_text(PACKAGES)
        self.log = self.folder / "log"
        self.log.write_text("")
        self.command("dpkg-query", "")
        self.command("id", "echo 1000")
        self.command("sudo", '[ "$1" = -n ] && shift; exec "$@"')
        self.command("apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {self.log}')

    def command(self, name, body):
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def installed(self, *names):
        self.command("dpkg-query", "".join(f"echo {name} installed\n" for name in names)
                     + "echo removed config-files\n")

    def run_script(self, *arguments):
        environment = {"PATH": f"{self.folder}:/usr/bin:/bin", "HOME": str(self.folder),
                       "NIANLUN_PACKAGES": str(self.folder / "packages"),
                       "NIANLUN_SERVICE_POLICY": str(self.folder / "policy-rc.d")}
        return subprocess.run(["bash", SCRIPT, *arguments], env=environment, text=True,
                              capture_output=True, timeout=60)

    def test_with_nothing_missing_it_is_silent_and_calls_no_package_manager(self):
        self.installed("alpha", "beta", "gamma")
        self.command("sudo", f"echo sudo >> {self.log}; exit 1")
        done = self.run_script()
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.assertEqual(self.log.read_text(), "")

    def test_only_what_is_missing_is_installed_and_without_questions(self):
        self.installed("alpha")
        self.assertEqual(self.run_script().returncode, 0)
        install = self.log.read_text().splitlines()[-1]
        self.assertRegex(install, r"^noninteractive .*--no-install-recommends beta gamma$")

    def test_a_command_of_the_right_version_stands_in_for_a_package(self):
        self.installed("alpha", "beta")
        self.command("some-tool", "echo v18.20.1")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.log.read_text(), "")
        self.command("some-tool", "echo v16.1.0")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertIn("gamma", self.log.read_text())

    def test_the_build_needs_no_test_packages(self):
        self.installed("alpha", "gamma")
        self.assertEqual(self.run_script("--build").returncode, 0)
        self.assertEqual(self.log.read_text(), "")

    def test_only_the_benchmark_needs_what_it_compares_with(self):
        self.installed("alpha", "beta", "gamma")
        self.assertEqual(self.run_script("--bench").returncode, 0)
        self.assertRegex(self.log.read_text().splitlines()[-1], r" delta$")

    def test_no_service_starts_and_the_policy_that_says_so_is_gone_afterwards(self):
        self.command("apt-get", f'[ "$1" = -q ] && sh {self.folder}/policy-rc.d; echo $? >> {self.log}')
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.log.read_text().split(), ["101", "101"])
        self.assertFalse((self.folder / "policy-rc.d").exists())
        (self.folder / "policy-rc.d").write_text("exit 0\n")
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual((self.folder / "policy-rc.d").read_text(), "exit 0\n")

    def test_without_root_and_sudo_the_line_to_run_is_printed(self):
        self.command("sudo", "exit 1")
        done = self.run_script()
        self.assertEqual(done.returncode, 2)
        self.assertIn("apt-get install -y --no-install-recommends alpha beta gamma", done.stderr)
        self.assertEqual(self.log.read_text(), "")

    def test_a_failed_installation_is_told(self):
        self.command("apt-get", 'case "$*" in *install*) echo "E: no such package"; exit 100;; esac')
        done = self.run_script()
        self.assertEqual(done.returncode, 2)
        self.assertIn("E: no such package", done.stderr)


if __name__ == "__main__":
    unittest.main()
