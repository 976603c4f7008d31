"""Each check of the doctor's, over facts in which one thing is wrong."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from consumer.agent.agent_memory import AgentMemory
from consumer.campfire.inspection import Kind
from consumer.start_check.finding import Finding as Checked
from operate.doctor.finding import Finding, Group, Mark, ok
from operate.doctor.groups.bot_keys import key_findings, shared_keys
from operate.doctor.groups.campfire import Contact, Hindrance, campfire_findings
from operate.doctor.groups.machine import Machine, machine_findings
from operate.doctor.groups.redis_server import Server, redis_findings
from operate.doctor.groups.replicas import Replicas, replica_findings
from operate.doctor.groups.safety import safety_findings, shell_findings, token_findings
from operate.doctor.groups.storage import Disk, disk_findings, kind_of
from operate.doctor.groups.webhook import Listener, Way, delivery_findings, way_findings
from shared.bots import Bot
from shared.operating.bots import BotRow, Refusal
from shared.operating.machines import ConsumerRow, Machines, RedisRow
from shared.redis.asking_sentinels import Heard
from shared.startup.exposure import Exposure

URL = "http://someone:hush@chat.example:3000/"
OPS = Bot(id="ops", name="Ops", system_prompt="x", tools=("Bash",))
GOOD_REDIS = RedisRow(version="8.1.3", aof=True)
WORKERS = (ConsumerRow(name="box-1", lease_s=9.0),)
WATCHED = Heard("mymaster", "box:6379", named=3, answering=3, known=3)
GOOD_DISK = {"folder": Path("/data"), "kind": "ext4", "free_mb": 90_000}
GOOD_WAY = {"host": "127.0.0.1", "port": 5002, "here": Listener.OURS}


def _wrong(found: Iterable[Finding]) -> list[tuple[Mark, str]]:
    """What is not well; each has a sentence that mends it, and no secret in it."""
    told = list(found)
    assert not any("hush" in it.found + it.mend for it in told)
    return [(it.mark, it.found) for it in told if it.mark is not Mark.OK]


def test_a_finding_that_nobody_can_mend_is_none() -> None:
    """Whoever reads it has to know what to do."""
    with pytest.raises(ValueError, match="nothing mends"):
        Finding(Mark.WARNING, "something")


def test_a_group_is_as_bad_as_its_worst() -> None:
    """One that is empty is well."""
    bad = Finding(Mark.BROKEN, "x", "y")
    assert Group("A", (ok("a"), bad)).mark is Mark.BROKEN
    assert Group("A", ()).mark is Mark.OK


@pytest.mark.parametrize("hindrance", Hindrance)
def test_an_address_that_cannot_be_reached_is_told_with_its_reason(hindrance: Hindrance) -> None:
    """The predecessor's unreachable URL; a password in it is not shown."""
    found = _wrong(campfire_findings(URL, Kind.UNREACHABLE, Contact(hindrance)))
    assert found == [(Mark.BROKEN, f"http://chat.example:3000: {hindrance.value}")]


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.PROXY, Kind.NO_HTTP, Kind.REDIRECT])
def test_what_is_no_campfire_is_told(kind: Kind) -> None:
    """A look-alike, a proxy alone, a Redis, http where it is https."""
    assert [mark for mark, _ in _wrong(campfire_findings(URL, kind, Contact()))] == [Mark.BROKEN]


def test_a_redirect_names_the_address_to_set() -> None:
    """It is what CAMPFIRE_URL has to be."""
    (found,) = campfire_findings(URL, Kind.REDIRECT, Contact(location="https://chat.example"))
    assert found.mend == "Set CAMPFIRE_URL to https://chat.example."


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.REDIRECT])
def test_an_address_out_of_a_browser_is_told_to_be_cut(kind: Kind) -> None:
    """It is the room's, or a line with the bot's key in it, which is not said again."""
    url = "https://chat.example/rooms/1/3-a1b2c3d4e5f6/messages"
    [found] = campfire_findings(url, kind, Contact(location="https://chat.example/session/new"))
    assert found.mend == "Set CAMPFIRE_URL to https://chat.example, without a path."
    assert "3-a1b2" not in found.found
    [found] = campfire_findings("https://chat.example/", Kind.OTHER, Contact())
    assert "path" not in found.found


def test_clocks_that_differ_are_a_warning() -> None:
    """Messages would be too old on arrival."""
    ((mark, found),) = _wrong(campfire_findings(URL, Kind.MAIN, Contact(clock_s=-400)))
    assert (mark, found) == (Mark.WARNING, "its clock is 400 s behind ours")
    assert _wrong(campfire_findings(URL, Kind.OLD, Contact(clock_s=3))) == []


def test_a_key_that_campfire_refuses_is_told() -> None:
    """The predecessor's wrong key; what v1.4.9 cannot say is well."""
    checked = [
        Checked("campfire", Kind.MAIN.value, good=True),
        Checked("key of ops", "refused: set the key", good=False),
        Checked("key of old", "not checkable before the first post (v1.4.9)", good=True),
    ]
    found = list(key_findings(checked, [("idle", "BOT_KEY_IDLE")], ["ops", "old", "new"]))
    assert [it.mark for it in found] == [Mark.BROKEN, Mark.OK, Mark.UNKNOWN, Mark.OK]
    assert "python -m operate key ops" in found[0].mend
    assert "v1.4.9" in found[1].found
    assert "python -m operate key idle" in found[3].found


def test_two_bots_with_one_key_are_told() -> None:
    """Both would answer as one person; neither key is shown."""
    shared = list(shared_keys({"ops": "3-hush1", "it": "4-hush2", "b": "3-hush1"}))
    ((mark, found),) = _wrong(shared)
    assert (mark, found) == (
        Mark.BROKEN,
        "ops and b have the key of one and the same bot in Campfire",
    )
    # Which of them has the other's key only a person knows.
    assert "operate key ops` or `… key b`" in shared[0].mend


@pytest.mark.parametrize(
    ("wrong", "mark", "words"),
    [
        ({"here": Listener.NOBODY}, Mark.WARNING, "nothing listens on port 5002"),
        ({"here": Listener.ANOTHER}, Mark.BROKEN, "another program answers on port 5002"),
        ({"campfire_url": "https://chat.example"}, Mark.WARNING, "HOST is 127.0.0.1"),
        ({"base": "http://bot:5000", "there": Listener.NOBODY}, Mark.BROKEN, "nobody answers"),
        ({"base": "http://bot:80", "there": Listener.ANOTHER}, Mark.BROKEN, "something else"),
    ],
)
def test_a_way_that_leads_elsewhere_is_told(
    wrong: dict[str, object], mark: Mark, words: str
) -> None:
    """The predecessor's wrong port among them."""
    way = Way(**{**GOOD_WAY, **wrong})  # type: ignore[arg-type]
    ((found, sentence),) = _wrong(way_findings(way))
    assert found is mark
    assert words in sentence


def test_a_good_way_is_told_with_the_exact_url() -> None:
    """As it has to be entered, also where it goes through a proxy or listens on every address."""
    near = Way(**{**GOOD_WAY, "host": "0.0.0.0"})  # type: ignore[arg-type]
    far = Way(**{**GOOD_WAY, "base": "https://bot.example/", "there": Listener.OURS})  # type: ignore[arg-type]
    called = [BotRow(bot_id="ops", delivered_ms=5)]
    assert _wrong(way_findings(near)) == _wrong(way_findings(far)) == []
    (here,), (there,) = (delivery_findings(it, ["ops"], called) for it in (near, far))
    assert here.found.endswith(" http://127.0.0.1:5002/webhook/ops")
    assert there.found.endswith(" https://bot.example/webhook/ops")


def test_a_bot_that_was_never_called_or_turned_away_is_told() -> None:
    """Who was called again since is well; where Redis is away nothing is known."""
    refused = Refusal(at_ms=7, status=401)
    rows = [
        BotRow(bot_id="never"),
        BotRow(bot_id="shut", delivered_ms=5, refused=refused),
        BotRow(bot_id="again", delivered_ms=9, refused=refused),
    ]
    way = Way(**GOOD_WAY)  # type: ignore[arg-type]
    found = list(delivery_findings(way, ["never", "shut", "again", "lost"], rows))
    marks = [Mark.WARNING, Mark.WARNING, Mark.OK, Mark.UNKNOWN]
    assert [it.mark for it in found] == marks
    assert "401" in found[1].found


@pytest.mark.parametrize(
    ("wrong", "mark", "words"),
    [
        ({"kind": "overlay"}, Mark.WARNING, "in the container itself"),
        ({"kind": "tmpfs"}, Mark.WARNING, "lies in memory"),
        ({"fault": "Permission denied"}, Mark.BROKEN, "cannot be written"),
        ({"free_mb": 500}, Mark.WARNING, "500 MiB are free"),
        ({"free_mb": 50}, Mark.BROKEN, "50 MiB are free"),
        ({"flush_s": 0.7}, Mark.WARNING, "takes 0.70 s"),
    ],
)
def test_a_data_dir_that_does_not_hold_is_told(
    wrong: dict[str, object], mark: Mark, words: str
) -> None:
    """The predecessor's missing volume among them."""
    ((found, sentence),) = _wrong(disk_findings(Disk(**{**GOOD_DISK, **wrong})))  # type: ignore[arg-type]
    assert found is mark
    assert words in sentence


def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount() -> None:
    """As proc_pid_mountinfo(5) has it, a blank in a path written as \\040."""
    mounts = (
        "22 1 0:21 / / rw - overlay overlay rw\n"
        "30 22 8:1 / /data rw - ext4 /dev/sda1 rw\n"
        "31 22 0:9 / /my\\040disk rw shared:1 - xfs /dev/b rw\n"
        "nonsense\n"
    )
    assert kind_of(mounts, Path("/data/keys")) == "ext4"
    assert kind_of(mounts, Path("/database")) == "overlay"
    assert kind_of(mounts, Path("/my disk")) == "xfs"
    assert kind_of("", Path("/data")) == ""


@pytest.mark.parametrize(
    ("wrong", "mark", "words"),
    [
        ({"version": "6.2.14"}, Mark.BROKEN, "it is 6.2.14"),
        ({"aof": False}, Mark.WARNING, "writes no log"),
        ({"aof_ok": False}, Mark.BROKEN, "cannot write its log"),
        ({"evicts": True}, Mark.WARNING, "throws keys away"),
        ({"used_mb": 95.0, "most_mb": 100.0}, Mark.WARNING, "95 of its 100 MiB"),
    ],
)
def test_a_redis_that_loses_things_is_told(
    wrong: dict[str, object], mark: Mark, words: str
) -> None:
    """By what it says of itself."""
    machines = Machines(consumers=WORKERS, redis=GOOD_REDIS.model_copy(update=wrong))
    ((found, sentence),) = _wrong(redis_findings(Server(machines=machines), "campfire"))
    assert found is mark
    assert words in sentence


@pytest.mark.parametrize(
    ("wrong", "mark", "words"),
    [
        ({"connected": 0}, Mark.WARNING, "nobody takes over"),
        ({"watched": replace(WATCHED, answering=2)}, Mark.WARNING, "1 of the sentinels in"),
        ({"watched": replace(WATCHED, known=2)}, Mark.WARNING, "cannot agree"),
        ({"waited_for": 2}, Mark.BROKEN, "is 2, and 1 replica follows it"),
    ],
)
def test_a_master_that_nobody_can_follow_is_told(
    wrong: dict[str, object], mark: Mark, words: str
) -> None:
    """By what its sentinels say, and by who follows it."""
    good = {"connected": 1, "least": 1, "watched": WATCHED}
    ((found, sentence),) = _wrong(replica_findings(Replicas(**{**good, **wrong})))  # type: ignore[arg-type]
    assert found is mark
    assert words in sentence


def test_the_master_and_what_a_failover_may_lose_are_named() -> None:
    """Where it is, how many follow, and whether anybody waits for them."""
    well = [it.found for it in replica_findings(Replicas(connected=1, least=0, watched=WATCHED))]
    assert well == [
        "3 of 3 sentinels answer: mymaster is box:6379; 1 replica follows it",
        "min-replicas-to-write is 0, REDIS_WAIT_REPLICAS 0:"
        " a failover may lose what was taken in the last moment",
    ]
    assert not list(replica_findings(Replicas(connected=1)))


@pytest.mark.parametrize(
    ("wrong", "mark", "words"),
    [
        ({"is_replica": True}, Mark.BROKEN, "replica"),
        ({"answers_s": 0.3}, Mark.WARNING, "300 ms"),
        ({"clock_s": -30.0}, Mark.WARNING, "differ by 30 s"),
        ({"format": "Redis holds format 9"}, Mark.BROKEN, "format 9"),
        ({"strangers": ("other",)}, Mark.WARNING, "other"),
        ({"machines": Machines(redis=GOOD_REDIS)}, Mark.WARNING, "no worker"),
    ],
)
def test_what_goes_on_in_redis_is_told(wrong: dict[str, object], mark: Mark, words: str) -> None:
    """Two services over one prefix, no worker, another release's data among them."""
    good = {"machines": Machines(consumers=WORKERS, redis=GOOD_REDIS)}
    server = Server(**{**good, **wrong})  # type: ignore[arg-type]
    ((found, sentence),) = _wrong(redis_findings(server, "campfire"))
    assert found is mark
    assert words in sentence


@pytest.mark.parametrize(
    ("wanted", "wrong", "words"),
    [
        (0, {"share_mb": 60}, "one agent alone"),
        (40, {}, "MAX_HOT_SESSIONS is 40"),
        (0, {"files": 256}, "256 files"),
    ],
)
def test_a_machine_that_is_too_small_is_told(
    wanted: int, wrong: dict[str, int], words: str
) -> None:
    """Before the kernel ends what takes too much."""
    good = {"memory_mb": 2000, "share_mb": 1200, "cores": 2, "files": 4096}
    found = Machine(**{**good, **wrong}, agents=AgentMemory.SMALL)
    ((mark, sentence),) = _wrong(machine_findings(found, wanted))
    assert mark is Mark.WARNING
    assert words in sentence


def test_secrets_that_others_can_read_are_told(tmp_path: Path) -> None:
    """In a file, and in a process's environment; never their values."""
    (open_file := tmp_path / ".env").write_text("X=hush")
    open_file.chmod(0o644)
    (closed := tmp_path / "key").write_text("hush")
    closed.chmod(0o600)
    shown = [Exposure(7, "tini", "ADMIN_TOKEN", "ADMIN_TOKEN")]
    found = _wrong(
        safety_findings(
            host="127.0.0.1", auth="off", secret_files=[open_file, closed], exposed=shown
        )
    )
    assert found == [
        (Mark.WARNING, f"{open_file} holds secrets, and other users of this machine can read it"),
        (Mark.WARNING, "process 7 (tini) shows ADMIN_TOKEN to every process of this user"),
        (
            Mark.WARNING,
            "INGRESS_AUTH is off: everybody on this machine may speak to the bots as anybody",
        ),
    ]


def test_a_shell_for_everybody_or_as_root_is_told() -> None:
    """Where the file names people it is the operator's will."""
    named = Bot.model_validate({**OPS.model_dump(exclude_unset=True), "people": {"talk": [7]}})
    assert [it for _, it in _wrong(shell_findings([OPS], 1000))] == [
        "ops runs commands for everybody who can write to it"
    ]
    assert [it for _, it in _wrong(shell_findings([named], 0))] == [
        "ops runs commands, and the service's user is root"
    ]
    assert _wrong(shell_findings([named], 1000)) == []


@pytest.mark.parametrize(
    ("marks", "here", "said"),
    [(["a"], "a", 0), (["a", ""], "a", 0), (["b"], "", 0), ([], "a", 0), (["a", "b"], "a", 1)],
)
def test_another_admin_token_than_the_web_process_has_is_a_warning(
    marks: list[str], here: str, said: int
) -> None:
    """Its links would open nothing; where one of the two is not known, nothing is said."""
    assert [mark for mark, _ in _wrong(token_findings(marks, here))] == [Mark.WARNING] * said
