"""A sandbox on a free port, for the time of a `with`."""

import os
import re
import subprocess
import threading


class Sandbox:
    def __init__(self, arguments):
        self.command = [os.environ["OKR"], *arguments, "--listen", "127.0.0.1:0"]

    def __enter__(self):
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.url = self._export("OKR_URL")
        self.token = self._export("OKR_TOKEN")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def _export(self, name):
        line = self.process.stdout.readline()
        found = re.fullmatch(rf"export {name}=(\S+)\n", line)
        if not found:
            self.process.kill()
            raise RuntimeError(f"no {name} in {line!r}: {self.process.stderr.read()}")
        return found[1]
