"""What somebody may try by an agent's tools, and the tests that hold it off.

Each row is one attack; a test that is renamed or goes must be named anew, or the row is open.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SESSIONS = "tests/integration/sessions"
_SAFETY, _SECTIONS = f"{_SESSIONS}/tools/test_safety.py", f"{_SESSIONS}/tools/test_sections.py"
_MCP, _PROGRAMS = f"{_SESSIONS}/mcp/test_attacks.py", f"{_SESSIONS}/mcp/test_programs.py"
_CAMPFIRE = "tests/integration/campfire_tools"
_FILES, _STORAGE = (
    f"{_SESSIONS}/tools/test_posted_files.py",
    "tests/unit/posted_files/test_storage.py",
)
_DECISION, _OWN = (
    "tests/unit/tool_calls/test_decision.py",
    "tests/unit/tool_calls/test_own_tools.py",
)
_KNOWLEDGE = "tests/unit/knowledge/test_toolbox.py"
_FETCHING, _PAGES = "tests/unit/web/test_fetching.py", "tests/integration/web/test_fetch.py"
_GRANTS = "tests/unit/shared/bots/test_grants.py"

ATTACKS = {
    "another room's messages": [
        f"{_CAMPFIRE}/test_reading.py::test_no_tool_reads_another_room",
        f"{_CAMPFIRE}/test_reading.py::test_a_room_that_the_bot_was_taken_out_of_is_not_read",
        "tests/acceptance/turns/tools/test_tools_that_read.py"
        "::test_a_bot_searches_the_room_it_is_asked_in",
    ],
    "acting in another room": [
        f"{_CAMPFIRE}/test_boosting.py::test_a_boost_stands_under_what_is_answered_or_named",
        f"{_CAMPFIRE}/test_mentioning.py::test_who_is_not_of_the_room_is_not_mentioned",
        f"{_SESSIONS}/tools/test_toolboxes.py::test_two_lanes_at_once_are_two_turns",
        f"{_SESSIONS}/tools/test_toolboxes.py::test_the_model_is_offered_what_the_toolbox_has",
    ],
    "another room's files": [
        f"{_FILES}::test_another_rooms_file_is_not_there",
        f"{_STORAGE}::test_who_is_no_member_finds_nothing",
    ],
    "another lane's folder, .. and ~": [
        f"{_SAFETY}::test_files_outside_of_the_lanes_folder_are_out_of_reach",
        f"{_DECISION}::test_what_is_the_services_own_is_out_of_reach",
        f"{_DECISION}::test_file_tools_work_in_the_lanes_folder_alone",
        f"{_KNOWLEDGE}::test_nothing_but_the_folder_s_documents_is_read",
        f"{_STORAGE}::test_a_key_leads_below_the_files_and_nowhere_else",
    ],
    "symbolic links": [
        f"{_DECISION}::test_file_tools_work_in_the_lanes_folder_alone",
        f"{_KNOWLEDGE}::test_a_file_that_became_a_link_meanwhile_is_not_read",
        f"{_STORAGE}::test_no_part_of_the_way_may_be_a_link",
    ],
    "secrets in arguments, environments, files, results": [
        f"{_MCP}::test_a_shell_beside_a_server_finds_no_secret",
        f"{_MCP}::test_a_reader_beside_a_server_opens_nothing_of_it",
        f"{_PROGRAMS}::test_it_has_its_own_secret_and_no_other",
        f"{_PROGRAMS}::test_it_sees_no_file_of_ours_and_no_other_process",
        f"{_SESSIONS}/mcp/test_http.py::test_its_tool_answers_and_its_secret_stands_nowhere",
        f"{_SAFETY}::test_the_cli_inherits_no_secret",
        f"{_SAFETY}::test_a_shell_sees_no_key",
        f"{_SAFETY}::test_a_shell_reads_nothing_of_ours",
        f"{_OWN}::test_what_else_it_raises_is_nobodys_to_read",
    ],
    "a shell or a file beside a way out": [
        f"{_GRANTS}::test_a_shell_beside_the_web_or_a_secret_is_refused_unless_it_is_known",
    ],
    "a server that gives orders": [f"{_MCP}::test_what_a_server_says_grants_nothing"],
    "words of a room, a file, a page that give orders": [
        f"{_SAFETY}::test_the_model_reads_people_s_words_within_the_turn_s_boundary",
        f"{_CAMPFIRE}/test_reading.py"
        "::test_what_is_read_stands_inside_the_boundary_as_others_words",
        f"{_FILES}::test_a_text_comes_inside_the_boundary",
        f"{_PAGES}::test_a_page_cannot_leave_the_boundary",
        f"{_KNOWLEDGE}::test_a_document_cannot_end_the_boundary",
    ],
    "a result of a megabyte": [
        f"{_MCP}::test_a_result_of_a_megabyte_costs_neither_the_model_nor_the_client",
        f"{_OWN}::test_a_result_is_cut_to_a_bound_and_says_so",
        f"{_DECISION}::test_what_would_kill_the_client_is_not_read",
    ],
    "one name for two tools": [
        f"{_MCP}::test_a_tool_of_one_server_is_never_anothers",
        f"{_OWN}::test_two_tools_of_one_name_are_refused",
        f"{_GRANTS}::test_what_no_file_may_say_is_refused_with_its_line",
    ],
    "a planted skill, subagent, CLAUDE.md, server, setting, memory": [
        f"{_SECTIONS}::test_what_is_planted_in_the_lane_s_folder_is_not_loaded",
        f"{_SECTIONS}::test_only_the_file_s_skills_are_listed_and_open",
        f"{_SECTIONS}::test_the_cage_shows_skills_and_lets_nothing_be_written_there",
        f"{_SESSIONS}/tools/test_cli_assumptions.py"
        "::test_what_was_put_into_the_memory_folder_is_not_told",
    ],
    "a planted note": [
        "tests/acceptance/turns/tools/test_notes.py"
        "::test_a_planted_note_changes_nothing_that_tools_may_do",
        f"{_CAMPFIRE}/test_noting.py::test_nobody_else_has_anything_noted",
    ],
    "another person's rights": [
        f"{_DECISION}::test_a_right_is_the_askers_and_nobody_elses",
        f"{_SESSIONS}/tools/test_rights.py::test_what_a_person_has_no_right_to_does_not_run",
        f"{_OWN}::test_a_call_of_an_earlier_turn_never_runs_for_the_next_asker",
        "tests/unit/tool_calls/test_hook.py"
        "::test_a_call_of_an_earlier_turn_has_no_right_to_the_next",
    ],
    "more by a subagent": [
        f"{_DECISION}::test_an_agent_has_what_its_file_grants_and_a_subagent_a_part_of_it",
        f"{_SECTIONS}::test_the_cli_s_own_subagents_are_neither_listed_nor_called",
        f"{_SESSIONS}/tools/test_toolboxes.py::test_a_tool_is_told_that_a_subagent_calls_it",
    ],
    "around the hook": [
        f"{_SESSIONS}/tools/test_cli_assumptions.py::test_a_hook_that_fails_blocks",
        f"{_SESSIONS}/tools/test_cli_assumptions.py"
        "::test_below_the_hook_nothing_is_let_run_that_would_be_asked",
    ],
    "addresses inside, by name, redirect and rebinding": [
        "tests/unit/web/test_addresses.py::test_what_is_not_on_the_internet_is_not_dialled",
        f"{_FETCHING}::test_a_name_that_leads_inside_is_not_dialled",
        f"{_FETCHING}::test_a_name_that_changes_gains_nothing",
        f"{_FETCHING}::test_a_redirect_to_a_name_that_leads_inside",
    ],
    "a server that is gone, and a model that says it has done it": [
        f"{_SESSIONS}/mcp/test_trouble.py"
        "::test_a_server_that_goes_down_is_told_of_and_comes_back_by_itself",
    ],
    "a process that takes too much, or stays": [
        f"{_SESSIONS}/tools/test_bounds.py::test_what_takes_too_much_is_ended_and_told",
        f"{_SAFETY}::test_a_killed_cli_leaves_no_tool_behind",
        f"{_PROGRAMS}::test_root_takes_nothing_away_that_hides",
    ],
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_each_attack_has_a_test(attack: str) -> None:
    """By the name it has now."""
    for test in ATTACKS[attack]:
        file, _, name = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {getattr(node, "name", "") for node in tree.body}, test
