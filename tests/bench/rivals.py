"""Others that do the same work: nginx serving a file, PostgreSQL storing and finding events.

Only their programs are used, each with settings and data of its own in a temporary folder. What is
not installed yields a reference without a value, which its row prints as absent.
"""

import contextlib
import json
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import tempfile
import time

import lib

POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
TABLE = """
create table event (id bigint primary key, item text not null, time timestamptz not null,
                    step text not null, event jsonb not null);
create index on event (item);
create index on event (time);
create index on event (step);
"""
OF_ITEM = """\\set item random({first}, {last})
select event from event where item = '{prefix}' || :item::text order by time;
"""
ANSWERS_WITHIN_S = 30


def wait_for(answers, process, name):
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{name} did not start")
        time.sleep(0.1)


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def nginx_static(bench, octets, requests, connections):
    """Requests per second that one nginx worker answers with a file of that many octets."""
    name, unit = "nginx_static", "requests/s"
    if NGINX is None:
        return lib.Reference(name, None, unit, bench.server)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=bench.folder))
    (folder / "item").write_text("x" * octets)
    (folder / "targets").write_text("/item\n")
    with socket.socket() as listener:  # handed to nginx, so that nobody else gets the port
        listener.bind(("127.0.0.1", 0))
        listener.listen(512)
        port = listener.getsockname()[1]
        user = "user root;" if os.geteuid() == 0 else ""
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in
                            ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/errors;\n"
            "events { worker_connections 512; }\n"
            "http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;\n"
            f"{temporary} default_type application/json; open_file_cache max=16;\n"
            f"server {{ listen 127.0.0.1:{port}; root {folder}; }} }}\n")
        os.set_inheritable(listener.fileno(), True)
        process = subprocess.Popen(
            ["taskset", "-c", bench.server, NGINX, "-c", folder / "nginx.conf", "-p", folder],
            pass_fds=[listener.fileno()], env={**os.environ, "NGINX": f"{listener.fileno()};"},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: accepts(port), process, "nginx")
        done = json.loads(bench.run([bench.bin / "bench_load", "get", port, folder / "targets",
                                     requests, connections], bench.load))
    finally:
        process.terminate()
        process.wait(timeout=30)
    return lib.Reference(name, done["requests"] / done["seconds"], unit, bench.server)


class Postgres:
    """A cluster of its own, bound to the server's cores; whoever runs it as root, it is postgres."""

    def __init__(self, bench):
        self.bench = bench
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-postgres-"))
        self.as_user = []
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self.process = None

    def start(self):
        self.run(["initdb", "-D", self.folder / "data", "-U", "bench", "-A", "trust", "-E", "UTF8",
                  "--locale=C"])
        self.process = subprocess.Popen(
            ["taskset", "-c", self.bench.server, *self.as_user, POSTGRES / "postgres",
             "-D", self.folder / "data", "-k", self.folder, "-c", "listen_addresses=",
             "-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"],
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("w"))
        wait_for(lambda: subprocess.run([POSTGRES / "pg_isready", "-h", self.folder], check=False,
                                        stdout=subprocess.DEVNULL).returncode == 0,
                 self.process, "PostgreSQL")

    def stop(self):
        if self.process:
            self.process.send_signal(subprocess.signal.SIGINT)  # "fast": does not wait for clients
            self.process.wait(timeout=60)
        shutil.rmtree(self.folder)

    def run(self, command, **options):
        return self.bench.run([*self.as_user, POSTGRES / command[0], *command[1:]], self.bench.load,
                              cwd=self.folder, **options)

    def sql(self, text, **options):
        return self.run(["psql", "-h", self.folder, "-U", "bench", "-d", "postgres", "-qAt",
                         "-v", "ON_ERROR_STOP=1", "-c", text], **options)

    def load(self, events):
        """Fills the table from (item, time, step, event as JSON), one row per event."""
        self.sql(TABLE)
        rows = self.folder / "rows"
        with rows.open("w") as out:
            for number, event in enumerate(events):
                fields = (field.replace("\\", "\\\\") for field in event)  # JSON has no raw tab
                out.write("\t".join([str(number), *fields]) + "\n")
        with rows.open() as given:
            self.sql("copy event from stdin", stdin=given)
        self.sql("vacuum (freeze, analyze) event")

    def bytes_per_event(self):
        size, events = self.sql(
            "select pg_total_relation_size('event') || ' ' || count(*) from event").split()
        return lib.Reference("postgres_table", int(size) / int(events), "B", self.bench.server)

    def of_item(self, prefix, first, last, requests, clients):
        """Queries per second for an item's events, over kept connections, statements prepared."""
        script = self.folder / "of_item.sql"
        script.write_text(OF_ITEM.format(prefix=prefix, first=first, last=last))
        out = self.run(["pgbench", "-h", self.folder, "-U", "bench", "-n", "-M", "prepared",
                        "-c", clients, "-j", 1, "-t", requests // clients, "-f", script, "postgres"])
        rate = float(re.search(r"^tps = ([\d.]+)", out, re.M).group(1))
        return lib.Reference("postgres_query", rate, "requests/s", self.bench.server)


def has_user(name):
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(name) is not None
    return False


@contextlib.contextmanager
def postgres(bench):
    """A running PostgreSQL without tables, or None where it is not installed."""
    if not (POSTGRES / "postgres").exists() or (os.geteuid() == 0 and not has_user("postgres")):
        yield None
        return
    server = Postgres(bench)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def exported(server, cores):
    """The records of a ledger as `ledger export` prints them, each with its octets."""
    command = ["taskset", "-c", cores, server.bench.bin / "ledger", "export", server.ledger]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        for line in process.stdout:
            begin = line.index(b',"record":') + len(b',"record":')
            end = line.find(b',"seal":{', begin)  # a record's own seal is a text
            yield line[begin:end if end >= 0 else line.rindex(b"}")]
    if process.returncode != 0:
        raise RuntimeError("the ledger could not be exported")


def events_of(server):
    """Each event about an item as a row of PostgreSQL's table."""
    for octets in exported(server, server.bench.all_cores):
        event = json.loads(octets)["event"]
        for item in event.get("epcList", []):
            yield (item, event["eventTime"], event["nianlun:step"],
                   json.dumps(event, ensure_ascii=False, separators=(",", ":")))
