#!/usr/bin/env python3
"""The server killed at any moment, 200 times: what was answered stays, word for word.

Writers send sealed captures while trace-api is killed at random moments, its start included. What
got no answer is sent again after the restart. After each restart every answer since the last one,
and some of the older ones, must be what GET /capture/{id} says; at the end all of them, and the
ledger must pass its check before and after its state is made anew. What a power loss takes besides,
what was written and not synced, is the matter of ledger_fault_test.cc.

usage: kill_test.py --bin FOLDER [--rounds N] [--seed N]
"""

import argparse
import http.client
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

PROFILE = pathlib.Path(__file__).resolve().parent.parent / "bench/profile.json"
DOMAIN = "https://id.example.org"
WRITERS = 4
CAPTURES_PER_ROUND = 60  # of all writers, so that the last check stays short
OLDER = 25
DEADLINE_S = 30


class Failed(Exception):
    pass


def require(condition, sentence):
    if not condition:
        raise Failed(sentence)


class World:
    def __init__(self, folder, programs, rounds):
        self.folder, self.programs = pathlib.Path(folder), pathlib.Path(programs)
        self.ledger = self.folder / "ledger"
        self.server, self.port = None, None
        authority = self.folder / "authority.pem"
        self.run("ledger", "keygen", authority)
        made = json.loads(self.run("ledger", "init", self.ledger, "--origin", "ledger.example.org/kill",
                                   "--domain", DOMAIN, "--authority", authority, "--profile", PROFILE))
        setup = self.folder / "setup.json"
        setup.write_text(json.dumps({
            "identity": made["identity"], "party": DOMAIN + "/party/writers", "role": "bench/maker",
            "domain": DOMAIN, "authority": str(authority), "writers": WRITERS,
            "captures": rounds * CAPTURES_PER_ROUND // WRITERS, "events": 3}))
        self.run("signed_captures", setup, self.folder)

    def run(self, program, *arguments):
        command = [str(self.programs / program), *map(str, arguments)]
        done = subprocess.run(command, text=True, capture_output=True, timeout=120)
        require(done.returncode == 0, f"{' '.join(command)} exited {done.returncode}\n"
                                      f"{done.stdout}{done.stderr}")
        return done.stdout

    def launch(self):
        (self.folder / "port").unlink(missing_ok=True)
        with (self.folder / "server.log").open("a") as log:
            self.server = subprocess.Popen(
                [str(self.programs / "trace-api"), "--ledger", str(self.ledger), "--listen",
                 "127.0.0.1:0", "--port-file", str(self.folder / "port")],
                stdout=subprocess.DEVNULL, stderr=log)

    def wait_for_port(self):
        file, end = self.folder / "port", time.monotonic() + DEADLINE_S
        while True:
            text = file.read_text() if file.exists() else ""
            if text.endswith("\n"):
                self.port = int(text)
                return
            require(self.server.poll() is None, "trace-api ended by itself:\n" +
                    (self.folder / "server.log").read_text()[-2000:])
            require(time.monotonic() < end, "trace-api did not start in time")
            time.sleep(0.002)

    def kill(self):
        self.server.kill()
        self.server.wait()

    def stop(self):
        self.server.terminate()
        require(self.server.wait(timeout=DEADLINE_S) == 0, "trace-api did not stop in order")

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)


def exchange(connection, method, path, body=None):
    headers = {"Content-Type": "application/json"} if body else {}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


class Writer:
    """Sends the captures of one device in order; one without an answer is sent again."""

    def __init__(self, lines):
        self.lines, self.next, self.repeated = lines, 0, 0
        self.answers = []  # of the round: (path, body)
        self.wrong = None

    def send(self, connection, captures):
        for _ in range(captures):
            if self.next == len(self.lines):
                return
            try:
                status, headers, body = exchange(connection, "POST", "/capture", self.lines[self.next])
            except (OSError, http.client.HTTPException):  # the kill
                self.repeated += 1
                return
            job = json.loads(body) if status == 202 else {}
            if not job.get("success") or any(
                    outcome["outcome"] != "accepted" for outcome in job["nianlun:outcomes"]):
                self.wrong = f"capture {self.next} was answered {status} {body.decode()[:1000]}"
                return
            self.answers.append((headers["Location"], body))
            self.next += 1


def check_answers(world, answers):
    connection = world.connection()
    for path, body in answers:
        status, _, again = exchange(connection, "GET", path)
        require(status == 200 and again == body,
                f"GET {path} answered {status}\n{again.decode()[:1000]}\nbefore the kill it was\n"
                f"{body.decode()[:1000]}")
    connection.close()


def signed_size(world):
    connection = world.connection()
    status, _, note = exchange(connection, "GET", "/checkpoint")
    connection.close()
    require(status == 200, f"GET /checkpoint answered {status}")
    return int(note.decode().splitlines()[1])


def write_until_killed(world, writers, seconds):
    threads = []
    for writer in writers:
        arguments = (world.connection(), CAPTURES_PER_ROUND // WRITERS)
        threads.append(threading.Thread(target=writer.send, args=arguments))
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    world.kill()
    for thread in threads:
        thread.join()
    fresh = []
    for writer in writers:
        require(writer.wrong is None, writer.wrong)
        fresh += writer.answers
        writer.answers = []
    return fresh


def play(world, rounds, rng):
    writers = [Writer((world.folder / f"writer-{i}").read_bytes().splitlines()) for i in range(WRITERS)]
    world.launch()
    world.wait_for_port()
    enrolled = Writer((world.folder / "enrol").read_bytes().splitlines())
    enrolled.send(world.connection(), 1)
    require(enrolled.wrong is None and enrolled.next == 1, f"not enrolled: {enrolled.wrong}")
    answered, fresh, signed = [], enrolled.answers, 0
    for number in range(rounds):
        # Every sixth round the start itself is cut off, when it may be bringing up the state.
        if number % 6 == 5:
            world.kill()
            world.launch()
            time.sleep(rng.uniform(0, 0.04))
            world.kill()
            world.launch()
            world.wait_for_port()
        check_answers(world, fresh + rng.sample(answered, min(OLDER, len(answered))))
        size = signed_size(world)
        require(size >= signed, f"a checkpoint over {signed} was shown, and now one over {size}")
        signed = size
        answered += fresh
        fresh = write_until_killed(world, writers, rng.uniform(0.001, 0.08))
        world.launch()
        world.wait_for_port()
    answered += fresh
    check_answers(world, answered)
    repeated = sum(writer.repeated for writer in writers)
    require(len(answered) > rounds and repeated > rounds // 4,
            f"too little happened: {len(answered)} answers, {repeated} sent again")
    return len(answered), repeated


def check_the_end(world):
    world.kill()
    roots = [re.findall(r"\b[0-9a-f]{64}\b", world.run("ledger", "check", world.ledger))]
    world.run("ledger", "rebuild", world.ledger)
    roots.append(re.findall(r"\b[0-9a-f]{64}\b", world.run("ledger", "check", world.ledger)))
    require(roots[0] and roots[0] == roots[1], f"the rebuilt ledger has another root: {roots}")
    world.launch()
    world.wait_for_port()
    connection = world.connection()
    health = json.loads(exchange(connection, "GET", "/health")[2])
    connection.close()
    require(health["root"] in roots[0], f"the server has another root: {health}")
    world.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nianlun-kill-") as folder:
        world = World(folder, arguments.bin, arguments.rounds)
        try:
            answers, repeated = play(world, arguments.rounds, random.Random(arguments.seed))
            check_the_end(world)
        except (Failed, OSError, subprocess.SubprocessError, http.client.HTTPException) as failed:
            print(f"FAILED with --seed {arguments.seed}: {failed}", file=sys.stderr)
            return 1
        finally:
            if world.server and world.server.poll() is None:
                world.kill()
    print(f"{arguments.rounds} kills, {answers} answers kept, {repeated} captures sent again, "
          f"{time.monotonic() - begin:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
