"""What the terminal shows."""

import io
import json
import signal

import pytest

from operate.launch.console import Console


def test_lines_stand_behind_their_process_s_name() -> None:
    """The names are padded to one width; nothing is coloured where nobody sees colours."""
    out = io.StringIO()
    console = Console(["web", "a-long-name"], out, launcher="make run")
    console.write("web", "hello")
    console.write("a-long-name", "there")
    console.say("Ready.")
    assert out.getvalue().splitlines() == [
        "web         | hello",
        "a-long-name | there",
        "make run    | Ready.",
    ]


def test_each_process_has_a_colour_of_its_own() -> None:
    """On a terminal the prefix is coloured, the line itself is left as the process wrote it."""
    out = io.StringIO()
    console = Console(["web", "worker"], out, launcher="make run", colour=True)
    console.write("web", "hello")
    console.write("worker", "hello")
    web, worker = out.getvalue().splitlines()
    assert web.endswith("\033[0m hello")
    assert web.split("m")[0] != worker.split("m")[0]


def test_machines_get_an_object_a_line() -> None:
    """A process's own JSON is passed on as it is; what is none, and ours, becomes an object."""
    out = io.StringIO()
    console = Console(["web"], out, launcher="launch", colour=True, json_lines=True)
    console.write("web", '{"event": "ready"}')
    console.write("web", "Traceback: 7")
    console.say("Ready.")
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"event": "ready"},
        {"process": "web", "event": "Traceback: 7"},
        {"process": "launch", "event": "Ready."},
    ]


@pytest.mark.parametrize(("no_color", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_heard(
    monkeypatch: pytest.MonkeyPatch, no_color: dict[str, str], coloured: bool
) -> None:
    """https://no-color.org."""
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdout", out)
    Console.on(["web"], no_color, launcher="launch").write("web", "hello")
    assert ("\033" in out.getvalue()) is coloured


def test_when_nobody_reads_any_more_the_service_is_asked_to_stop(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`make run | head` ends in order instead of failing line by line."""
    raised: list[int] = []
    monkeypatch.setattr(signal, "raise_signal", raised.append)

    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    console = Console(["web"], Closed(), launcher="launch")
    console.write("web", "hello")
    console.write("web", "again")
    assert raised == [signal.SIGTERM]
