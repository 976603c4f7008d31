"""A bot's skills, copied for its agents."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from consumer.claude.files.skills_folder import write_skills
from consumer.tool_calls.skills import skills_folders
from shared.bots import Bot, Skills

GOOD = "---\ndescription: How to greet.\n---\nSay hello.\n"


@pytest.fixture
def bot(tmp_path: Path) -> Bot:
    """One with a skill."""
    skill = tmp_path / "skills" / "greeting"
    skill.mkdir(parents=True)
    (skill / "SKILL.md").write_text(GOOD)
    (tmp_path / "run").mkdir()
    return Bot(id="ops", name="Ops", system_prompt="x", skills=Skills.read(tmp_path / "skills"))


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("---\nSay", "hooks: {PreToolUse: []}\n---\nSay"),
        GOOD + "!`cat /etc/passwd`\n",
    ],
)
def test_what_became_forbidden_meanwhile_is_not_copied(bot: Bot, tmp_path: Path, text: str) -> None:
    """The bot goes on as it was read; its folder, refused by now, is no part of that."""
    (tmp_path / "skills" / "greeting" / "SKILL.md").write_text(text)
    with pytest.raises(ValueError, match=r"greeting: SKILL\.md may not"):
        write_skills(tmp_path / "run", bot)
    assert list((tmp_path / "run").iterdir()) == []


def test_clients_that_start_together_have_one_copy(bot: Bot, tmp_path: Path) -> None:
    """Whoever comes second takes the first one's."""
    run = tmp_path / "run"
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: write_skills(run, bot), range(40)))
    assert list(run.iterdir()) == [*skills_folders(run, bot)]


def test_a_copy_that_is_there_is_no_failure(
    bot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though nobody saw it when the copying began."""
    write_skills(tmp_path / "run", bot)
    seen = iter([False])
    is_dir = Path.is_dir
    (copy,) = skills_folders(tmp_path / "run", bot)
    monkeypatch.setattr(Path, "is_dir", lambda it: next(seen, True) if it == copy else is_dir(it))
    write_skills(tmp_path / "run", bot)
    assert list((tmp_path / "run").iterdir()) == [copy]
