"""The programs, run as their users run them: a server, people with devices, and what they see."""

import datetime
import json
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

DOMAIN = "https://id.example.org"
PARTY = DOMAIN + "/party/"


BEGAN = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2)


def now_plus(minutes):
    """A time in the story: so many minutes after it began, two hours ago."""
    return (BEGAN + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Failed(Exception):
    pass


class World:
    def __init__(self, folder, programs, language, suite="sha256"):
        self.suite = suite
        self.folder = pathlib.Path(folder)
        self.programs = pathlib.Path(programs)
        self.language = language
        self.ledger_folder = self.folder / "ledger"
        self.server = None
        self.url = None
        self.policy = None
        self.witnesses = {}
        self.held = 0
        self.people = {}
        self.parties = set()
        self.office = self.folder / "office"
        self.office.mkdir(exist_ok=True)

    # What people run.

    def run(self, program, *arguments, input=None, exits=(0,)):
        command = [str(self.programs / program), *map(str, arguments), "--lang", self.language]
        done = subprocess.run(command, input=input, text=True, capture_output=True, timeout=600)
        if done.returncode not in exits:
            raise Failed(f"{' '.join(command)}\nexited {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def ledger(self, *arguments, **options):
        return self.run("ledger", *arguments, **options)

    def scanner(self, *arguments, **options):
        return self.run("scanner", *arguments, **options)

    def labels(self, *arguments, **options):
        return self.run("labels", *arguments, **options)

    # The server.

    def start(self, port=0):
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        log = (self.folder / "server.log").open("a")
        policy = ["--policy", str(self.policy), "--witness-interval", "1"] if self.policy else []
        self.server = subprocess.Popen(
            [str(self.programs / "trace-api"), "--ledger", str(self.ledger_folder), "--listen",
             f"127.0.0.1:{port}", "--port-file", str(port_file), *policy], stdout=subprocess.DEVNULL, stderr=log)
        for _ in range(600):
            if port_file.exists() and port_file.read_text().strip():
                break
            if self.server.poll() is not None:
                raise Failed("trace-api did not start:\n" + (self.folder / "server.log").read_text())
            time.sleep(0.05)
        else:
            raise Failed("trace-api took too long to start")
        self.url = "http://127.0.0.1:" + port_file.read_text().strip()

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        if self.server.wait(timeout=60) != 0:
            raise Failed("trace-api did not stop in order")
        self.server = None

    def kill(self):
        """As a power cut would, at any moment."""
        self.server.kill()
        self.server.wait()
        self.server = None

    def close(self):
        if self.server and self.server.poll() is None:
            self.server.kill()
            self.server.wait()
        for witness in self.witnesses.values():
            witness.close()

    def post(self, path, body, token=None, wanted=200):
        return self.get(path, token=token, wanted=wanted, body=body.encode())

    def get(self, path, accept="application/json", token=None, wanted=200, body=None):
        headers = {"Accept": accept, "Accept-Language": self.language}
        if token:
            headers["Authorization"] = "Bearer " + token
        if body is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.url + path, data=body, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                status, body = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read().decode()
        if status != wanted:
            raise Failed(f"GET {path} answered {status}, not {wanted}\n{body[:2000]}")
        return json.loads(body) if accept == "application/json" and body.startswith("{") else body

    def item(self, identifier):
        return self.get("/items/" + urllib.parse.quote(identifier, safe=""))

    def receipt(self, index):
        """A receipt, once a checkpoint covers its record."""
        for _ in range(300):
            try:
                return self.get(f"/records/{index}/receipt", accept="*/*")
            except Failed as failed:
                if "answered 503" not in str(failed):
                    raise
                time.sleep(0.1)
        raise Failed("no checkpoint came")

    # People.

    def enrol(self, name, party, roles, names):
        """A person with a device, and a key in the office for imports: a device numbers its seals,
        so no key is used in two places."""
        if party not in self.parties:
            self.parties.add(party)
            self.ledger("party", "--server", self.url, "--key", self.authority, "--party",
                        PARTY + party, "--name", "zh=" + names["zh"], "--name", "en=" + names["en"])
        person = Person(self, name)
        office = self.office / f"{name}.pem"
        self.keygen(office)
        for key in (person.key, office):
            self.enrol_key(key, party, roles)
        self.scanner("pull", "--server", self.url, "--store", person.store)
        return person

    def keygen(self, file):
        """A key that may sign for the ledger; its did:key."""
        return self.ledger("keygen", file, "--type", "sm2" if self.suite == "sm2-sm3" else "p256").strip()

    def enrol_key(self, key, party, roles):
        possession = self.ledger("possess", "--server", self.url, "--key", key, "--party",
                                 PARTY + party)
        arguments = [argument for role in roles for argument in ("--role", role)]
        self.ledger("enrol", "--server", self.url, "--key", self.authority, "-", *arguments,
                    input=possession)

    def set_up(self, profiles):
        self.authority = self.folder / "authority.pem"
        self.keygen(self.authority)
        arguments = [argument for file in profiles for argument in ("--profile", file)]
        made = json.loads(self.ledger("init", self.ledger_folder, "--origin",
                                      "ledger.example.org/samples", "--domain", DOMAIN, "--authority",
                                      self.authority, "--suite", self.suite, *arguments))
        self.identity, self.log_key = made["identity"], made["logKey"]

    # What must hold.

    def holds(self, condition, sentence, detail=""):
        if not condition:
            raise Failed(f"NOT: {sentence}\n{detail}")
        self.held += 1
        print(f"ok {self.held}  {sentence}", flush=True)


class Person:
    def __init__(self, world, name):
        self.world, self.name = world, name
        self.key = world.folder / f"{name}.pem"
        self.store = world.folder / f"{name}.store"
        self.did = world.keygen(self.key)

    def record(self, step, items, values=(), codes=None, together=False, time=None, exits=(0,)):
        """Saves events in the outbox of this person's device; needs no network."""
        arguments = ["record", "--step", step, "--key", self.key, "--store", self.store]
        for member, identifier in items:
            arguments += ["--item", f"{member}={identifier}"]
        for path, value in values:
            arguments += ["--value", f"{path}={value}"]
        if together:
            arguments.append("--together")
        if time:
            arguments += ["--time", time]
        return self.world.scanner(*arguments, input=codes, exits=exits)

    def send(self, *cosigners, exits=(0,)):
        arguments = ["send", "--store", self.store, "--server", self.world.url, "--key", self.key]
        for cosigner in cosigners:
            arguments += ["--cosign", cosigner.key]
        return self.world.scanner(*arguments, exits=exits)

    def waiting(self):
        out = self.world.scanner("outbox", "--store", self.store, "--json")
        return [json.loads(line) for line in out.splitlines() if line.strip()]
