"""What is added to bubblewrap's arguments."""

from consumer.cage.tightening import tightened

GIVEN = [
    *("--ro-bind", "/", "/", "--tmpfs", "/srv/a b", "--bind", "/srv/a b/lane", "/srv/a b/lane"),
    *("--dev", "/dev", "--unshare-pid", "--proc", "/proc"),
]


def test_ours_come_last_among_the_options() -> None:
    """What was given stays in its order; the command behind `--` is not looked at."""
    command = ["--", "/bin/bash", "-c", "--tmpfs /x --", "--"]
    made = tightened([*GIVEN, *command], 7)
    assert made[: len(GIVEN)] == GIVEN
    assert made[-len(command) :] == command
    assert "/x" not in made


def test_hidden_folders_and_devices_can_not_be_filled() -> None:
    """An empty file system in memory that stands for a folder is read-only, /dev/shm is small."""
    made = " ".join(tightened([*GIVEN, "--", "true"], 7))
    assert "--remount-ro /srv/a b" in made
    assert "--size 67108864 --tmpfs /dev/shm --remount-ro /dev" in made


def test_the_kernels_switches_are_read_only() -> None:
    """They are mounted over the new /proc, so after it."""
    made = tightened([*GIVEN, "--", "true"], 7)
    at = made.index("/proc/sys")
    assert made[at - 1 : at + 2] == ["--ro-bind-try", "/proc/sys", "/proc/sys"]
    assert at > made.index("--proc")


def test_namespaces_and_a_filter_are_added() -> None:
    """A filter beside any of the CLI's own, not in its place."""
    made = tightened([*GIVEN, "--", "true"], 7)
    assert {"--unshare-ipc", "--unshare-uts"} <= set(made)
    assert made[made.index("--add-seccomp-fd") + 1] == "7"
