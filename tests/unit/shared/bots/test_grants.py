"""What a bot file grants, section by section: taken as it stands, or refused with file and line."""

from pathlib import Path

import pytest

from shared.bots import Bot, McpServer, PostedFiles, Subagent, Web, load_bot
from shared.bots.reading import load_bots
from shared.bots.sections.schedule import Schedule
from shared.errors import ConfigurationError

GOOD = "id: ops\nname: Ops\nsystem_prompt: You help.\n"
WITH_TOOLS = GOOD + "tools: [Read, Grep]\n"
"""The next line is the fifth."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kb").mkdir()
    (tmp_path / "reader.md").write_text("You read.")
    (tmp_path / "blank.md").write_text(" \n")
    for name in ("sound/refund", "sound/report", "bare/refund", "odd/Re Fund", "empty"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("sound/refund", "sound/report", "odd/Re Fund"):
        (tmp_path / name / "SKILL.md").write_text("---\ndescription: x\n---\nDo it.")
    for number, text in enumerate(ODD_SKILLS):
        (skill := tmp_path / f"odd{number}" / "refund").mkdir(parents=True)
        (skill / "SKILL.md").write_text(text)
    return tmp_path


ODD_SKILLS = (
    "Do it.",
    "---\ndescription: x\nallowed-tools: Bash\n---\nDo it.",
    '---\ndescription: x\n"hooks": {}\n---\nDo it.',
    "---\ndescription: x\ncontext: fork\n---\nDo it.",
    "---\ndescription: x\nname: other\n---\nDo it.",
    "---\ndescription: x\n---\nNow !`rm -r .`",
    "---\ndescription: [x\n---\nDo it.",
)


def _bot(folder: Path, text: str, *variables: str) -> Bot:
    (folder / "ops.yaml").write_text(text)
    return load_bot(folder / "ops.yaml", variables)


def _problems(folder: Path, text: str, *variables: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        _bot(folder, text, *variables)
    return [problem.replace(f"{folder}/", "") for problem in error.value.problems]


WHOLE = """\
model: claude-sonnet-5
fallback_model: claude-haiku-4-5
effort: low
max_output_tokens: 4000
campfire: [search, around, people, post, edit, boost, mention, notes]
mcp_servers:
  tickets:
    url: "https://mcp.example/tickets"
    headers: {Authorization: "Bearer ${TICKETS_TOKEN}"}
    tools: [find, create]
  clock:
    command: [sh, -c, exit]
    env: {DB: "${BILLING_DB}", ZONE: Europe/Berlin}
    timeout_seconds: 20
knowledge: kb
web: {domains: [Docs.Example.com, bücher.example], search: true}
files: {pictures: false, max_mb: 5}
skills: sound
agents:
  reader:
    description: Reads.
    model: claude-haiku-4-5
    tools: [Read, campfire/*]
    prompt_file: reader.md
room_overrides:
  3:
    {model: claude-haiku-4-5, system_prompt_add: Be brief., tools: [Read], progress: quiet}
  4: {timezone: Asia/Shanghai}
timezone: Europe/Berlin
schedules:
  stand-up: {at: every weekday at 9:00, room: 3, ask: What is open}
"""


def test_every_section_reaches_the_bot(folder: Path) -> None:
    """As the file says it, and what it names relative to itself."""
    bot = _bot(folder, WITH_TOOLS + WHOLE, "TICKETS_TOKEN", "BILLING_DB")
    assert (bot.fallback_model, bot.effort, bot.max_output_tokens) == (
        "claude-haiku-4-5", "low", 4000,
    )  # fmt: skip
    assert bot.mcp_servers["tickets"] == McpServer(
        url="https://mcp.example/tickets",
        headers={"Authorization": "Bearer ${TICKETS_TOKEN}"},
        tools=("find", "create"),
    )
    assert bot.mcp_servers["clock"].command == ("sh", "-c", "exit")
    assert bot.knowledge == folder / "kb"
    assert bot.web == Web(domains=("docs.example.com", "xn--bcher-kva.example"), search=True)
    assert bot.files == PostedFiles(pictures=False, max_mb=5)
    assert bot.skills is not None
    assert (bot.skills.folder, bot.skills.names) == (folder / "sound", ("refund", "report"))
    assert bot.agents["reader"] == Subagent(
        description="Reads.", model="claude-haiku-4-5", tools=("Read", "campfire/*"),
        prompt="You read.",
    )  # fmt: skip
    assert bot.schedules["stand-up"] == Schedule(
        at="every weekday at 9:00", room=3, ask="What is open"
    )
    assert [bot.in_room(room).timezone for room in (3, 4, 5)] == [
        "Europe/Berlin", "Asia/Shanghai", "Europe/Berlin",
    ]  # fmt: skip
    assert bot.toolboxes == ("campfire", "knowledge", "web", "files")
    assert bot.built_in == ("Read", "Grep", "WebSearch")


def test_an_old_file_has_none_of_it(folder: Path) -> None:
    """Only `tools:` is what it always was."""
    bot = _bot(folder, WITH_TOOLS)
    assert (bot.built_in, bot.toolboxes, bot.mcp_servers, bot.skills, bot.agents) == (
        ("Read", "Grep"), (), {}, None, {},
    )  # fmt: skip


SCHEDULE = "{at: 'every weekday at 9:00', room: 3, ask: x}"
AGENT = "{description: x, model: claude-haiku-4-5, tools: [Read], prompt: x}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("approvals: {expire_hours: 0}", "5: approvals.expire_hours must be a number of hours"),
        ("approvals: {expire_hours: 721}", "5: approvals.expire_hours must be a number of hours"),
        ("approvals: {expires: 2}", "5: unknown key 'approvals.expires' (known: expire_hours)"),
        ("budgets: [x]", "5: budgets must be lines of `key: value`"),
        ("budgets: {bot: 5}", "5: budgets.bot must be a budget, as {tokens: 400000, per: day}, or"),
        ("budgets: {bot: []}", "5: budgets.bot must be a budget, as"),
        ("budgets: {bot: {}}", "5: budgets.bot: bounds nothing: say usd, tokens or messages"),
        ("budgets: {bot: {usd: 0}}", "5: budgets.bot.usd must be a number of US dollars above 0"),
        ("budgets: {bot: {usd: .inf}}", "5: budgets.bot.usd must be a number of US dollars"),
        ("budgets: {bot: {usd: true}}", "5: budgets.bot.usd must be a number of US dollars"),
        ("budgets: {room: {tokens: 1.5}}", "5: budgets.room.tokens must be a whole number above 0"),
        ("budgets: {person: {tokens: 5, per: year}}", "5: budgets.person.per must be one of hour,"),
        (
            "budgets: {bot: {usd: 5, eur: 5}}",
            "5: unknown key 'budgets.bot.eur' (known: usd, tokens",
        ),
        ("budgets: {turn: {}}", "5: budgets.turn.tokens is missing"),
        ("budgets: {turn: {usd: 5}}", "5: unknown key 'budgets.turn.usd' (known: tokens)"),
        ("budgets: {message: {characters: -1}}", "5: budgets.message.characters must be a whole"),
        ("budgets: {warn_at: 80}", "5: budgets.warn_at must be a number between 0 and 1, as 0.8"),
        (
            "budgets:\n  bot:\n    - {usd: 5}\n    - {tokens: 5}",
            "8: budgets.bot has a second budget per day: say both bounds in one",
        ),
        (
            "budgets: {person: {usd: 5}}\nmodel: claude-new-9",
            "6: model is claude-new-9, for which a budget in usd cannot be kept, since the",
        ),
        (
            "budgets: {bot: {usd: 5}}\nfallback_model: claude-new-9",
            "6: fallback_model is claude-new-9, for which a budget in usd",
        ),
        (
            "budgets: {bot: {usd: 5}}\nroom_overrides:\n  3: {model: claude-new-9}",
            "7: room_overrides.model is claude-new-9, for which",
        ),
        (
            f"budgets: {{bot: {{usd: 5}}}}\nagents:\n  a: {AGENT.replace('haiku-4-5', 'new-9')}",
            "7: agents.a.model is claude-new-9, for which a budget in usd",
        ),
        ("campfire: [serch]", "5: campfire: there is no 'serch' (known: search,"),
        ("campfire: search", "5: campfire must be a list"),
        ("effort: huge", "5: effort must be one of low, medium, high, xhigh, max"),
        ("fallback_model: haiku", "5: fallback_model must be a model's full id"),
        ("fallback_model: claude-sonnet-5", "5: fallback_model must be another one than model"),
        ("max_output_tokens: 0", "5: max_output_tokens must be a whole number above 0"),
        ("mcp_servers: [x]", "5: mcp_servers must be lines of `name: …`"),
        ("mcp_servers:\n  1: {url: http://x.example}", "5: mcp_servers must be lines"),
        ("mcp_servers:\n  a: x", "6: mcp_servers.a must be lines of `key: value`"),
        ("mcp_servers:\n  a: {}", "6: mcp_servers.a must have url or command, one"),
        ("mcp_servers:\n  a: {url: http://x.example, command: [sh]}", "6: mcp_servers.a must have"),
        ("mcp_servers:\n  a: {url: x.example}", "6: mcp_servers.a must have a url like"),
        ("mcp_servers:\n  a: {url: 'http://x:70000'}", "6: mcp_servers.a must have a url like"),
        ("mcp_servers:\n  a: {command: [sh], headers: {A: b}}", "6: mcp_servers.a has headers"),
        ("mcp_servers:\n  a: {url: http://x.example, env: {A: b}}", "6: mcp_servers.a has env"),
        ("mcp_servers:\n  a: {url: http://x.example, tols: []}", "6: unknown key 'mcp_servers.a.t"),
        ("mcp_servers:\n  a b: {command: [sh]}", "6: mcp_servers.a b must have a name of letters"),
        ("mcp_servers:\n  a__b: {command: [sh]}", "6: mcp_servers.a__b must have a name"),
        ("mcp_servers:\n  Web: {command: [sh]}", "6: mcp_servers.Web cannot be called Web"),
        ("mcp_servers:\n  campfire: {command: [sh]}", "6: mcp_servers.campfire cannot be called"),
        ("mcp_servers:\n  knowledge: {command: [sh]}", "6: mcp_servers.knowledge cannot be called"),
        ("mcp_servers:\n  files: {command: [sh]}", "6: mcp_servers.files cannot be called"),
        ("mcp_servers:\n  ide: {command: [sh]}", "6: mcp_servers.ide cannot be called"),
        ("mcp_servers:\n  a: {command: [sh]}\n  a: {command: [sh]}", "7: a stands there twice"),
        (
            "mcp_servers:\n  a-b: {command: [sh]}\n  A_b: {command: [sh]}",
            "7: mcp_servers.A_b has nearly the name of a-b",
        ),
        ("mcp_servers:\n  a: {command: []}", "6: mcp_servers.a must have url or command"),
        ("mcp_servers:\n  a: {command: sh}", "6: mcp_servers.a.command must be a list: the"),
        ("mcp_servers:\n  a: {command: [gone-9]}", "6: mcp_servers.a.command names gone-9, which"),
        ("mcp_servers:\n  a: {command: [sh, '${T}']}", "6: mcp_servers.a.command must hold no"),
        ("mcp_servers:\n  a: {command: [sh, --token, abc]}", "6: mcp_servers.a.command must hold"),
        ("mcp_servers:\n  a: {command: [sh, --token=abc]}", "6: mcp_servers.a.command must hold"),
        ("mcp_servers:\n  a: {command: [sh], timeout_seconds: 0}", "6: mcp_servers.a.timeout_sec"),
        (
            "mcp_servers:\n  a:\n    url: http://x.example\n    headers:\n"
            "      Authorization: Bearer abcdefghi",
            "9: mcp_servers.a.headers.Authorization holds a secret: write ${NAME}",
        ),
        (
            "mcp_servers:\n  a: {url: http://x.example, headers: {X-Api-Key: abc}}",
            "6: mcp_servers.a.headers.X-Api-Key holds a secret",
        ),
        (
            "mcp_servers:\n  a: {url: 'http://bo:pw@x.example'}",
            "6: mcp_servers.a.url holds a secret",
        ),
        (
            "mcp_servers:\n  a: {command: [sh], env: {DB_PASSWORD: hunter2}}",
            "6: mcp_servers.a.env.DB_PASSWORD holds a secret",
        ),
        (
            "mcp_servers:\n  a: {command: [sh], env: {DB: 'postgres://bo:pw@db/x'}}",
            "6: mcp_servers.a.env.DB holds a secret",
        ),
        (
            "mcp_servers:\n  a: {command: [sh], env: {DB: '${UNSET_9}'}}",
            "6: mcp_servers.a.env.DB names UNSET_9, which has no value in the environment, "
            "in .env, or in a file that UNSET_9_FILE names",
        ),
        ("mcp_servers:\n  a: {command: [sh], env: {DB: '${db}'}}", "6: mcp_servers.a.env.DB holds"),
        (
            "mcp_servers:\n  a: {command: [sh], env: {DB: '${ADMIN_TOKEN}'}}",
            "6: mcp_servers.a.env.DB names ADMIN_TOKEN, which is none of this bot's",
        ),
        (
            "mcp_servers:\n  a: {command: [sh], env: {DB: '${BOT_KEY_OPS}'}}",
            "6: mcp_servers.a.env.DB names BOT_KEY_OPS, which is none of this bot's",
        ),
        (
            "mcp_servers:\n  a: {command: [sh], env: {P: '${PATH}'}}",
            "6: mcp_servers.a.env.P names P",
        ),
        ("knowledge: gone", "5: knowledge gone is no folder beside this file"),
        ("knowledge: reader.md", "5: knowledge reader.md is no folder beside this file"),
        ("knowledge: [kb]", "5: knowledge must name a folder, relative to this file"),
        ("web: {}", "5: web grants nothing: name domains, or set search: true"),
        ("web: {domains: [https://x.example]}", "5: web.domains: 'https://x.example' is no domain"),
        ("web: {domains: [127.0.0.1]}", "5: web.domains: '127.0.0.1' is no domain"),
        ("web: {domains: [localhost]}", "5: web.domains: 'localhost' is no domain"),
        ("web: {domains: ['*.example']}", "5: web.domains: '*.example' is no domain"),
        ("web: {search: maybe}", "5: web.search must be true or false"),
        ("files: {max_mb: 0}", "5: files.max_mb must be megabytes"),
        ("files: {size: 1}", "5: unknown key 'files.size' (known: pictures, max_mb)"),
        ("skills: gone", "5: skills gone is no folder beside this file"),
        ("skills: empty", "5: skills empty holds no skill"),
        ("skills: bare", "5: skills refund holds no SKILL.md"),
        ("skills: odd", "5: skills Re Fund: a skill's folder is"),
        ("skills: odd0", "5: skills refund: SKILL.md must begin with --- and say `description"),
        ("skills: odd1", "5: skills refund: SKILL.md may not say allowed-tools"),
        ("skills: odd2", "5: skills refund: SKILL.md may not say hooks"),
        ("skills: odd3", "5: skills refund: SKILL.md may not say context"),
        ("skills: odd4", "5: skills refund: SKILL.md must have the folder's name"),
        ("skills: odd5", "5: skills refund: SKILL.md may not hold a command"),
        ("skills: odd6", "5: skills refund: SKILL.md must begin with ---"),
        (f"agents:\n  Plan: {AGENT}", "6: agents.Plan has the name of one that is built into"),
        (f"agents:\n  fork: {AGENT}", "6: agents.fork has the name of one that is built into"),
        (f"agents:\n  general-purpose: {AGENT}", "6: agents.general-purpose has the name"),
        (f"agents:\n  A b: {AGENT}", "6: agents.A b must have a name of"),
        (f"agents:\n  a: {AGENT.replace('claude-haiku-4-5', 'haiku')}", "6: agents.a.model must"),
        (
            f"agents:\n  a: {AGENT.replace('claude-haiku-4-5', 'OPUS')}",
            "6: agents.a.model mu",
        ),
        (f"agents:\n  a: {AGENT.replace('[Read]', '[Write]')}", "6: agents.a.tools names Write"),
        (f"agents:\n  a: {AGENT.replace('[Read]', '[campfire/post]')}", "6: agents.a.tools names"),
        (f"agents:\n  a: {AGENT.replace(', prompt: x', '')}", "6: agents.a: give prompt or prompt"),
        (f"agents:\n  a: {AGENT.replace('prompt', 'prompt_file')}", "6: agents.a.prompt_file x do"),
        (
            f"agents:\n  a: {AGENT.replace('prompt: x', 'prompt_file: blank.md')}",
            "6: agents.a.prompt must be a text",
        ),
        ("room_overrides: [3]", "5: room_overrides must be lines of `room's number"),
        ("room_overrides:\n  talk: {progress: off}", "5: room_overrides must be lines of"),
        ("room_overrides:\n  3: {tools: [Write]}", "6: room_overrides.tools names Write, which"),
        ("room_overrides:\n  3: {tools: ['mcp__a__*']}", "6: room_overrides.tools names mcp__a__*"),
        ("room_overrides:\n  3: {model: opus}", "6: room_overrides.model must be a model's full"),
        ("timezone: Berlin", "5: timezone must be the name of a time zone, as Europe/Berlin"),
        ("timezone: 7", "5: timezone must be the name of a time zone"),
        ("room_overrides:\n  3: {timezone: Mars/Base}", "6: room_overrides.timezone must be"),
        ("schedules: [x]", "5: schedules must be lines of `name: …`"),
        ("schedules:\n  A b: {}", "5: schedules must be lines of `name: …`, each name of lower"),
        (f"schedules:\n  a: {SCHEDULE.replace('3', 'talk')}", "6: schedules.a.room must be Camp"),
        (f"schedules:\n  a: {SCHEDULE.replace('weekday', 'noon')}", "6: schedules.a.at is 'every"),
        ("schedules:\n  a: {at: '* * * * *', room: 3, ask: x}", "6: schedules.a.at is '* * * * *'"),
        (
            f"rooms: {{answer: [9]}}\nschedules:\n  a: {SCHEDULE}",
            "7: schedules.a.room is 3, where rooms.answer does not let",
        ),
        ("schedules:\n  a: {at: every hour, room: 3}", "6: schedules.a.ask is missing"),
        ("i_know: [Bash + web]", "5: i_know names Bash + web, which this bot does not have"),
        ("i_know: [Bash]", "5: i_know: 'Bash' is no pair"),
    ],
)
def test_what_no_file_may_say_is_refused_with_its_line(
    folder: Path, text: str, problem: str
) -> None:
    """At the start, so that nobody meets it in a room."""
    found = _problems(folder, f"{WITH_TOOLS}{text}\n")
    assert any(line.startswith(f"ops.yaml:{problem}") for line in found), found


def test_a_shell_beside_the_web_or_a_secret_is_refused_unless_it_is_known(folder: Path) -> None:
    """Old files with WebSearch in `tools` go on; a server without a secret is no way out."""
    server = "mcp_servers: {a: {command: [sh], env: {DB: '${DB}'}}}\n"
    risky = GOOD + "tools: [Bash]\nweb: {search: true}\n" + server
    said = _problems(folder, risky, "DB")
    assert [line[:12] for line in said] == ["ops.yaml:4: "] * 2
    assert "Bash + web" in said[0]
    assert "Bash + a" in said[1]
    _bot(folder, risky + "i_know: [Bash + web, Bash+a]\n", "DB")
    _bot(folder, GOOD + "tools: [Bash, WebSearch]\nmcp_servers: {a: {command: [sh]}}\n")


def test_a_shell_and_file_tools_of_subagents_at_once_are_refused_unless_known(folder: Path) -> None:
    """One's shell could lead a link elsewhere once the other's path was looked at."""
    agents = f"agents:\n  a: {AGENT}\n"
    both = GOOD + "tools: [Bash, Read]\n"
    (said,) = _problems(folder, both + agents)
    assert said.startswith("ops.yaml:4: ")
    assert "Bash + agents" in said
    _bot(folder, both + agents + "i_know: [Bash + agents]\n")
    _bot(folder, GOOD + "tools: [Bash]\n" + agents.replace("Read", "Bash"))
    _bot(folder, both)


def test_a_process_without_agents_needs_neither_their_secrets_nor_their_programs(
    folder: Path,
) -> None:
    """The web process may run where they are not."""
    text = "mcp_servers: {a: {command: [gone-9], env: {DB: '${UNSET_9}'}}}\n"
    (folder / "ops.yaml").write_text(GOOD + text)
    assert load_bots(folder)["ops"].mcp_servers["a"].variables() == {"UNSET_9"}
    assert len(_problems(folder, GOOD + text)) == 2


def test_a_room_only_takes_away(folder: Path) -> None:
    """What the override does not name is gone there, and elsewhere nothing is."""
    text = WITH_TOOLS + WHOLE.replace(
        "[Read], progress", "[Grep, campfire/post, mcp__tickets__find], progress"
    )
    bot = _bot(folder, text, "TICKETS_TOKEN", "BILLING_DB")
    there = bot.in_room(3)
    assert (there.model, there.progress, there.system_prompt) == (
        "claude-haiku-4-5", "quiet", "You help.\n\nBe brief.",
    )  # fmt: skip
    assert (there.built_in, there.campfire, there.toolboxes) == (
        ("Grep",),
        ("post",),
        ("campfire",),
    )
    assert {name: it.tools for name, it in there.mcp_servers.items()} == {"tickets": ("find",)}
    assert (there.knowledge, there.web, there.files) == (None, None, None)
    assert there != bot.in_room(4)
    assert bot.in_room(4).built_in == bot.built_in


def test_events_are_taken_as_they_stand(folder: Path) -> None:
    """What is left out: sixty an hour, the secret itself is enough."""
    events = _bot(folder, GOOD + "events: {rooms: [3], per_hour: 5}\n").events
    assert events is not None
    assert (events.rooms, events.most_an_hour, events.signed) == ((3,), 5, False)
    assert _bot(folder, GOOD).events is None


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ("{}", "events.rooms is missing"),
        ("{rooms: []}", "events.rooms must be a list of Campfire's room numbers"),
        ("{rooms: ['3']}", "events.rooms must be a list of Campfire's room numbers"),
        ("{rooms: [true]}", "events.rooms must be a list of Campfire's room numbers"),
        ("{rooms: [3], instructions: ' '}", "events.instructions must be a text"),
        ("{rooms: [3], per_hour: 0}", "events.per_hour must be a whole number above 0"),
        ("{rooms: [3], signed: often}", "events.signed must be true or false"),
        ("{rooms: [3], secret: x}", "unknown key 'events.secret'"),
        ("{rooms: [9]}\nrooms: {answer: [3]}", "events.rooms names 9, which rooms.answer does not"),
    ],
)
def test_events_are_refused_with_file_and_line(folder: Path, events: str, said: str) -> None:
    """Before any could come."""
    (problem,) = _problems(folder, GOOD + f"events: {events}\n")
    assert problem.startswith("ops.yaml:4: ")
    assert said in problem
