"""Runs LocalStack's Lambda functions as Node processes, one for each execution environment, without Docker.

Found by LocalStack through the entry point beside this file when the folder is on PYTHONPATH, and taken when
LAMBDA_RUNTIME_EXECUTOR=node-process. AIRTUNE_NODE names the interpreter.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InvocationResult
from localstack.services.lambda_.invocation.plugins import RuntimeExecutorPlugin
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor

BOOTSTRAP = Path(__file__).with_name("function-process.cjs")


def code_folder(function_version: FunctionVersion) -> Path:
    return Path(os.environ["FILESYSTEM_ROOT"]) / "functions" / function_version.config.code.id


class NodeProcessExecutorPlugin(RuntimeExecutorPlugin):
    name = "node-process"

    def load(self, *args, **kwargs):
        return NodeProcessExecutor


class NodeProcessExecutor(RuntimeExecutor):
    """One execution environment: a process that answers invocations one after the other."""

    def __init__(self, id: str, function_version: FunctionVersion) -> None:
        super().__init__(id, function_version)
        self.log = tempfile.TemporaryFile()
        self.process: subprocess.Popen | None = None
        self.variables: dict[str, str] = {}

    def start(self, env_vars: dict[str, str]) -> None:
        self.variables = {
            "PATH": os.environ.get("PATH", ""),
            **{name: str(value) for name, value in env_vars.items()},
        }
        self._spawn()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def invoke(self, payload: dict[str, str]) -> InvocationResult:
        request_id = payload["invoke-id"]
        if self.process is None or self.process.poll() is not None:
            # The last invocation ended its process. As on Lambda, the next one starts a new process.
            self._spawn()
        timeout_seconds = self.function_version.config.timeout
        timer = threading.Timer(timeout_seconds, self.process.kill)
        timer.start()
        try:
            request = {
                "requestId": request_id,
                "arn": payload["invoked-function-arn"],
                "timeoutMs": 1000 * timeout_seconds,
                "event": json.loads(payload["payload"]),
            }
            answer = self._exchange(json.dumps(request))
        except (BrokenPipeError, EOFError):
            answer = {"error": {"errorType": "Runtime.ExitError", "errorMessage": "the process ended"}}
        finally:
            timer.cancel()
        failed = "error" in answer
        body = json.dumps(answer["error"] if failed else answer.get("result"))
        return InvocationResult(request_id, body.encode(), is_error=failed, logs=self.get_logs()[-4096:])

    def get_logs(self) -> str:
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def get_address(self) -> str:
        return "127.0.0.1"

    def get_endpoint_from_executor(self) -> str:
        return "127.0.0.1"

    def get_runtime_endpoint(self) -> str:
        return ""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        # LocalStack unpacks into the system's temporary folder. Code of this emulator belongs in its own folder,
        # which is removed with it.
        code = function_version.config.code
        code.prepare_for_execution()
        unpacked = code.get_unzipped_code_location()
        shutil.copytree(unpacked, code_folder(function_version), dirs_exist_ok=True)
        code.destroy_cached()
        with contextlib.suppress(OSError):
            os.removedirs(unpacked.parent.parent)

    @classmethod
    def cleanup_version(cls, function_version: FunctionVersion) -> None:
        shutil.rmtree(code_folder(function_version), ignore_errors=True)

    def _spawn(self) -> None:
        answers, answer_end = os.pipe()
        code = code_folder(self.function_version)
        self.process = subprocess.Popen(
            [os.environ.get("AIRTUNE_NODE", "node"), str(BOOTSTRAP), str(code), str(answer_end)],
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            env=self.variables,
            cwd=str(code),
            pass_fds=[answer_end],
            text=True,
        )
        os.close(answer_end)
        self.answers = os.fdopen(answers, encoding="utf-8")
        if "ready" not in self._read():
            raise RuntimeError(f"the function did not load: {self.get_logs()[-1000:]}")

    def _exchange(self, line: str) -> dict:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._read()

    def _read(self) -> dict:
        line = self.answers.readline()
        if line == "":
            self.process.wait()
            raise EOFError
        return json.loads(line)
