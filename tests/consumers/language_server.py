"""As much of an editor as it takes to ask a language server for hover texts and completions."""

import json
import queue
import subprocess
import threading

WAIT = 20  # seconds for one answer, on a busy machine


class LanguageServer:
    def __init__(self, command, root):
        self.process = subprocess.Popen(
            command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.messages = queue.Queue()
        self.last_id = 0
        self.root = root
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self):
        uri = self.root.as_uri()
        markdown = {"contentFormat": ["markdown"]}
        capabilities = {
            "workspace": {"workspaceFolders": True, "configuration": True},
            "textDocument": {"completion": {}, "hover": markdown, "publishDiagnostics": {}},
        }
        self.ask(
            "initialize",
            {
                "processId": None,
                "rootUri": uri,
                "workspaceFolders": [{"uri": uri, "name": "okrs"}],
                "capabilities": capabilities,
            },
        )
        self.tell("initialized", {})
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def open(self, path, text):
        return Document(self, path.as_uri(), text)

    def tell(self, method, params):
        self._send({"method": method, "params": params})

    def ask(self, method, params):
        self.last_id += 1
        self._send({"id": self.last_id, "method": method, "params": params})
        return self.until(lambda message: message.get("id") == self.last_id and "method" not in message).get("result")

    def until(self, wanted):
        """The next message that is `wanted`; what the server asks meanwhile is answered."""
        while True:
            message = self.messages.get(timeout=WAIT)
            if "method" in message and "id" in message:
                self._answer(message)
            if wanted(message):
                return message

    def _answer(self, question):
        result = None
        if question["method"] == "workspace/configuration":
            # No catalogues: the servers use the schema that the file names, and no network.
            settings = {"schema": {"enabled": True, "catalogs": []}}
            result = [settings for _ in question["params"]["items"]]
        self._send({"id": question["id"], "result": result})

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _listen(self):
        stream = self.process.stdout
        while True:
            length = 0
            while line := stream.readline().strip():
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                return
            self.messages.put(json.loads(stream.read(length)))


class Document:
    def __init__(self, server, uri, text):
        self.server, self.uri, self.text, self.version = server, uri, text, 1
        item = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
        server.tell("textDocument/didOpen", {"textDocument": item})
        # A server knows the schema once it has judged the file by it.
        server.until(lambda message: message.get("method") == "textDocument/publishDiagnostics")

    def hover(self, key):
        """The text shown over the first place of `key`."""
        answer = self.server.ask("textDocument/hover", self._at(self.text.index(key) + 1))
        return answer["contents"]["value"] if answer else ""

    def complete(self, text, after, last=False):
        """The completions behind the first (or last) `after` of a new text."""
        self.text, self.version = text, self.version + 1
        document = {"uri": self.uri, "version": self.version}
        self.server.tell(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}
        )
        place = (text.rindex(after) if last else text.index(after)) + len(after)
        answer = self.server.ask("textDocument/completion", self._at(place))
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"] for item in items}

    def _at(self, place):
        before = self.text[:place]
        line = before.count("\n")
        position = {"line": line, "character": place - (before.rfind("\n") + 1)}
        return {"textDocument": {"uri": self.uri}, "position": position}
