"""Which test runs each command that we tell somebody to type."""

CI = ".ci/run"
"""Run on every submission, by CI itself; a test of it would run all tests within a test."""

_MAKE = "tests/acceptance/commands/test_make.py"
_README = "tests/acceptance/commands/test_readme_lines.py"
_SETUP = "tests/acceptance/operate/launch/test_setup.py"
_KEY = "tests/unit/operate/access/test_key.py::test_it_is_a_command_of_its_own"
_APPROVALS = (
    "tests/integration/approvals/test_command.py"
    "::test_an_operator_sees_what_waits_and_what_became_of_it"
)
_BACKUP = "tests/integration/operate/backup/test_backup.py"
_OPERATE = "tests/integration/queue/operators/test_operate.py"
_MEMBERS = "tests/integration/queue/operators/test_operate_members.py"

_IMAGE = "tests/unit/docker/test_build.py"
_PICTURES = "tests/acceptance/commands/test_screenshots.py::test_make_screenshots_takes_both"

_A_CHILD = "nobody types it: the worker starts it as a child of its own"

RUN_BY = {
    "apt-get install": f"{_SETUP}::test_what_tests_need_is_installed_and_nothing_else",
    "curl /events": "tests/acceptance/turns/unasked/test_events.py"
    "::test_a_build_tells_the_room_as_readme_says",
    "curl /lanes": f"{_README}::test_the_readme_s_lines_about_watching_work_as_written",
    "make PYTHON=": f"{_SETUP}::test_a_missing_python_is_named",
    "make bench": f"{_MAKE}::test_make_bench_measures",
    "make bench ARGS=": f"{_MAKE}::test_make_bench_measures",
    "make check": CI,
    "make clean": f"{_MAKE}::test_make_clean_leaves_data",
    "make faults": f"{_MAKE}::test_make_faults_breaks_and_checks",
    "make faults ARGS=": f"{_MAKE}::test_make_faults_breaks_and_checks",
    "make faults MINUTES=": f"{_MAKE}::test_make_faults_breaks_and_checks",
    "make faults N=": f"{_MAKE}::test_make_faults_breaks_and_checks",
    "make faults SEED=": f"{_MAKE}::test_make_faults_breaks_and_checks",
    "make format": f"{_MAKE}::test_make_format_formats",
    "make fuzz": f"{_MAKE}::test_make_fuzz_sends_requests",
    "make fuzz N=": f"{_MAKE}::test_make_fuzz_sends_requests",
    "make fuzz SEED=": f"{_MAKE}::test_make_fuzz_sends_requests",
    "make image": f"{_IMAGE}::test_without_buildah_it_says_what_to_install",
    "make image BASE=": f"{_IMAGE}::test_without_buildah_it_says_what_to_install",
    "make help": f"{_SETUP}::test_help_lists_every_target",
    "make long": "tests/acceptance/commands/test_test_target.py"
    "::test_what_the_short_form_leaves_out_is_make_long_s",
    "make pairs": "tests/acceptance/commands/test_test_target.py"
    "::test_the_pairs_are_make_pairs_s_and_make_faults_s",
    "make run": f"{_MAKE}::test_make_run_answers_and_ends",
    "make screenshots": _PICTURES,
    "make setup": f"{_SETUP}::test_when_nothing_changed_it_touches_nothing",
    "make soak": f"{_MAKE}::test_make_soak_restarts_and_turns",
    "make soak ARGS=": f"{_MAKE}::test_make_soak_restarts_and_turns",
    "make test": CI,
    "make test ARGS=": "tests/acceptance/commands/test_test_target.py::collected",
    "make test BROWSER=": (
        "tests/acceptance/commands/test_test_target.py"
        "::test_without_a_browser_its_tests_alone_are_left_out"
    ),
    "python -m consumer": "tests/acceptance/environment.py::procfile",
    "python -m consumer.health": f"{_README}::test_the_health_check_of_a_container",
    "python -m ingress": "tests/acceptance/environment.py::procfile",
    "python -m operate": _KEY,
    "python -m operate approvals list": _APPROVALS,
    "python -m operate approvals show": _APPROVALS,
    "python -m operate audit export": "tests/integration/shared/audit/test_export.py"
    "::test_the_whole_export_names_what_happened_and_no_word_of_it",
    "python -m operate budgets": "tests/integration/budgets/test_command.py"
    "::test_the_command_lists_what_was_used_and_until_when",
    "python -m operate cancel": f"{_OPERATE}::test_cancel_asks_the_consumer",
    "python -m operate catch-up": f"{_README}::test_catch_up_by_command",
    "python -m operate drain": f"{_OPERATE}::test_drain_lets_the_consumer_end",
    "python -m operate members": f"{_MEMBERS}::test_members_are_listed_with_their_lanes",
    "python -m operate members drain": f"{_MEMBERS}::test_one_is_drained_and_a_lane_is_moved",
    "python -m operate members move": f"{_MEMBERS}::test_one_is_drained_and_a_lane_is_moved",
    "python -m operate pause all": f"{_OPERATE}::test_pause_and_resume",
    "python -m operate pause bot": f"{_OPERATE}::test_pause_and_resume",
    "python -m operate backup": f"{_BACKUP}::test_what_was_there_is_there_again",
    "python -m operate restore": f"{_BACKUP}::test_what_was_there_is_there_again",
    "python -m operate.once": (
        "tests/unit/operate/test_once.py::test_on_an_empty_volume_there_is_a_first_bot"
    ),
    "python -m operate pause": f"{_OPERATE}::test_pause_and_resume",
    "python -m operate resume": f"{_OPERATE}::test_pause_and_resume",
    "python -m operate stop": f"{_OPERATE}::test_stop_cancels_what_runs",
    "python -m operate dead drop": (
        f"{_OPERATE}::test_dead_letters_are_listed_shown_requeued_in_order_and_dropped"
    ),
    "python -m operate dead list": (
        f"{_OPERATE}::test_dead_letters_are_listed_shown_requeued_in_order_and_dropped"
    ),
    "python -m operate dead requeue": (
        f"{_OPERATE}::test_dead_letters_are_listed_shown_requeued_in_order_and_dropped"
    ),
    "python -m operate dead show": (
        f"{_OPERATE}::test_dead_letters_are_listed_shown_requeued_in_order_and_dropped"
    ),
    "python -m operate doctor": "tests/integration/operate/doctor/test_doctor.py"
    "::test_what_is_well_is_told_on_both_campfires",
    "python -m operate init": "tests/acceptance/operate/test_init.py"
    "::test_it_ends_with_the_bot_speaking",
    "python -m operate link": f"{_README}::test_the_readme_s_lines_about_watching_work_as_written",
    "python -m operate page": (
        "tests/unit/operate/access/test_page.py::test_the_command_prints_a_link"
    ),
    "python -m operate reset": (
        "tests/acceptance/sessions/test_operating.py"
        "::test_a_reset_by_command_ends_the_running_turn_with_a_sentence"
    ),
    "python -m operate tools": f"{_OPERATE}::test_the_tools_that_agents_called_are_told",
    "python -m operate event-secret assistant": "tests/acceptance/turns/unasked/test_events.py"
    "::test_a_build_tells_the_room_as_readme_says",
    "python -m operate event-secret": "tests/acceptance/turns/unasked/test_events.py"
    "::test_a_build_tells_the_room_as_readme_says",
    "python -m operate key": _KEY,
    "python -m operate schedules": (
        "tests/integration/on_time/test_operate.py::test_what_is_due_is_listed_without_its_words"
    ),
    "python -m operate rights": (
        "tests/unit/operate/looks/test_rights.py"
        "::test_what_a_person_may_do_in_a_room_is_said_with_its_reason"
    ),
    "python -m operate.launch": f"{_MAKE}::test_make_run_answers_and_ends",
    "python -m operate.take_over": (
        "tests/unit/operate/test_take_over.py::test_everything_is_copied_and_told"
    ),
    "python -m sandbox": f"{_MAKE}::test_make_run_answers_and_ends",
    "python -m sandbox.office": (
        "tests/integration/sessions/mcp/test_office.py::test_the_office_knows_its_rooms"
    ),
    "python -m tests.benchmarks": f"{_MAKE}::test_make_bench_measures",
    "python -m tests.faults": f"{_MAKE}::test_make_faults_breaks_and_checks",
    "python -m tests.house": (
        "tests/unit/house/test_figures.py::test_the_command_prints_every_figure_for_both_trees"
    ),
    "python -m tests.fuzz": f"{_MAKE}::test_make_fuzz_sends_requests",
    "python -m tests.screenshots": _PICTURES,
    "python -m tests.soak": f"{_MAKE}::test_make_soak_restarts_and_turns",
}

NOT_RUN = {
    "docker build": "no Docker where tests run; hadolint and tests/unit/docker read the file",
    "docker compose": "no Docker where tests run; tests/unit/docker holds the file to its schema",
    "docker run": "the same; the image's lines are held to the Procfile's there",
    "python -m consumer.posted_files.child": _A_CHILD,
    "python -m consumer.web.reading_child": _A_CHILD,
    "python -m operate.launch.leftovers": "nobody types it: the launcher starts it beside itself",
}
"""What no test runs, and why."""
