"""The import contracts of pyproject.toml: each of them sees the import that it forbids."""

import tomllib
from collections.abc import Iterator
from copy import deepcopy

import pytest
from grimp import ImportGraph, build_graph
from importlinter import configuration
from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.contracts.layers import LayersContract
from importlinter.contracts.protected import ProtectedContract
from importlinter.domain.contract import Contract

from tests.house.idioms import ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]
TYPES: dict[str, type[Contract]] = {
    "forbidden": ForbiddenContract,
    "layers": LayersContract,
    "protected": ProtectedContract,
}
BROKEN_BY = {
    "ingress, consumer and sandbox never": ("shared.lane", "ingress.webhook.payload"),
    "the sandbox stands in": ("sandbox.model.server", "shared.lane"),
    "inside the stand-in Campfire": ("sandbox.campfire.chat", "sandbox.campfire.page"),
    "the launcher starts": ("operate.launch.plan", "consumer.settings"),
    "one room knows the Claude SDK": ("consumer.claude.client", "claude_agent_sdk"),
    "the consumer knows no web server": ("consumer.service.service", "fastapi"),
    "consumer.sessions has one door": ("consumer.turn.agent", "consumer.sessions.turn_request"),
    "the rooms of consumer.sessions": (
        "consumer.sessions.session.session",
        "consumer.sessions.pool.pool",
    ),
    "sessions know an agent by its port": (
        "consumer.sessions.pool.pool",
        "consumer.claude.client",
    ),
    "the settings are read": ("consumer.turn.pipeline", "consumer.settings"),
    "the cage knows nothing": ("consumer.cage.bounds", "consumer.sessions"),
    "inside the consumer": ("consumer.queue.lanes", "consumer.turn.pipeline"),
    "the composition root": ("consumer.composition.consumer", "consumer.composition.running"),
    "inside shared": ("shared.lane", "shared.keys"),
    "inside the ingress": ("ingress.intake.spool", "ingress.webhook.webhook"),
    "inside operate": ("operate.shell.saying", "operate.looks.audit"),
    "what is asked with a bot's key": ("consumer.turn.pipeline", "consumer.campfire.requests.wire"),
    "inside the queue": ("consumer.queue.ownership.lease", "consumer.queue.lanes"),
}
"""By how its name begins: who would import what."""


@pytest.fixture(scope="module")
def tree() -> ImportGraph:
    """What imports what, as it is."""
    configuration.configure()
    return build_graph(*LINTER["root_packages"], include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("contract", LINTER["contracts"], ids=lambda it: it["name"])
def test_a_contract_sees_what_breaks_it(contract: dict[str, object], tree: ImportGraph) -> None:
    """It holds as the tree is, and one import more breaks it."""
    [(importer, imported)] = _breaks(str(contract["name"]))
    assert _holds(contract, tree)
    graph = deepcopy(tree)
    assert importer in graph.modules
    graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="import")
    assert not _holds(contract, graph)


def _breaks(name: str) -> Iterator[tuple[str, str]]:
    return (broken_by for begins, broken_by in BROKEN_BY.items() if name.startswith(begins))


def _holds(contract: dict[str, object], graph: ImportGraph) -> bool:
    kind = TYPES[str(contract["type"])]
    session = {"root_packages": LINTER["root_packages"], "include_external_packages": "True"}
    # As it reads them from TOML: truth as a word.
    options = {name: str(it) if isinstance(it, bool) else it for name, it in contract.items()}
    made = kind(name=str(contract["name"]), session_options=session, contract_options=options)
    return bool(made.check(graph=deepcopy(graph), verbose=False).kept)
