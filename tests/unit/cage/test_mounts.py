"""The other names under which a file can be seen."""

from pathlib import Path

from consumer.cage.mounts import mounts, other_names

LISTING = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /proc rw - proc proc rw
30 22 8:2 / {data} rw - ext4 /dev/sdb rw
31 22 8:2 /service {again} rw - ext4 /dev/sdb rw
32 22 8:2 /other {other} rw - ext4 /dev/sdb rw
"""


def test_a_file_has_a_name_in_every_mount_of_its_file_system(tmp_path: Path) -> None:
    """A bind mount of its folder shows it, one of another folder does not."""
    data, again, other = (tmp_path / name for name in ("data", "an again", "other"))
    for folder in (data / "service", again, other):
        folder.mkdir(parents=True)
    (again / ".env").touch()
    escaped = LISTING.format(data=data, again=str(again).replace(" ", "\\040"), other=other)
    found = other_names(data / "service" / ".env", mounts(escaped))
    assert list(found) == [again / ".env"]


def test_a_name_that_leads_nowhere_is_left_out(tmp_path: Path) -> None:
    """Another mount may lie on top of it."""
    listing = LISTING.format(data=tmp_path, again=tmp_path / "gone", other=tmp_path / "other")
    assert not list(other_names(tmp_path / "service" / ".env", mounts(listing)))


def test_this_machine_has_mounts() -> None:
    """The kernel's own listing is understood."""
    assert Path("/") in {mount.point for mount in mounts()}
