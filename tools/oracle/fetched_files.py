"""keras.utils.get_file from a server of our own: test/golden/fetched-files.json."""

import base64
import gzip
import hashlib
import io
import tarfile
import tempfile
import threading
import urllib.parse
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from keras import utils
from record import write_cases

MEMBERS = {"pictures/one.txt": b"one", "pictures/deep/two.txt": b"two", "three.txt": b"three"}


def tarred():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in MEMBERS.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    # Without the empty blocks that fill ten kilobytes; two end an archive.
    return stream.getvalue().rstrip(b"\0") + bytes(1024 + 512 - len(stream.getvalue().rstrip(b"\0")) % 512)


def zipped():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in MEMBERS.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


FILES = {
    "words.txt": b"hello",
    "flowers.tar.gz": gzip.compress(tarred(), mtime=0),
    "flowers.tar": tarred(),
    "flowers.zip": zipped(),
    "flowers": zipped(),
}

sha256 = hashlib.sha256(b"hello").hexdigest()
md5 = hashlib.md5(b"hello").hexdigest()
other = hashlib.sha256(b"other").hexdigest()

# Name, then calls on one cache: the path at the server, options, and what the server holds instead from then on.
CASES = (
    ("a file, once", [("words.txt", {}), ("words.txt", {}), ("words.txt", {}, b"changed"), ("words.txt", {"force_download": True})]),
    ("a folder and a query in the address", [("some/folder/words.txt?version=1", {})]),
    ("another name", [("words.txt", {"fname": "other.md"})]),
    ("an empty name is none", [("words.txt", {"fname": ""})]),
    ("another folder of the cache", [("words.txt", {"cache_subdir": "models/small"})]),
    ("no folder of the cache", [("words.txt", {"cache_subdir": ""})]),
    ("sha256", [("words.txt", {"file_hash": sha256}), ("words.txt", {"file_hash": sha256, "hash_algorithm": "sha256"})]),
    ("md5", [("words.txt", {"file_hash": md5}), ("words.txt", {"file_hash": md5, "hash_algorithm": "md5"})]),
    ("another hash than what lies in the cache", [("words.txt", {}, b"old"), ("words.txt", {"file_hash": sha256}, b"hello")]),
    ("another hash than what the server has", [("words.txt", {"file_hash": other})]),
    ("a hash of another algorithm", [("words.txt", {"file_hash": sha256, "hash_algorithm": "md5"})]),
    ("what the server has not", [("nothing.txt", {})]),
    ("no name in the address", [("", {})]),
    ("a path for a name", [("words.txt", {"fname": "a/b.txt"})]),
    *((f"{name} extracted", [(name, {"extract": True}), (name, {"extract": True})]) for name in FILES if name != "words.txt"),
    ("extracted under a name with an ending", [("flowers.tar.gz", {"extract": True, "fname": "garden.tar.gz"})]),
    ("extracted under a name without an ending", [("flowers.zip", {"extract": True, "fname": "garden"})]),
    ("extracted, of the kind that is asked for", [("flowers.tar", {"extract": True, "archive_format": "tar"})]),
    ("extracted, with its hash", [("flowers.zip", {"extract": True, "file_hash": hashlib.sha256(zipped()).hexdigest()})]),
    ("extracted where it lay unextracted", [("flowers.tar.gz", {"fname": "garden.tar.gz"}), ("flowers.tar.gz", {"fname": "garden.tar.gz", "extract": True})]),
)


class Server(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.files, self.requests = dict(FILES), 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests += 1
        content = self.server.files.get(urllib.parse.urlsplit(self.path).path.rsplit("/", 1)[-1])
        self.send_response(404 if content is None else 200)
        self.send_header("content-length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass


def kept(cache):
    """Files of the cache by path: what they hold, as MD5."""
    files = sorted(path for path in cache.rglob("*") if path.is_file())
    return {path.relative_to(cache).as_posix(): hashlib.md5(path.read_bytes()).hexdigest() for path in files}


def call(server, cache, path, options, content=None):
    row = {"path": path, "options": options}
    if content is not None:
        server.files["words.txt"] = content
        row["content"] = base64.b64encode(content).decode()
    origin = f"http://127.0.0.1:{server.server_port}/{path}"
    before = server.requests
    try:
        found = utils.get_file(origin=origin, cache_dir=str(cache), **options)
    except Exception:
        return {**row, "result": None}
    # A call that fails leaves in Keras's cache what it had so far: nothing of that is noted.
    place = Path(found).relative_to(cache).as_posix()
    return {**row, "result": place, "requests": server.requests - before, "kept": kept(cache)}


def case(name, calls):
    server = Server()
    with tempfile.TemporaryDirectory() as cache:
        rows = [call(server, Path(cache), *one) for one in calls]
    server.shutdown()
    return {"name": f"get_file: {name}", "utility": "get_file", "calls": rows}


def generate():
    files = {name: base64.b64encode(content).decode() for name, content in FILES.items()}
    write_cases("fetched-files", "utilities", [{"name": "files", "files": files}, *(case(*one) for one in CASES)])
